package configetcd_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configetcd"
	"example.com/lastgood/config/configtest"
	"example.com/lastgood/internal/testkit"
)

func TestASourceKeepsTheRules(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	srv := newServer(t)
	var prefix string
	var proxy *testkit.Proxy
	configtest.TestSource(t, configtest.SourceHarness{
		New: func(t *testing.T) config.Source {
			prefix = fmt.Sprintf("/config/app%d/", n.Add(1))
			proxy = testkit.NewProxy(t, srv.address())
			return configetcd.New(newClient(t, proxy.Addr), prefix)
		},
		Put: func(t *testing.T, documents map[string]string) {
			var ops []clientv3.Op
			for name, text := range documents {
				ops = append(ops, clientv3.OpPut(prefix+name, text))
			}
			srv.put(t, ops...)
		},
		Delete:  func(t *testing.T) { srv.put(t, clientv3.OpDelete(prefix, clientv3.WithPrefix())) },
		Names:   []string{"a.yaml", "b.json"},
		Stall:   func(*testing.T) func() { proxy.Stall(); return proxy.Resume },
		Restart: func(t *testing.T) { srv.stop(); srv.start(t) },
	})
}

package configetcd_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configetcd"
	"example.com/lastgood/config/configtest"
	"example.com/lastgood/internal/testkit"
)

// harness has [configtest.TestSource] use prefixes in a server behind proxies.
func harness(srv *server, newSource func(t *testing.T, endpoint, prefix string) config.Source) configtest.SourceHarness {
	var n int
	var prefix string
	var proxy *testkit.Proxy
	cut := func(*testing.T) func() { proxy.Cut(); return proxy.Resume }
	return configtest.SourceHarness{
		New: func(t *testing.T) config.Source {
			n++
			prefix, proxy = fmt.Sprintf("/config/app%d/", n), testkit.NewProxy(t, srv.address())
			return newSource(t, srv.endpoint(proxy.Addr), prefix)
		},
		Put: func(t *testing.T, documents map[string]string) {
			ops := []clientv3.Op{}
			for name, text := range documents {
				ops = append(ops, clientv3.OpPut(prefix+name, text))
			}
			srv.commit(t, ops...)
		},
		Delete:  func(t *testing.T) { srv.commit(t, clientv3.OpDelete(prefix, clientv3.WithPrefix())) },
		Names:   []string{"a.yaml", "conf.d/b.json"},
		Break:   cut,
		Stall:   func(*testing.T) func() { proxy.Stall(); return proxy.Resume },
		Restart: func(t *testing.T) { proxy.Cut(); srv.stop(); srv.start(t); proxy.Resume() },
		Expire:  func(t *testing.T) { proxy.Cut(); srv.compact(t); proxy.Resume() },
	}
}

func TestASourceKeepsTheRules(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	configtest.TestSource(t, harness(srv, func(t *testing.T, endpoint, prefix string) config.Source {
		return configetcd.New(srv.client(t, clientv3.Config{Endpoints: []string{endpoint}}), prefix)
	}))
}

// The server has TLS and knows users, one of whom gets other passwords.
func TestADialedSourceKeepsTheRules(t *testing.T) {
	t.Parallel()
	srv := newServer(t, withTLS)
	srv.authenticate(t, "/config/")
	var password atomic.Value
	password.Store("secret-of-app")
	h := harness(srv, func(_ *testing.T, endpoint, prefix string) config.Source {
		return configetcd.Dial(func(context.Context) (clientv3.Config, error) {
			return clientv3.Config{Endpoints: []string{endpoint}, TLS: srv.tls, Username: "app", Password: password.Load().(string)}, nil
		}, prefix)
	})
	h.Deny = func(t *testing.T) func() { srv.revoke(t, "/config/"); return func() { srv.grant(t, "/config/") } }
	h.Rotate = func(t *testing.T) {
		next := password.Load().(string) + "x"
		_, err := srv.admin.UserChangePassword(t.Context(), "app", next)
		testkit.Must(t, err)
		password.Store(next)
	}
	configtest.TestSource(t, h)
}

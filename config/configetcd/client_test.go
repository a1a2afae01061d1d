package configetcd_test

import (
	"context"
	"sync"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/lastgood/internal/testkit"
)

// Clients are made and closed while others use the source. That none is left, the tests of the
// package check in the end.
func TestManyShareADialedSourceWhileConnectionsFail(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.commit(t, clientv3.OpPut("/config/app/a", ""))
	proxy := testkit.NewProxy(t, srv.address())
	s := dialed(clientv3.Config{Endpoints: []string{proxy.Addr}})
	ctx, cancel := context.WithCancel(t.Context())
	var users sync.WaitGroup
	reads := make(chan error, 1000)
	for n := range 8 {
		users.Go(func() {
			for ctx.Err() == nil {
				limited, cancel := context.WithTimeout(ctx, time.Duration(n+5)*20*time.Millisecond)
				_, err := s.Read(limited)
				select {
				case reads <- err:
				default:
				}
				if n%2 == 0 {
					_ = s.Watch(limited, "", func() {})
				}
				cancel()
			}
		})
	}
	for range 3 {
		for testkit.Within(t, reads, "a reading") != nil {
		}
		proxy.Cut()
		for testkit.Within(t, reads, "a reading") == nil {
		}
		proxy.Resume()
	}
	cancel()
	users.Wait()
	_, err := s.Read(t.Context())
	testkit.Must(t, err)
}

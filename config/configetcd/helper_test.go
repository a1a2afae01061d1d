package configetcd_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/testkit"
)

var quiet = config.WithLogger(slog.New(slog.DiscardHandler))

// pair is a configuration whose halves, of two documents, belong together.
type pair struct {
	Left  int
	Right int `validate:"eqfield=Left"`
}

// putPair writes both halves of version n.
func putPair(prefix string, n int) []clientv3.Op {
	return []clientv3.Op{clientv3.OpPut(prefix+"a.yaml", fmt.Sprintf("left: %d", n)), clientv3.OpPut(prefix+"b.json", fmt.Sprintf(`{"right": %d}`, n))}
}

// open opens a store that is closed with the test.
func open[T any](t testing.TB, opts ...config.Option) *config.Store[T] {
	t.Helper()
	s, err := config.Open[T](append(opts, quiet)...)
	testkit.Must(t, err)
	t.Cleanup(s.Close)
	return s
}

// served waits until a store has version n of a pair.
func served(t testing.TB, s *config.Store[pair], n int) {
	t.Helper()
	testkit.Eventually(t, fmt.Sprintf("version %d", n), func() bool { return s.Current().Left == n })
}

// isStale reports whether a source cannot be read.
func isStale(s *config.Store[pair]) bool {
	return s.Status().Watch[0].Mode == config.WatchStale
}

// played is a client whose answers a test plays.
type played struct {
	clientv3.KV
	clientv3.Watcher
	get func(key string, opts []clientv3.OpOption) (*clientv3.GetResponse, error)

	mu        sync.Mutex
	responses chan clientv3.WatchResponse
	asked     int // calls of RequestProgress
}

func (p *played) client(t testing.TB) *clientv3.Client {
	t.Helper()
	c := clientv3.NewCtxClient(t.Context(), clientv3.WithZapLogger(zap.NewNop()))
	c.KV, c.Watcher = p, p
	return c
}

func (p *played) Get(_ context.Context, key string, opts ...clientv3.OpOption) (*clientv3.GetResponse, error) {
	return p.get(key, opts)
}

func (p *played) Watch(ctx context.Context, _ string, _ ...clientv3.OpOption) clientv3.WatchChan {
	ch := make(chan clientv3.WatchResponse)
	go func() {
		defer close(ch)
		for {
			select {
			case r, ok := <-p.responses:
				if !ok {
					return
				}
				select {
				case ch <- r:
				case <-ctx.Done():
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return ch
}

func (p *played) RequestProgress(context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	return nil
}

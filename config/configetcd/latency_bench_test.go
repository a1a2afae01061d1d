package configetcd_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configetcd"
	"example.com/lastgood/internal/testkit"
)

// BenchmarkLatency measures how long a change of two keys takes to reach Current, beside the
// time that it takes to reach a client that does nothing but watch them.
func BenchmarkLatency(b *testing.B) {
	srv := newServer(b)
	b.Run("bare", func(b *testing.B) {
		ctx, cancel := context.WithCancel(b.Context())
		defer cancel()
		changes := make(chan string, 1)
		events := srv.client(b, clientv3.Config{}).Watch(ctx, "/app/", clientv3.WithPrefix(), clientv3.WithCreatedNotify())
		<-events
		go func() {
			for r := range events {
				changes <- string(r.Events[0].Kv.Value)
			}
		}()
		measure(b, srv, changes)
	})
	b.Run("store", func(b *testing.B) {
		srv.commit(b, putPair("/app/", 1)...)
		s := open[pair](b, config.WithSource(configetcd.New(srv.client(b, clientv3.Config{}), "/app")))
		changes := make(chan string, 1)
		s.OnChange(func(_, now *pair) { changes <- fmt.Sprintf("left: %d", now.Left) })
		measure(b, srv, changes)
	})
}

// measure changes the keys, and reports after what time changes receives the first of them.
func measure(b *testing.B, srv *server, changes <-chan string) {
	b.Helper()
	var times []time.Duration
	n := 1
	for b.Loop() {
		n++
		want := fmt.Sprintf("left: %d", n)
		begin := time.Now()
		srv.commit(b, putPair("/app/", n)...)
		for testkit.Within(b, changes, "the change") != want {
		}
		times = append(times, time.Since(begin))
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2])/1e6, "p50-ms")
	b.ReportMetric(float64(times[len(times)*99/100])/1e6, "p99-ms")
}

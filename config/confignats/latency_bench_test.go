package confignats_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/testkit"
)

// followers are what a change is measured with: a watch of nats.go that decodes nothing, and a
// store. Each returns where the ports arrive.
var followers = map[string]func(testing.TB, *broker, *nats.Conn) <-chan int{
	"bare": func(b testing.TB, _ *broker, nc *nats.Conn) <-chan int {
		js, err := jetstream.New(nc)
		testkit.Must(b, err)
		kv, err := js.KeyValue(b.Context(), "config")
		testkit.Must(b, err)
		w, err := kv.Watch(b.Context(), "app.yaml")
		testkit.Must(b, err)
		b.Cleanup(func() { _ = w.Stop() })
		ports := make(chan int, 100)
		go func() {
			for e := range w.Updates() {
				var port int
				if e == nil {
					continue
				}
				if _, err := fmt.Sscanf(string(e.Value()), "port: %d", &port); err == nil {
					ports <- port
				}
			}
		}()
		return ports
	},
	"store": func(b testing.TB, br *broker, nc *nats.Conn) <-chan int {
		s, err := config.Open[settings](quiet, config.WithSource(sourceOf(b, nc)))
		testkit.Must(b, err)
		b.Cleanup(s.Close)
		br.watched(1)
		ports := make(chan int, 100)
		s.OnChange(func(_, now *settings) { ports <- now.Port })
		return ports
	},
}

// BenchmarkLatency measures how long a put takes to reach Current, beside the time that it takes
// to reach a watch of nats.go.
func BenchmarkLatency(b *testing.B) {
	for _, by := range []string{"bare", "store"} {
		b.Run("by="+by, func(b *testing.B) {
			br := newBroker(b)
			br.put(text1)
			br.guard.reader.Permissions = nil // a watch of nats.go needs more
			ports := followers[by](b, br, br.connect())
			kv := br.bucket()
			measure(b, ports, func(port int) {
				_, err := kv.PutString(b.Context(), "app.yaml", fmt.Sprintf("port: %d\n", port))
				testkit.Must(b, err)
			})
		})
	}
}

// BenchmarkReconnect measures how long after a restart of the server a value is known that was
// put before the client was connected again.
func BenchmarkReconnect(b *testing.B) {
	for _, by := range []string{"bare", "store"} {
		b.Run("by="+by, func(b *testing.B) {
			br := newBroker(b)
			br.put(text1)
			br.guard.reader.Permissions = nil
			ports := followers[by](b, br, br.connect())
			measure(b, ports, func(port int) {
				br.network.cut(true)
				br.restart()
				br.put(fmt.Sprintf("port: %d\n", port))
				br.network.cut(false)
			})
		})
	}
}

// measure changes the port, and reports after what time that arrives.
func measure(b *testing.B, ports <-chan int, change func(int)) {
	b.Helper()
	var times []time.Duration
	port := 1
	for b.Loop() {
		port++
		begin := time.Now()
		change(port)
		for <-ports != port {
		}
		times = append(times, time.Since(begin))
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2])/1e6, "p50-ms")
	b.ReportMetric(float64(times[len(times)*99/100])/1e6, "p99-ms")
}

package confighttp_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confighttp"
)

// BenchmarkEightClients requests a store with n settings from eight clients at once. It reports the
// peak of the heap above its size before.
func BenchmarkEightClients(b *testing.B) {
	for _, format := range []string{"html", "json"} {
		for _, n := range []int{1000, 5000, 25_000} {
			b.Run(fmt.Sprintf("%s/settings=%d", format, n), func(b *testing.B) {
				server := httptest.NewServer(confighttp.Handler(confighttp.Named("shop", manySettings(b, n))))
				defer server.Close()
				fetch := func() {
					r, err := server.Client().Get(server.URL + "/?format=" + format)
					if err != nil {
						b.Error(err)
						return
					}
					defer r.Body.Close()
					if n, err := io.Copy(io.Discard, r.Body); err != nil || r.StatusCode != http.StatusOK {
						b.Errorf("%d after %d bytes, %v", r.StatusCode, n, err)
					}
				}
				fetch() // the settings are listed once
				peak := uint64(0)
				b.ReportAllocs()
				for b.Loop() {
					peak = max(peak, peakOf(func() {
						var clients sync.WaitGroup
						for range 8 {
							clients.Go(fetch)
						}
						clients.Wait()
					}))
				}
				b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
			})
		}
	}
}

// peakOf returns the largest growth of the heap while fn runs.
func peakOf(fn func()) uint64 {
	debug.FreeOSMemory()
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}}
	used := func() uint64 {
		metrics.Read(heap)
		return heap[0].Value.Uint64() + heap[1].Value.Uint64()
	}
	before, peak, done := used(), uint64(0), make(chan struct{})
	go func() {
		defer close(done)
		fn()
	}()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return peak
		case <-tick.C:
			if now := used(); now > before {
				peak = max(peak, now-before)
			}
		}
	}
}

// manySettings opens a store with this many settings in a map.
func manySettings(t testing.TB, n int) *config.Store[shop] {
	t.Helper()
	var content strings.Builder
	content.WriteString(strings.Replace(good, "features:\n  search: true\n  one_click: false\n", "", 1) + "features:\n")
	for i := range n {
		fmt.Fprintf(&content, "  feature_with_a_name_of_some_length_%06d: true\n", i)
	}
	store, _ := follow(t, content.String(), config.WithoutWatch(), config.WithMaxSize(64<<20))
	return store
}

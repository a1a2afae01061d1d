//go:build apiserver

package kubelet

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configkube"
	"example.com/lastgood/config/configtest"
	"example.com/lastgood/internal/testkit"
)

func (c *cluster) configMap() config.Source {
	return configkube.ConfigMap("", "app", configkube.BaseURL("https://"+c.proxy.Addr), configkube.ServiceAccount(c.dir))
}

// The tests of package configkube with a real API server: go test -tags apiserver -timeout 1h
func TestAConfigMapOfAnAPIServerFollowsTheRules(t *testing.T) {
	bin := buildServers(t)
	var c *cluster
	configtest.TestSource(t, configtest.SourceHarness{
		New: func(t *testing.T) config.Source {
			c = newCluster(t, bin)
			return c.configMap()
		},
		Put:    func(t *testing.T, documents map[string]string) { c.put(t, documents) },
		Delete: func(t *testing.T) { c.remove(t) },
		Names:  []string{"a.yaml", "b.json"},
		Deny: func(t *testing.T) func() {
			c.deny(t)
			return func() { c.permit(t) }
		},
		Stall: func(*testing.T) func() {
			c.proxy.Stall()
			return c.proxy.Resume
		},
		Restart: func(t *testing.T) { c.stop(); c.start(t) },
		Expire:  func(t *testing.T) { c.expire(t) },
		Rotate:  func(t *testing.T) { c.rotate(t) },
	})
}

// BenchmarkLatency is like that of package configkube. It measures from the request that changes a ConfigMap.
func BenchmarkLatency(b *testing.B) {
	c := newCluster(b, buildServers(b))
	type numbered struct{ N int }
	c.put(b, map[string]string{"a.yaml": "n: 1"})
	measure := func(b *testing.B, changes <-chan int) {
		b.Helper()
		var times []time.Duration
		for n := 2; b.Loop(); n++ {
			begin := time.Now()
			c.put(b, map[string]string{"a.yaml": fmt.Sprintf(`{"n": %d}`, n)})
			for <-changes != n {
			}
			times = append(times, time.Since(begin))
		}
		slices.Sort(times)
		b.ReportMetric(float64(times[len(times)/2])/1e6, "p50-ms")
		b.ReportMetric(float64(times[len(times)*99/100])/1e6, "p99-ms")
	}
	b.Run("bare", func(b *testing.B) { measure(b, c.watch(b)) })
	b.Run("store", func(b *testing.B) {
		s, err := config.Open[numbered](config.WithSource(c.configMap()))
		testkit.Must(b, err)
		defer s.Close()
		changes := make(chan int, 1)
		s.OnChange(func(_, now *numbered) { changes <- now.N })
		measure(b, changes)
	})
}

// watch watches with net/http and encoding/json alone.
func (c *cluster) watch(b *testing.B) <-chan int {
	b.Helper()
	ctx, cancel := context.WithCancel(b.Context())
	b.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://127.0.0.1:"+c.port+configMaps+"?watch=1&fieldSelector=metadata.name%3Dapp", nil)
	testkit.Must(b, err)
	req.Header.Set("Authorization", "Bearer "+testkit.Read(b, filepath.Join(c.dir, "token")))
	answer, err := c.client.Do(req)
	testkit.Must(b, err)
	changes := make(chan int, 1)
	go func() {
		defer answer.Body.Close()
		events := json.NewDecoder(answer.Body)
		for {
			var event struct {
				Object struct{ Data map[string]string }
			}
			if events.Decode(&event) != nil {
				return
			}
			var n struct{ N int }
			if json.Unmarshal([]byte(event.Object.Data["a.yaml"]), &n) == nil && n.N > 1 {
				changes <- n.N
			}
		}
	}()
	return changes
}

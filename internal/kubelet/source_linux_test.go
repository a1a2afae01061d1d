//go:build apiserver

package kubelet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
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
		Break: func(*testing.T) func() {
			c.proxy.Cut()
			return c.proxy.Resume
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

func TestWhatAnAPIServerAnswersIsUnderstood(t *testing.T) {
	c, all := newCluster(t, buildServers(t)), t // a server that is started for all runs until their end
	t.Run("a revision that has expired", func(t *testing.T) {
		c.put(t, map[string]string{"a.yaml": "n: 1"})
		before, err := c.configMap().Read(t.Context())
		testkit.Must(t, err)
		c.expire(all)
		if err := c.configMap().Watch(t.Context(), before.Revision, func() {}); err == nil || err.Error() != "the revision has expired" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a revision that has expired behind a connection that is lost", func(t *testing.T) {
		type numbered struct{ N int }
		s, err := config.Open[numbered](config.WithSource(c.configMap(), config.PollEvery(time.Second)))
		testkit.Must(t, err)
		defer s.Close()
		testkit.Eventually(t, "the watch", func() bool { return s.Status().Watch[0].Mode == config.WatchEvents })
		c.proxy.Lose()
		c.put(t, map[string]string{"a.yaml": "n: 2"})
		c.expire(all)
		testkit.Eventually(t, "2", func() bool { return s.Current().N == 2 })
		c.put(t, map[string]string{"a.yaml": "n: 3"})
		testkit.Eventually(t, "3", func() bool { return s.Current().N == 3 })
	})
	t.Run("all bytes of a ConfigMap and a Secret", func(t *testing.T) {
		text, bytes := strings.Repeat("é<&>\u2028", 64<<10), []byte{0, 0xff, '\n', 0xfe}
		metadata := map[string]any{"name": "app"}
		c.must(t, http.MethodPut, configMaps+"/app", map[string]any{"metadata": metadata, "data": map[string]string{"a": text}, "binaryData": map[string][]byte{"b": bytes}})
		c.must(t, http.MethodPost, secrets, map[string]any{"metadata": metadata, "stringData": map[string]string{"a": text}, "data": map[string][]byte{"b": bytes}})
		secret := configkube.Secret("", "app", configkube.BaseURL("https://"+c.proxy.Addr), configkube.ServiceAccount(c.dir))
		c.makeRole(t, secret)
		c.bind(t, "app-secret")
		testkit.Eventually(t, "the permission", func() bool { _, err := secret.Read(t.Context()); return err == nil })
		for _, source := range []config.Source{c.configMap(), secret} {
			got, err := source.Read(t.Context())
			testkit.Must(t, err)
			read := map[string]string{}
			for _, d := range got.Documents {
				read[d.Name] = string(d.Data)
				if d.Secret != (source == secret) {
					t.Errorf("%s: %s: secret: %t", source.Name(), d.Name, d.Secret)
				}
			}
			if !maps.Equal(read, map[string]string{"a": text, "b": string(bytes)}) {
				t.Errorf("%s: other bytes are read", source.Name())
			}
		}
	})
	t.Run("a token that has expired", func(t *testing.T) {
		c.must(t, http.MethodDelete, "/api/v1/namespaces/prod/serviceaccounts/web", nil)
		var refused *config.SourceError
		testkit.Eventually(t, "the refusal", func() bool { _, err := c.configMap().Read(t.Context()); return errors.As(err, &refused) })
		want := "the token in " + c.dir + " has expired, or is for another audience or cluster"
		if text := "the API server answers 401 Unauthorized: Unauthorized"; refused.Error() != text || refused.Hint != want {
			t.Errorf("%v; %s", refused, refused.Hint)
		}
	})
}

// BenchmarkLatency measures what the benchmark of package configkube does, from the request
// that changes a ConfigMap on.
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
		s, err := config.Open[numbered](config.WithSource(c.configMap()), config.WithLogger(slog.New(slog.DiscardHandler)))
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

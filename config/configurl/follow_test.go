package configurl_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
	"example.com/lastgood/config/configurl"
	"example.com/lastgood/internal/testkit"
)

func protocols(t *testing.T, test func(t *testing.T, s *site)) {
	for name, http2 := range map[string]bool{"HTTP 1.1": false, "HTTP 2": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newSite(t, http2))
		})
	}
}

// signed refuses content that does not end as content with a signature does here.
func signed(data []byte) error {
	if bytes.Contains(data, []byte("forged")) {
		return errors.New("the signature is not the one of the content")
	}
	return nil
}

func TestTheSourceKeepsTheRules(t *testing.T) {
	t.Parallel()
	const path = "/app.yaml"
	protocols(t, func(t *testing.T, s *site) {
		token := filepath.Join(t.TempDir(), "token")
		testkit.Write(t, token, "first\n")
		s.want("first")
		configtest.TestSource(t, configtest.SourceHarness{
			New: func(t *testing.T) config.Source {
				s.remove(path)
				return s.source(path, configurl.BearerTokenFile(token), configurl.Verify(signed))
			},
			Put: func(_ *testing.T, documents map[string]string) {
				for _, text := range documents {
					s.put(path, text)
				}
			},
			Delete: func(*testing.T) { s.remove(path) },
			Names:  []string{""},
			Poll:   10 * time.Millisecond,
			Refuse: func(*testing.T) func() {
				s.put(path, `{"left": 1, "forged": true}`)
				return func() {}
			},
			Deny: func(*testing.T) func() {
				s.want("another")
				return func() { s.want("first") }
			},
			Break: func(t *testing.T) func() {
				s.stop()
				return func() { s.start(t) }
			},
			Stall: func(*testing.T) func() {
				s.Stall()
				return s.Resume
			},
			Restart: func(t *testing.T) {
				s.stop()
				s.start(t)
			},
			Rotate: func(t *testing.T) {
				next := testkit.Read(t, token) + "x"
				s.want(next)
				testkit.Replace(t, token, next)
			},
		})
	})
}

// seen records what a store publishes.
type seen struct {
	mu  sync.Mutex
	all []int
}

func (s *seen) record(store *config.Store[pair]) {
	store.OnChange(func(_, now *pair) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.all = append(s.all, now.Left)
	})
}

func (s *seen) values() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.all)
}

func isStale(store *config.Store[pair]) bool {
	return store.Status().Watch[0].Mode == config.WatchStale
}

func rejects(store *config.Store[pair]) bool { return store.Status().Err != nil }

func TestEveryWayOfChangingIsFollowed(t *testing.T) {
	t.Parallel()
	const path = "/app.yaml"
	for i, way := range []struct {
		name  string
		do    func(t *testing.T, s *site, store *config.Store[pair])
		want  int
		every []int // notification, if they are certain

		timeout time.Duration // of requests
	}{
		{"change", func(_ *testing.T, s *site, _ *config.Store[pair]) { s.put(path, pairs(2)) }, 2, []int{2}, 0},
		{"delete, and create again", func(t *testing.T, s *site, store *config.Store[pair]) {
			s.remove(path)
			testkit.Eventually(t, "the rejection", func() bool { return rejects(store) })
			s.put(path, pairs(2))
		}, 2, []int{2}, 0},
		{"200 changes", func(_ *testing.T, s *site, _ *config.Store[pair]) {
			for n := range 200 {
				s.put(path, pairs(n+2))
			}
		}, 201, nil, 0},
		{"the server is restarted with other content", func(t *testing.T, s *site, store *config.Store[pair]) {
			s.stop()
			testkit.Eventually(t, "the source to be stale", func() bool { return isStale(store) })
			s.put(path, pairs(2))
			s.start(t)
		}, 2, []int{2}, 0},
		{"the connection is half open", func(t *testing.T, s *site, store *config.Store[pair]) {
			s.Stall() // every byte, until the client gives up
			testkit.Eventually(t, "the source to be stale", func() bool { return isStale(store) })
			s.put(path, pairs(2))
			s.Resume()
		}, 2, []int{2}, 300 * time.Millisecond},
		{"the permission is lost and comes back", func(t *testing.T, s *site, store *config.Store[pair]) {
			s.want("secret")
			testkit.Eventually(t, "the source to be stale", func() bool { return isStale(store) })
			s.put(path, pairs(2))
			s.want("")
		}, 2, []int{2}, 0},
		{"invalid, then valid", func(t *testing.T, s *site, store *config.Store[pair]) {
			s.put(path, `{"left": 2, "right": 1}`)
			testkit.Eventually(t, "the rejection", func() bool { return rejects(store) })
			s.put(path, pairs(3))
		}, 3, []int{3}, 0},
		{"with a wrong signature, then a right one", func(t *testing.T, s *site, store *config.Store[pair]) {
			s.put(path, pairs(2)+"# forged")
			testkit.Eventually(t, "the rejection", func() bool { return rejects(store) })
			s.put(path, pairs(3))
		}, 3, []int{3}, 0},
		{"back to what is running", func(t *testing.T, s *site, store *config.Store[pair]) {
			s.put(path, "left: [")
			testkit.Eventually(t, "the rejection", func() bool { return rejects(store) })
			s.put(path, pairs(1))
		}, 1, []int{}, 0},
	} {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, i%2 == 0)
			if way.timeout > 0 {
				s.client.Timeout = way.timeout
			}
			s.put(path, pairs(1))
			store := follow(t, often(s.source(path, configurl.Verify(signed))))
			var seen seen
			seen.record(store)
			way.do(t, s, store)
			testkit.Eventually(t, "the content", func() bool { return store.Current().Left == way.want && !rejects(store) && !isStale(store) })
			testkit.Eventually(t, "its notification", func() bool { return way.want == 1 || slices.Contains(seen.values(), way.want) })
			store.Close()
			got := seen.values()
			if way.every != nil && !slices.Equal(got, way.every) || !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
				t.Errorf("notified of %v, want %v", got, way.every)
			}
		})
	}
}

func TestOptionalContentThatAppearsIsRead(t *testing.T) {
	t.Parallel()
	s := newSite(t, true)
	store := follow(t, config.WithOptionalSource(s.source("/app.yaml"), config.PollEvery(20*time.Millisecond)), config.WithDefaults(pair{7, 7}))
	if got := store.Current().Left; got != 7 {
		t.Fatalf("serving %d", got)
	}
	s.put("/app.yaml", pairs(8))
	testkit.Eventually(t, "the content", func() bool { return store.Current().Left == 8 })
	s.remove("/app.yaml")
	testkit.Eventually(t, "the defaults", func() bool { return store.Current().Left == 7 })
}

func TestTwoURLsAreTwoLayers(t *testing.T) {
	t.Parallel()
	s := newSite(t, true)
	s.put("/a.yaml", "left: 1\nright: 1\n")
	s.put("/b.toml", "right = 1\n")
	store := follow(t, often(s.source("/a.yaml")), often(s.source("/b.toml")))
	s.put("/a.yaml", "left: 2\nright: 1\n") // rejected for as long as it is alone
	s.put("/b.toml", "right = 2\n")
	testkit.Eventually(t, "both changes", func() bool { return store.Current().Right == 2 })
	if o, _ := store.Origin("right"); o.String() != "https://"+s.Addr+"/b.toml:1:9" {
		t.Errorf("the origin is %v", o)
	}
}

func TestClosingEndsABodyThatStalls(t *testing.T) {
	t.Parallel()
	protocols(t, func(t *testing.T, s *site) {
		s.client.Timeout = 0
		s.put("/app.yaml", pairs(1))
		store := follow(t, often(s.source("/app.yaml")))
		s.Stall()
		began := make(chan struct{})
		go func() {
			defer close(began)
			_ = store.Reload(t.Context()) //nolint:errcheck // it ends with the store
		}()
		closed := make(chan struct{})
		go func() {
			defer close(closed)
			store.Close()
		}()
		testkit.Within(t, closed, "Close")
		testkit.Within(t, began, "Reload")
	})
}

func TestOneSourceMayBeReadByManyStores(t *testing.T) {
	t.Parallel()
	s := &site{docs: map[string]string{"/app.yaml": pairs(1)}}
	src := configurl.New(serve(t, s.ServeHTTP)+"/app.yaml", configurl.Verify(signed))
	stores := make([]*config.Store[pair], 8)
	for i := range stores {
		stores[i] = follow(t, often(src))
	}
	for n := 2; n < 20; n++ {
		s.put("/app.yaml", pairs(n))
	}
	for _, store := range stores {
		testkit.Eventually(t, "the last change", func() bool { return store.Current().Left == 19 })
	}
}

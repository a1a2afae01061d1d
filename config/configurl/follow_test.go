package configurl_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
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

// signed stands for the check of a signature.
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
		testkit.Write(t, token, "first")
		s.want("first")
		configtest.TestSource(t, configtest.SourceHarness{
			New: func(*testing.T) config.Source {
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
				next := strings.TrimSpace(testkit.Read(t, token)) + "x"
				s.want(next)
				testkit.Replace(t, token, next)
			},
		})
	})
}

func isStale(store *config.Store[pair]) bool {
	return store.Status().Watch[0].Mode == config.WatchStale
}

func TestNoConnectionIsLeft(t *testing.T) {
	t.Parallel()
	protocols(t, func(t *testing.T, s *site) {
		s.put("/app.yaml", pairs(1))
		read(t, s.source("/app.yaml"))
		testkit.Eventually(t, "the end of the connection", func() bool { return s.open.Load() == 0 })
	})
}

func TestAConnectionThatIsHalfOpenIsStaleUntilItIsMended(t *testing.T) {
	t.Parallel()
	protocols(t, func(t *testing.T, s *site) {
		s.client.Timeout = 300 * time.Millisecond
		s.put("/app.yaml", pairs(1))
		store := follow(t, often(s.source("/app.yaml")))
		s.Stall()
		testkit.Eventually(t, "the source to be stale", func() bool { return isStale(store) })
		s.put("/app.yaml", pairs(2))
		s.Resume()
		testkit.Eventually(t, "the content", func() bool { return store.Current().Left == 2 && !isStale(store) })
	})
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
	s.put("/a.yaml", "left: 2\nright: 1\n") // rejected until b.toml is changed, too
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
		reloaded := make(chan struct{})
		go func() {
			defer close(reloaded)
			_ = store.Reload(t.Context())
		}()
		closed := make(chan struct{})
		go func() {
			defer close(closed)
			store.Close()
		}()
		testkit.Within(t, closed, "Close")
		testkit.Within(t, reloaded, "Reload")
	})
}

func TestTheLastGoodContentIsServedWithoutTheServer(t *testing.T) {
	t.Parallel()
	s := newSite(t, true)
	s.put("/app.yaml", pairs(5))
	lastGood := config.WithLastGood(t.TempDir())
	follow(t, often(s.source("/app.yaml")), lastGood).Close()
	s.stop()
	store := follow(t, often(s.source("/app.yaml")), lastGood, config.WithStartupWait(50*time.Millisecond))
	if got := store.Current().Left; got != 5 {
		t.Errorf("serving %d", got)
	}
	s.put("/app.yaml", pairs(6))
	s.start(t)
	testkit.Eventually(t, "the content", func() bool { return store.Current().Left == 6 })
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

package configkube_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configkube"
	"example.com/lastgood/internal/testkit"
)

// player changes the ConfigMap that a store follows, and records the calls of hooks.
type player struct {
	*testing.T
	*api
	store *config.Store[pair]

	mu       sync.Mutex
	changes  []int // the versions with which OnChange was called
	rejected []string
}

// state returns the version that is served: 0 for a ConfigMap that does not exist.
func (p *player) state() int { return p.store.Current().Left }

// put puts version n, and waits until it is served.
func (p *player) serve(n int) {
	p.Helper()
	p.put("configmaps", pairs(n))
	p.reach(n)
}

func (p *player) reach(n int) {
	p.Helper()
	testkit.Eventually(p, fmt.Sprintf("version %d", n), func() bool { return p.state() == n })
}

func (p *player) delete() {
	p.Helper()
	p.remove("configmaps")
	p.reach(0)
}

// source returns the status of the source.
func (p *player) source() config.PathStatus {
	for _, w := range p.store.Status().Watch {
		if w.Path == "configmap:prod/app" {
			return w
		}
	}
	p.Fatal("the status does not have the source")
	return config.PathStatus{}
}

// becomes waits until the source has a mode, with a reason that contains some texts.
func (p *player) becomes(mode config.WatchMode, words ...string) {
	p.Helper()
	testkit.Eventually(p, string(mode), func() bool { return p.source().Mode == mode })
	for _, want := range words {
		if reason := p.source().Reason; !strings.Contains(reason, want) {
			p.Errorf("the reason is %q, want %q in it", reason, want)
		}
	}
}

// ways are the ways of changing a ConfigMap. Each begins with version 1, and returns the versions
// that hooks must have seen after that. nil stands for any, in order, that end with the version that
// is served at the end.
var ways = map[string]func(*player) []int{
	"created": func(p *player) []int {
		p.delete()
		p.serve(2)
		return []int{0, 2}
	},
	"changed": func(p *player) []int {
		p.serve(2)
		p.serve(3)
		return []int{2, 3}
	},
	"changed in pieces": func(p *player) []int {
		p.set(func() { p.slow = true })
		p.serve(2)
		return []int{2}
	},
	"deleted and created at once": func(p *player) []int {
		p.remove("configmaps")
		p.serve(2)
		return nil
	},
	"the same again": func(p *player) []int {
		p.put("configmaps", pairs(1))
		p.serve(2)
		return []int{2}
	},
	"200 changes in a burst": func(p *player) []int {
		for n := 2; n <= 201; n++ {
			p.put("configmaps", pairs(n))
		}
		p.reach(201)
		return nil
	},
	"invalid, then valid": func(p *player) []int {
		p.put("configmaps", map[string]string{"a.yaml": "left: 2\nright: two\n"})
		testkit.Eventually(p, "a rejection", func() bool {
			p.mu.Lock()
			defer p.mu.Unlock()
			return len(p.rejected) > 0
		})
		p.serve(3)
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.rejected) != 1 || !strings.Contains(p.rejected[0], "configmap:prod/app/a.yaml:2:8") {
			p.Errorf("rejected: %q", p.rejected)
		}
		p.rejected = nil
		return []int{3}
	},
	"the server restarts": func(p *player) []int {
		p.stop()
		p.put("configmaps", pairs(2))
		p.start(p)
		p.reach(2)
		return []int{2}
	},
	"the server restarts with a backup": func(p *player) []int {
		p.stop()
		p.set(func() { p.revision, p.log = 10, nil })
		p.put("configmaps", pairs(2))
		p.start(p)
		p.reach(2)
		p.serve(3)
		return []int{2, 3}
	},
	"the server restarts with a new authority": func(p *player) []int {
		p.stop()
		p.rotateCA(p)
		p.put("configmaps", pairs(2))
		p.start(p)
		p.reach(2)
		return []int{2}
	},
	"revisions expire": func(p *player) []int {
		p.expire()
		p.serve(2)
		return []int{2}
	},
	"revisions expire while the server is away": func(p *player) []int {
		p.stop()
		p.put("configmaps", pairs(2))
		p.expire()
		p.start(p)
		p.reach(2)
		return []int{2}
	},
	"the connection stalls": func(p *player) []int {
		p.proxy.Stall()
		p.put("configmaps", pairs(2))
		p.proxy.Resume()
		p.reach(2)
		return []int{2}
	},
	"the token is rotated": func(p *player) []int {
		p.rotateToken(p)
		p.serve(2)
		return []int{2}
	},
	"the token is rotated late": func(p *player) []int {
		p.set(func() { p.token = "other" })
		p.put("configmaps", pairs(2))
		p.becomes(config.WatchStale, "401 Unauthorized", "has expired")
		p.rotateToken(p)
		p.reach(2)
		return []int{2}
	},
	"permission is lost, and given back": func(p *player) []int {
		p.deny("list watch")
		p.put("configmaps", pairs(2))
		p.becomes(config.WatchStale, "system:serviceaccount:prod:web may not list it", `resourceNames: [app], verbs: [list, watch]`)
		if p.state() != 1 {
			p.Errorf("serving %d", p.state())
		}
		p.deny("")
		p.reach(2)
		p.becomes(config.WatchEvents)
		return []int{2}
	},
	"the server is overloaded": func(p *player) []int {
		p.answers(overloaded)
		p.put("configmaps", pairs(2))
		p.becomes(config.WatchStale, "429 Too Many Requests", "retried after 1s")
		p.answers(nil)
		p.reach(2)
		return []int{2}
	},
}

func TestEachWayOfChangingAConfigMapConverges(t *testing.T) {
	t.Parallel()
	for name, play := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlayer(t, func(a *api) config.Source { return a.configMap() })
			want := play(p)
			p.check(want)
		})
	}
}

// newPlayer opens a store of a ConfigMap with version 1, and waits until it is watched.
func newPlayer(t *testing.T, source func(*api) config.Source, opts ...config.SourceOption) *player {
	t.Helper()
	p := &player{T: t, api: newAPI(t)}
	p.put("configmaps", pairs(1))
	var err error
	p.store, err = config.Open[pair](quiet, config.WithOptionalSource(source(p.api), opts...))
	testkit.Must(t, err)
	t.Cleanup(p.store.Close)
	p.store.OnChange(func(_, now *pair) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.changes = append(p.changes, now.Left)
	})
	p.store.OnReject(func(err *config.Error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.rejected = append(p.rejected, err.Error())
	})
	testkit.Eventually(t, "a watch", func() bool { return p.count("watch") > 0 })
	return p
}

// check compares the versions that hooks have seen with the expected ones.
func (p *player) check(want []int) {
	p.Helper()
	served := p.state()
	testkit.Eventually(p, "the last notification", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return len(p.changes) > 0 && p.changes[len(p.changes)-1] == served
	})
	p.store.Close()
	if want != nil && !slices.Equal(p.changes, want) {
		p.Errorf("hooks saw %v, want %v", p.changes, want)
	}
	if !slices.IsSorted(slices.DeleteFunc(slices.Clone(p.changes), func(n int) bool { return n == 0 })) {
		p.Errorf("hooks saw %v", p.changes)
	}
	if len(p.rejected) > 0 {
		p.Errorf("rejected: %q", p.rejected)
	}
}

// A connection that dies silently is noticed by the poll, which uses another one, ...
func TestThePollNoticesAChangeBehindADeadConnection(t *testing.T) {
	t.Parallel()
	p := newPlayer(t, func(a *api) config.Source {
		a.server.SetKeepAlivesEnabled(false)
		return a.configMap()
	}, config.PollEvery(50*time.Millisecond))
	p.proxy.Lose()
	p.serve(2)
	p.check([]int{2})
}

// ... and by the absence of bookmarks.
func TestASilentWatchEnds(t *testing.T) {
	t.Parallel()
	p := newPlayer(t, func(a *api) config.Source {
		a.server.SetKeepAlivesEnabled(false)
		s := a.configMap()
		configkube.SetSilence(s, 200*time.Millisecond)
		return s
	}, config.PollEvery(time.Hour))
	p.proxy.Lose()
	p.serve(2)
	p.check([]int{2})
}

func TestBookmarksKeepAWatch(t *testing.T) {
	t.Parallel()
	p := newPlayer(t, func(a *api) config.Source {
		a.set(func() { a.bookmarks = 10 * time.Millisecond })
		s := a.configMap()
		configkube.SetSilence(s, 500*time.Millisecond)
		return s
	})
	testkit.Eventually(t, "bookmarks", func() bool { return p.count("bookmark") >= 100 })
	if n := p.count("watch"); n != 1 {
		t.Errorf("%d watches", n)
	}
}

func TestAForbiddenWatchLeavesThePoll(t *testing.T) {
	t.Parallel()
	p := newPlayer(t, func(a *api) config.Source {
		a.deny("watch")
		return a.configMap()
	}, config.PollEvery(50*time.Millisecond))
	p.becomes(config.WatchPoll, "system:serviceaccount:prod:web may not watch it", "verbs: [list, watch]")
	p.serve(2)
	p.deny("")
	n := 2
	testkit.Eventually(t, "events", func() bool {
		n++
		p.serve(n)
		return p.source().Mode == config.WatchEvents
	})
}

package configtest

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"example.com/lastgood/config"
)

// sourceScenarios are changes of the content while a store follows the source. Each ends with content
// that the store must publish.
var sourceScenarios = []struct {
	name string
	skip func(SourceHarness) bool // if the harness has no function for it
	run  func(*followedSource)
}{
	{"a change", never, func(f *followedSource) { f.put(2); f.reaches(2); f.put(3); f.reaches(3) }},
	{"two documents at once", never, func(f *followedSource) { f.putAll(2); f.reaches(2); f.putAll(3); f.reaches(3) }},
	{"200 changes in a burst", never, func(f *followedSource) {
		for n := 2; n <= 200; n++ {
			f.put(n)
		}
		f.reaches(200)
	}},
	{"deleted and created again", never, func(f *followedSource) {
		f.Delete(f.T)
		f.waitFor("the rejection", func() bool { return f.Status().Err != nil })
		f.put(2)
		f.reaches(2)
	}},
	{"invalid and then valid", never, func(f *followedSource) {
		f.Put(f.T, map[string]string{f.Names[0]: `{"left": 1, "right": 2}`})
		f.waitFor("the rejection", func() bool { return f.Status().Err != nil })
		f.put(2)
		f.reaches(2)
	}},
	{"refused and accepted again", func(h SourceHarness) bool { return h.Refuse == nil }, func(f *followedSource) {
		accept := f.Refuse(f.T)
		f.waitFor("the rejection", func() bool { return f.Status().Err != nil })
		accept()
		f.put(2)
		f.reaches(2)
	}},
	{"permission lost and back", func(h SourceHarness) bool { return h.Deny == nil }, func(f *followedSource) { f.unreadable(f.Deny(f.T)) }},
	{"connections broken and mended", func(h SourceHarness) bool { return h.Break == nil }, func(f *followedSource) { f.unreadable(f.Break(f.T)) }},
	{"connections stalled and resumed", func(h SourceHarness) bool { return h.Stall == nil }, func(f *followedSource) {
		resume := f.Stall(f.T)
		f.put(2)
		resume()
		f.reaches(2)
		f.put(3)
		f.reaches(3)
	}},
	{"restarts", func(h SourceHarness) bool { return h.Restart == nil }, func(f *followedSource) {
		for n := 2; n < 5; n++ {
			f.Restart(f.T)
			f.put(n)
			f.reaches(n)
		}
	}},
	{"revisions expire", func(h SourceHarness) bool { return h.Expire == nil }, func(f *followedSource) {
		for n := 2; n < 5; n++ {
			f.Expire(f.T)
			f.put(n)
			f.reaches(n)
		}
	}},
	{"revisions expire while cut off", func(h SourceHarness) bool { return h.Expire == nil || h.Break == nil }, func(f *followedSource) {
		mend := f.Break(f.T)
		f.put(2)
		f.Expire(f.T)
		mend()
		f.reaches(2)
		f.put(3)
		f.reaches(3)
	}},
	{"credentials rotated", func(h SourceHarness) bool { return h.Rotate == nil }, func(f *followedSource) {
		for n := 2; n < 5; n++ {
			f.Rotate(f.T)
			f.put(n)
			f.reaches(n)
		}
	}},
}

func never(SourceHarness) bool { return false }

// pair is the configuration in the documents. Halves of different versions are rejected.
type pair struct{ Left, Right int }

func (p pair) Validate() error {
	if p.Left != p.Right {
		return fmt.Errorf("the halves %d and %d are not of one version", p.Left, p.Right)
	}
	return nil
}

// followedSource is a source that a store follows.
type followedSource struct {
	*sourceTest
	*config.Store[pair]

	mu   sync.Mutex
	seen []int // by hooks
}

// follow opens a store that follows the source from version 1 on, and runs a scenario.
func (s *sourceTest) follow(run func(*followedSource)) {
	s.put(1)
	store, err := config.Open[pair](config.WithSource(s.source, config.PollEvery(s.Poll)), config.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		s.Fatal(err)
	}
	defer store.Close()
	f := &followedSource{sourceTest: s, Store: store}
	stop := store.OnChange(func(old, new *pair) {
		f.mu.Lock()
		defer f.mu.Unlock()
		if len(f.seen) == 0 {
			f.seen = append(f.seen, old.Left)
		}
		f.seen = append(f.seen, new.Left)
	})
	defer stop()
	run(f)
	last := store.Current().Left
	f.waitFor("the hook of the last version", func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return len(f.seen) > 0 && f.seen[len(f.seen)-1] == last
	})
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, n := range f.seen {
		if i > 0 && n <= f.seen[i-1] {
			s.Errorf("hooks have seen the versions %v, which is not in order", f.seen)
			break
		}
	}
}

// waitFor waits until done returns true.
func (f *followedSource) waitFor(what string, done func() bool) {
	f.Helper()
	end := time.After(harnessLimit)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-end:
			f.Fatalf("waited in vain for %s: serving %+v, %+v", what, *f.Current(), f.Status())
		}
	}
}

// reaches waits until the store serves version n and is healthy.
func (f *followedSource) reaches(n int) {
	f.Helper()
	f.waitFor(fmt.Sprintf("version %d", n), func() bool { return f.Current().Left == n && f.CheckHealth() == nil })
}

// unreadable changes the content while the source cannot be read, and then makes it readable. The
// store must be stale, and must not reject anything.
func (f *followedSource) unreadable(undo func()) {
	f.Helper()
	f.waitFor("that the source is stale", func() bool { return f.isStale() })
	if st := f.Status(); st.Err != nil || st.Attempts[config.Rejected] > 0 {
		f.Errorf("content is rejected because the source cannot be read: %v", st.Err)
	}
	if err := f.Reload(f.Context()); err == nil || errors.As(err, new(*config.Error)) {
		f.Errorf("a reload returns %v, want why the source cannot be read", err)
	}
	f.put(2)
	undo()
	f.reaches(2)
	f.waitFor("that the source is not stale", func() bool { return !f.isStale() })
	f.put(3)
	f.reaches(3)
}

func (f *followedSource) isStale() bool {
	for _, p := range f.Status().Watch {
		if p.Mode == config.WatchStale {
			return true
		}
	}
	return false
}

package configtest

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"example.com/lastgood/config"
)

// sourceWays are how the content changes under a store that follows a source. Each ends with
// content that the store must come to.
var sourceWays = []struct {
	name  string
	lacks func(SourceHarness) bool
	play  func(*followedSource)
}{
	{"a change", always, func(f *followedSource) { f.put(2); f.comesTo(2); f.put(3); f.comesTo(3) }},
	{"two documents at once", always, func(f *followedSource) { f.putAll(2); f.comesTo(2); f.putAll(3); f.comesTo(3) }},
	{"200 changes in a burst", always, func(f *followedSource) {
		for n := 2; n <= 200; n++ {
			f.put(n)
		}
		f.comesTo(200)
	}},
	{"deleted and created again", always, func(f *followedSource) {
		f.Delete(f.T)
		f.becomes("the rejection", func() bool { return f.Status().Err != nil })
		f.put(2)
		f.comesTo(2)
	}},
	{"invalid and then valid", always, func(f *followedSource) {
		f.Put(f.T, map[string]string{f.Names[0]: `{"left": 1, "right": 2}`})
		f.becomes("the rejection", func() bool { return f.Status().Err != nil })
		f.put(2)
		f.comesTo(2)
	}},
	{"refused and accepted again", func(h SourceHarness) bool { return h.Refuse == nil }, func(f *followedSource) {
		accept := f.Refuse(f.T)
		f.becomes("the rejection", func() bool { return f.Status().Err != nil })
		accept()
		f.put(2)
		f.comesTo(2)
	}},
	{"permission lost and back", func(h SourceHarness) bool { return h.Deny == nil }, func(f *followedSource) { f.away(f.Deny(f.T)) }},
	{"connections broken and mended", func(h SourceHarness) bool { return h.Break == nil }, func(f *followedSource) { f.away(f.Break(f.T)) }},
	{"connections stalled and resumed", func(h SourceHarness) bool { return h.Stall == nil }, func(f *followedSource) {
		resume := f.Stall(f.T)
		f.put(2)
		resume()
		f.comesTo(2)
		f.put(3)
		f.comesTo(3)
	}},
	{"restarts", func(h SourceHarness) bool { return h.Restart == nil }, func(f *followedSource) {
		for n := 2; n < 5; n++ {
			f.Restart(f.T)
			f.put(n)
			f.comesTo(n)
		}
	}},
	{"revisions expire", func(h SourceHarness) bool { return h.Expire == nil }, func(f *followedSource) {
		for n := 2; n < 5; n++ {
			f.Expire(f.T)
			f.put(n)
			f.comesTo(n)
		}
	}},
	{"revisions expire while cut off", func(h SourceHarness) bool { return h.Expire == nil || h.Break == nil }, func(f *followedSource) {
		mend := f.Break(f.T)
		f.put(2)
		f.Expire(f.T)
		mend()
		f.comesTo(2)
		f.put(3)
		f.comesTo(3)
	}},
	{"credentials rotated", func(h SourceHarness) bool { return h.Rotate == nil }, func(f *followedSource) {
		for n := 2; n < 5; n++ {
			f.Rotate(f.T)
			f.put(n)
			f.comesTo(n)
		}
	}},
}

func always(SourceHarness) bool { return false }

// pair is what the documents of a source hold. Halves of different versions are rejected.
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

// follow has a store follow the source from version 1 on while it is played.
func (s *sourceTest) follow(play func(*followedSource)) {
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
	play(f)
	last := store.Current().Left
	f.becomes("the hook of the last version", func() bool {
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

// becomes waits until done returns true.
func (f *followedSource) becomes(what string, done func() bool) {
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

// comesTo waits until the store serves version n, and nothing is wrong.
func (f *followedSource) comesTo(n int) {
	f.Helper()
	f.becomes(fmt.Sprintf("version %d", n), func() bool { return f.Current().Left == n && f.CheckHealth() == nil })
}

// away has the content changed while the source cannot be read, which must reject nothing,
// and then the way back.
func (f *followedSource) away(back func()) {
	f.Helper()
	f.becomes("that the source is stale", func() bool { return f.isStale() })
	if st := f.Status(); st.Err != nil || st.Attempts[config.Rejected] > 0 {
		f.Errorf("content is rejected because the source cannot be read: %v", st.Err)
	}
	if err := f.Reload(f.Context()); err == nil || errors.As(err, new(*config.Error)) {
		f.Errorf("a reload returns %v, want why the source cannot be read", err)
	}
	f.put(2)
	back()
	f.comesTo(2)
	f.becomes("that the source is not stale", func() bool { return !f.isStale() })
	f.put(3)
	f.comesTo(3)
}

func (f *followedSource) isStale() bool {
	for _, p := range f.Status().Watch {
		if p.Mode == config.WatchStale {
			return true
		}
	}
	return false
}

//go:build unix

package config_test

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"example.com/lastgood/config"
)

// soakConfig has a part for each place.
type soakConfig struct{ Plain, Linked, Mounted, Extra, Conf, Keys part }

func (c *soakConfig) parts() [6]part {
	return [...]part{c.Plain, c.Linked, c.Mounted, c.Extra, c.Conf, c.Keys}
}

// part is not set, or a version whose halves belong together.
type part struct {
	Left  int
	Text  string
	Right int
}

func (p part) Validate() error {
	if p != (part{}) && (p.Left != p.Right || p.Text != soakText(p.Left)) {
		return fmt.Errorf("left: %d, text: %d bytes, right: %d", p.Left, len(p.Text), p.Right)
	}
	return nil
}

// follows returns an error if c cannot follow the versions seen before, and updates the newest
// of each part.
func (c *soakConfig) follows(newest *[6]part) error {
	if c == nil {
		return errors.New("a nil pointer")
	}
	for i, p := range c.parts() {
		if err := p.Validate(); err != nil {
			return err
		}
		if p != (part{}) && p.Left < newest[i].Left {
			return fmt.Errorf("version %d of part %d after %d", p.Left, i, newest[i].Left)
		}
		newest[i].Left = max(newest[i].Left, p.Left)
	}
	return nil
}

// watched is a store that is read all the time.
type watched struct {
	*soak
	opts  []config.Option
	store *config.Store[soakConfig]
	close func()
}

// open opens the store, and closes the one before it if that went well.
func (w *watched) open() error {
	s, err := config.Open[soakConfig](w.opts...)
	if err != nil {
		return err
	}
	if w.close != nil {
		w.close()
	}
	done := make(chan struct{})
	var reader sync.WaitGroup
	reader.Go(func() { w.read(s, done) })
	stop := w.hook(s)
	w.store = s
	w.close = sync.OnceFunc(func() {
		stop()
		close(done)
		reader.Wait()
		s.Close()
		for outcome, n := range s.Status().Attempts {
			w.tally[string(outcome)] += int(n)
		}
	})
	return nil
}

// read reads the store until done is closed.
func (w *watched) read(s *config.Store[soakConfig], done <-chan struct{}) {
	var newest [6]part
	for last := s.Snapshot(); ; {
		now := s.Snapshot()
		if now.Version < last.Version || (now.Version == last.Version) != (now.Value == last.Value) {
			w.t.Errorf("version %d at %p comes after %d at %p", now.Version, now.Value, last.Version, last.Value)
			return
		}
		for _, c := range []*soakConfig{now.Value, s.Current()} {
			if err := c.follows(&newest); err != nil {
				w.t.Errorf("a reader got %v", err)
				return
			}
		}
		last = now
		select {
		case <-done:
			return
		case <-time.After(100 * time.Microsecond):
		}
	}
}

// hook checks the arguments of a hook.
func (w *watched) hook(s *config.Store[soakConfig]) (stop func()) {
	var newest [6]part
	var last *soakConfig
	return s.OnChange(func(old, new *soakConfig) {
		if last != nil && old != last || old == new {
			w.t.Errorf("a hook was called with %+v and %+v after %+v", old, new, last)
		}
		last = new
		if err := new.follows(&newest); err != nil {
			w.t.Errorf("a hook got %v", err)
		}
	})
}

// reload must give a reason if it does not reload.
func (w *watched) reload() {
	w.t.Helper()
	w.tally["reloads"]++
	err := w.store.Reload(w.t.Context())
	if _, rejected := errors.AsType[*config.Error](err); err != nil && !rejected && !errors.Is(err, config.ErrBusy) {
		w.t.Errorf("Reload: %v", err)
	}
}

// reopen puts a new store in the place of this one, unless there is nothing good to
// open.
func (w *watched) reopen() {
	w.t.Helper()
	w.tally["reopened"]++
	if err := w.open(); err != nil {
		if _, rejected := errors.AsType[*config.Error](err); !rejected {
			w.t.Errorf("Open: %v", err)
		}
	}
}

// agrees waits until the store serves the content on disk, or reports all of its problems.
func (w *watched) agrees(good bool) {
	w.t.Helper()
	fresh, err := config.Open[soakConfig](append(w.opts, config.WithoutWatch())...)
	if err != nil {
		rejected, ok := errors.AsType[*config.Error](err)
		if good || !ok {
			w.t.Fatalf("a new store: %v", err)
		}
		w.tally["rests, broken"]++
		if !becomes(func() bool { return sameProblems(w.store.Status().Err, rejected) }) {
			w.t.Fatalf("the status still is\n%v\nwhere a new store gets\n%v", w.store.Status().Err, rejected)
		}
		return
	}
	defer fresh.Close()
	w.tally["rests, good"]++
	if !becomes(func() bool { return *w.store.Current() == *fresh.Current() && w.store.CheckHealth() == nil }) {
		w.t.Fatalf("still serving\n%+v, health %v\nwhere a new store gets\n%+v", w.store.Current(), w.store.CheckHealth(), fresh.Current())
	}
}

func sameProblems(a, b *config.Error) bool {
	if a == nil || len(a.Problems) != len(b.Problems) {
		return false
	}
	for i := range a.Problems {
		if a.Problems[i].String() != b.Problems[i].String() {
			return false
		}
	}
	return true
}

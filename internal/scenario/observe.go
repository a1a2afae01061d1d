//go:build linux

package scenario

import (
	"fmt"
	"sync"
	"time"
)

// observer watches what a library serves, and what it says in notifications. The
// two are judged apart: a notification may come later than the view.
type observer struct {
	mu           sync.Mutex
	served       int
	noticed      int
	notified     int               // before the one more change
	notifiedLast int               // of that
	torn         string            // the first thing that was wrong
	since        map[int]time.Time // when each version was first seen
	changed      chan struct{}     // has an element when one of these has changed
}

func newObserver() *observer {
	return &observer{since: map[int]time.Time{}, changed: make(chan struct{}, 1)}
}

// notify is given to the library.
func (o *observer) notify(version int, torn error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if version == Last {
		o.notifiedLast++
	} else {
		o.notified++
	}
	o.see(&o.noticed, version, torn)
}

// look takes a look at what is served.
func (o *observer) look(s Subject) {
	o.mu.Lock()
	defer o.mu.Unlock()
	version, torn := s.View()
	if version != o.served || torn != nil {
		o.see(&o.served, version, torn)
	}
}

// see is called with mu held.
func (o *observer) see(last *int, version int, torn error) {
	select {
	case o.changed <- struct{}{}:
	default: // it is known already
	}
	switch {
	case torn != nil:
		if o.torn == "" {
			o.torn = torn.Error()
		}
		return
	case version < *last && o.torn == "":
		o.torn = fmt.Sprintf("version %d after %d", version, *last)
	}
	*last = version
	if o.since[version].IsZero() {
		o.since[version] = time.Now()
	}
}

// follow looks all the time, until stop.
func (o *observer) follow(s Subject) (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			o.look(s)
			select {
			case <-tick.C:
			case <-quit:
				return
			}
		}
	}()
	return func() { close(quit); <-done }
}

// seen returns when a version was first seen.
func (o *observer) seen(version int) time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.since[version]
}

// await waits until something is so, which is asked with mu held whenever something has
// changed.
func (o *observer) await(so func() bool, patience time.Duration) bool {
	deadline := time.After(patience)
	for {
		o.mu.Lock()
		is := so()
		o.mu.Unlock()
		if is {
			return true
		}
		select {
		case <-o.changed:
		case <-deadline:
			return false
		}
	}
}

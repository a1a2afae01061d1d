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
	mu       sync.Mutex
	served   int
	noticed  int
	notified int
	torn     string            // the first thing that was wrong
	since    map[int]time.Time // when each version was first seen
}

func newObserver() *observer { return &observer{since: map[int]time.Time{}} }

// notify is given to the library.
func (o *observer) notify(version int, torn error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.notified++
	o.see(&o.noticed, version, torn)
}

// look takes a look at what is served.
func (o *observer) look(s Subject) {
	o.mu.Lock()
	defer o.mu.Unlock()
	version, torn := s.View()
	o.see(&o.served, version, torn)
}

// see is called with mu held.
func (o *observer) see(last *int, version int, torn error) {
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

// await waits until version is served, and returns since when it is.
func (o *observer) await(version int, patience time.Duration) (since time.Time, ok bool) {
	deadline := time.After(patience)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		if served, since := o.serving(version); served {
			return since, true
		}
		select {
		case <-tick.C:
		case <-deadline:
			return time.Time{}, false
		}
	}
}

func (o *observer) serving(version int) (bool, time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.served == version, o.since[version]
}

// outcome returns the number of notifications so far, and what was torn.
func (o *observer) outcome() (notified int, torn string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.notified, o.torn
}

package notify

import (
	"fmt"
	"path/filepath"
	"runtime"
	"time"
)

// looks is how many times the watchdog looks at a hook before it calls it stuck.
// Reading the clock before each call instead would cost several times the call.
const looks = 8

// sighting is the call of the batch that the watchdog noticed last.
type sighting struct {
	place    int64
	since    time.Time
	reported bool
}

// look returns the hook being run now, if any, and keeps since when it has been
// in d.sighting. d.mu must be held.
func (d *Dispatcher) look(now time.Time) (label, bool) {
	place := d.place.Load()
	if d.topic == nil || place < 0 {
		return label{}, false
	}
	if place != d.sighting.place {
		d.sighting = sighting{place: place, since: now}
	}
	return d.topic.label(place), true
}

// startWatchdog has the watchdog look in a while, with one timer for all
// deliveries. It looks on until it finds that the delivery has ended. d.mu must
// be held.
func (d *Dispatcher) startWatchdog() {
	interval := max(d.options.Stuck/looks, time.Millisecond)
	switch {
	case d.options.Stuck <= 0 || d.options.OnStuck == nil:
	case d.timer == nil:
		d.timer = time.AfterFunc(interval, d.watch)
	default:
		d.timer.Reset(interval)
	}
}

// watch is the timer's function. It looks once, reports what is stuck, and only
// then has itself called again: a slow report is not overtaken by the next.
func (d *Dispatcher) watch() {
	defer d.watchAgain()
	if hook, running, stuck := d.findStuck(); stuck {
		defer func() { _ = recover() }() // nobody is left to report it to
		d.options.OnStuck(hook.String(), running)
	}
}

func (d *Dispatcher) watchAgain() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.delivering && !d.closed.Load() {
		d.startWatchdog()
	}
}

// findStuck returns the hook that is stuck and has not been reported yet.
func (d *Dispatcher) findStuck() (hook label, running time.Duration, stuck bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	hook, ok := d.look(now)
	if !ok || d.sighting.reported || d.closed.Load() {
		return label{}, 0, false
	}
	running = now.Sub(d.sighting.since)
	d.sighting.reported = running >= d.options.Stuck
	return hook, running, d.sighting.reported
}

// label tells a hook from others in a report. It is cheap to make; what costs is
// [label.String].
type label struct {
	topic string
	pc    uintptr // the entry of the hook's function
}

// String returns the name of the topic, the hook's function and where that is
// defined, like "changes: main.run.func1 (main.go:41)".
func (l label) String() string {
	fn := runtime.FuncForPC(l.pc)
	if fn == nil {
		return l.topic
	}
	file, line := fn.FileLine(l.pc)
	return fmt.Sprintf("%s: %s (%s:%d)", l.topic, fn.Name(), filepath.Base(file), line)
}

package notify

import "time"

// checksPerLimit is how many times the watchdog checks a hook before it calls it
// stuck. Reading the clock before each call would cost several times the call.
const checksPerLimit = 8

// observation is the call that was found running last.
type observation struct {
	position int64
	since    time.Time
	reported bool
}

// Running returns the hook that is being run now, and since when; ok is false
// when there is none. A hook is timed from when it was first found running: by
// the watchdog, late by an eighth of Options.Stuck at most, and where there is
// no watchdog by Running itself.
func (d *Dispatcher) Running() (hook string, since time.Time, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.observe(time.Now()) {
		return "", time.Time{}, false
	}
	return d.queue[0].name(d.observed.position), d.observed.since, true
}

// observe reports whether a hook is being run, and keeps which one, and since when,
// in d.observed. d.mu must be held.
func (d *Dispatcher) observe(now time.Time) bool {
	place := d.position.Load()
	if len(d.queue) == 0 || place < 0 {
		return false
	}
	if place != d.observed.position {
		d.observed = observation{position: place, since: now}
	}
	return true
}

// watchLater has the watchdog check after an interval. d.mu must be held.
func (d *Dispatcher) scheduleWatch() {
	if d.timer != nil {
		d.timer.Reset(max(d.options.Stuck/checksPerLimit, time.Millisecond))
	}
}

// watch is the timer's function. It goes on until the delivery has ended, and sets
// the timer only after its report: a slow one is not overtaken by the next.
func (d *Dispatcher) watch() {
	defer func() {
		_ = recover() // nobody is left to report it to
		d.mu.Lock()
		defer d.mu.Unlock()
		if len(d.queue) > 0 && !d.closed.Load() {
			d.scheduleWatch()
		}
	}()
	if hook, running := d.findStuck(); hook != "" {
		d.options.OnStuck(hook, running)
	}
}

// findStuck returns the hook that is stuck and was not reported yet, or "".
func (d *Dispatcher) findStuck() (hook string, running time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	if !d.observe(now) || d.observed.reported || d.closed.Load() {
		return "", 0
	}
	running = now.Sub(d.observed.since)
	if running < d.options.Stuck {
		return "", 0
	}
	d.observed.reported = true
	return d.queue[0].name(d.observed.position), running
}

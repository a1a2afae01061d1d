package notify

import "time"

// checksPerLimit is how many times the watchdog checks a hook before it reports it as stuck.
// Reading the clock before each call instead would cost several times the call.
const checksPerLimit = 8

// observation is the running call that was found last.
type observation struct {
	position int64
	since    time.Time
	reported bool
}

// Running returns the hook that is running now, and since when; ok is false if there is none.
// The time is when the call was first found running: by the watchdog, up to an eighth of
// Options.Stuck late, or without a watchdog by Running itself.
func (d *Dispatcher) Running() (hook string, since time.Time, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.observe(time.Now()) {
		return "", time.Time{}, false
	}
	return d.queue[0].name(d.observed.position), d.observed.since, true
}

// observe reports whether a hook is running, and records it in d.observed. d.mu must be held.
func (d *Dispatcher) observe(now time.Time) bool {
	position := d.position.Load()
	if len(d.queue) == 0 || position < 0 {
		return false
	}
	if position != d.observed.position {
		d.observed = observation{position: position, since: now}
	}
	return true
}

// scheduleWatch schedules the next check of the watchdog. d.mu must be held.
func (d *Dispatcher) scheduleWatch() {
	if d.timer != nil {
		d.timer.Reset(max(d.options.Stuck/checksPerLimit, time.Millisecond))
	}
}

// watch is the watchdog's timer function. It repeats until the delivery has ended, and
// schedules the next check only after its report, so that reports do not overtake each other.
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

// findStuck returns a stuck hook that was not reported yet, or "".
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

package notify

import (
	"sync"
	"sync/atomic"
	"time"
)

// Options say what a [Dispatcher] does about hooks that misbehave. A report that
// panics itself is cut short there; delivery goes on.
type Options struct {
	// Stuck is how long a hook may run before it is reported, once per run. The
	// limit is checked by looking from time to time, so a report may come late
	// by an eighth of it. Zero means never.
	Stuck time.Duration

	// OnStuck reports a hook that has been running for longer than Stuck. It
	// runs beside the hook, on a goroutine of its own. By default, nothing is
	// reported.
	OnStuck func(hook string, running time.Duration)

	// OnPanic reports the value a hook panicked with and the stack it did so
	// on. It runs before the next hook does. By default, nothing is reported;
	// [Dispatcher.Panics] counts the panic either way.
	OnPanic func(hook string, value any, stack []byte)
}

// Dispatcher runs the hooks of its topics, one at a time. Use [New] to make one.
type Dispatcher struct {
	options Options
	panics  atomic.Uint64
	closed  atomic.Bool

	// place is the place in the batch of the hook called last, -1 before the
	// first. Storing it is most of what a call costs beyond itself, so it is not
	// guarded by mu.
	place atomic.Int64

	mu         sync.Mutex
	queue      []deliverable // topics with something to deliver, oldest first
	delivering bool          // a goroutine is running deliver
	topic      deliverable   // the one whose batch it runs; nil when there is none
	sighting   sighting
	timer      *time.Timer       // the watchdog's; nil until the first delivery
	idle       []chan<- struct{} // to be closed when there is nothing more to deliver
}

// New returns a dispatcher without topics. It starts nothing.
func New(options Options) *Dispatcher {
	return &Dispatcher{options: options}
}

// Panics returns how many hook calls have panicked.
func (d *Dispatcher) Panics() uint64 {
	return d.panics.Load()
}

// Running returns the hook that is being run now, and since when; ok is false
// when there is none. A hook is timed from the moment it was first noticed: by
// the watchdog, late by an eighth of Options.Stuck at most, and where there is
// no watchdog by Running itself.
func (d *Dispatcher) Running() (hook string, since time.Time, ok bool) {
	d.mu.Lock()
	running, ok := d.look(time.Now())
	since = d.sighting.since
	d.mu.Unlock()
	if !ok {
		return "", time.Time{}, false
	}
	return running.String(), since, true
}

// Idle returns a channel that is closed once there is nothing more to deliver.
func (d *Dispatcher) Idle() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	idle := make(chan struct{})
	if d.delivering {
		d.idle = append(d.idle, idle)
	} else {
		close(idle)
	}
	return idle
}

// Close ends the delivery: once it has returned, no further hook call begins,
// and no report of a stuck one. It does not wait for a call that has begun, which
// may therefore still be running; [Dispatcher.Running] tells. What was not
// delivered by then never is. Further calls of Close do nothing.
func (d *Dispatcher) Close() {
	d.closed.Store(true)
}

// enqueue asks for a delivery of the topic. d.mu must be held.
func (d *Dispatcher) enqueue(topic deliverable) {
	d.queue = append(d.queue, topic)
	if d.delivering {
		return
	}
	d.delivering = true
	d.startWatchdog()
	go d.deliver()
}

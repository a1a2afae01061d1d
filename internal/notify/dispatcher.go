package notify

import (
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Options are what a [Dispatcher] does about hooks that misbehave. A report that
// panics is cut short; delivery goes on.
type Options struct {
	// Stuck is how long a hook may run before OnStuck is called, once per run, on
	// a goroutine of its own, late by an eighth of it at most. By default, never.
	Stuck   time.Duration
	OnStuck func(hook string, running time.Duration)

	// OnPanic is called with the value a hook panicked with and its stack, before
	// the next hook is. By default, panics are only counted.
	OnPanic func(hook string, value any, stack []byte)
}

// Dispatcher runs the hooks of its topics, one at a time. Use [New] to make one.
type Dispatcher struct {
	options Options
	panics  atomic.Uint64
	closed  atomic.Bool

	// place is that of the hook called last among those of the topic being served,
	// -1 before the first. Storing it is most of what a call costs beyond itself,
	// so it is not guarded by mu.
	position atomic.Int64

	mu       sync.Mutex
	queue    []deliverable // the topic being served, then those that wait
	observed observation
	timer    *time.Timer       // the watchdog's, nil if nothing is to be reported
	idle     []chan<- struct{} // to be closed when there is nothing more to deliver
}

// deliverable is a [Topic] without its type parameter. All but run are called with
// the dispatcher's mutex held.
type deliverable interface {
	start()                  // takes the hooks to call
	run(place int64)         // calls them, from this place on
	name(place int64) string // of the one at this place
	release()                // forgets them
}

// New returns a dispatcher without topics. It starts nothing.
func New(options Options) *Dispatcher {
	d := &Dispatcher{options: options}
	if options.Stuck > 0 && options.OnStuck != nil {
		d.timer = time.AfterFunc(options.Stuck, d.watch)
		d.timer.Stop() // until the first delivery
	}
	return d
}

// Panics returns how many hook calls have panicked.
func (d *Dispatcher) Panics() uint64 { return d.panics.Load() }

// Close ends the delivery: once it has returned, no further hook call begins, and
// no report of a stuck one. It does not wait for a call that has begun, which
// [Dispatcher.Running] still returns. Further calls of Close do nothing.
func (d *Dispatcher) Close() { d.closed.Store(true) }

// Idle returns a channel that is closed once there is nothing more to deliver.
func (d *Dispatcher) Idle() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	idle := make(chan struct{})
	if len(d.queue) > 0 {
		d.idle = append(d.idle, idle)
	} else {
		close(idle)
	}
	return idle
}

// enqueue asks for a delivery of the topic. d.mu must be held.
func (d *Dispatcher) enqueue(topic deliverable) {
	d.queue = append(d.queue, topic)
	if len(d.queue) == 1 {
		d.startTopic()
		d.scheduleWatch()
		go d.deliver(topic)
	}
}

// begin begins to serve the first topic of the queue. d.mu must be held.
func (d *Dispatcher) startTopic() {
	d.queue[0].start()
	d.position.Store(-1)
	d.observed = observation{since: time.Now()} // of the first hook, so that one alone is timed exactly
}

// deliver serves the topic, and all that wait behind it. A hook that calls
// [runtime.Goexit] ends this goroutine, and the next one goes on behind it.
func (d *Dispatcher) deliver(topic deliverable) {
	defer func() {
		if topic != nil {
			go d.deliver(topic)
		}
	}()
	for topic != nil {
		if d.runHooks(topic) {
			topic = d.next()
		}
	}
}

// runHooks calls hooks and reports whether it came to the end, which a panic
// prevents. One recover around many calls costs less than one around each.
func (d *Dispatcher) runHooks(topic deliverable) (done bool) {
	defer func() {
		value := recover()
		if value == nil {
			return
		}
		d.panics.Add(1)
		if d.options.OnPanic != nil {
			defer func() { _ = recover() }() // nobody is left to report it to
			hook, _, _ := d.Running()        // it still counts as running
			d.options.OnPanic(hook, value, debug.Stack())
		}
	}()
	topic.run(d.position.Load() + 1)
	return true
}

// next ends serving a topic and begins with the one that has waited longest. It
// returns nil if there is none: the next change starts another delivery.
func (d *Dispatcher) next() deliverable {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.queue[0].release()
	d.queue = slices.Delete(d.queue, 0, 1)
	if d.closed.Load() {
		d.queue = nil
	}
	if len(d.queue) == 0 {
		for _, idle := range d.idle {
			close(idle)
		}
		d.idle = nil
		return nil
	}
	d.startTopic()
	return d.queue[0]
}

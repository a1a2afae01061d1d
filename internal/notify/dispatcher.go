package notify

import (
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Options configure the reports of a [Dispatcher] about hooks that misbehave. A report that
// panics is cut short; delivery goes on.
type Options struct {
	// Stuck is how long a hook may run before OnStuck is called, once per run, on a goroutine
	// of its own, up to an eighth of Stuck late. By default, never.
	Stuck   time.Duration
	OnStuck func(hook string, running time.Duration)

	// OnPanic is called with the value that a hook panicked with and its stack, before the
	// next hook is called. By default, panics are only counted.
	OnPanic func(hook string, value any, stack []byte)
}

// Dispatcher runs the hooks of its topics, one at a time. Use [New] to make one.
type Dispatcher struct {
	options Options
	panics  atomic.Uint64
	closed  atomic.Bool

	// position is the index of the hook called last among those of the current topic, -1
	// before the first. Storing it is most of the overhead of a call, so it is not guarded by
	// mu.
	position atomic.Int64

	mu       sync.Mutex
	queue    []deliverable // the current topic, then the waiting ones
	observed observation
	timer    *time.Timer       // of the watchdog; nil if nothing is to be reported
	idle     []chan<- struct{} // closed when there is nothing more to deliver
}

// deliverable is a [Topic] without its type parameter. All methods but run are called with the
// dispatcher's mutex held.
type deliverable interface {
	start()                     // selects the hooks to call
	run(position int64)         // calls them, from this index on
	name(position int64) string // of the hook at this index
	release()                   // drops them
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

// Close ends the delivery: once it has returned, no further hook call begins, and no report of
// a stuck one. It does not wait for a call that has begun, which [Dispatcher.Running] still
// returns. Further calls do nothing.
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

// enqueue adds the topic to the queue, and starts a delivery if none is running. d.mu must be
// held.
func (d *Dispatcher) enqueue(topic deliverable) {
	d.queue = append(d.queue, topic)
	if len(d.queue) == 1 {
		d.startTopic()
		d.scheduleWatch()
		go d.deliver(topic)
	}
}

// startTopic makes the first topic of the queue the current one. d.mu must be held.
func (d *Dispatcher) startTopic() {
	d.queue[0].start()
	d.position.Store(-1)
	d.observed = observation{since: time.Now()} // of the first hook, so that one alone is timed exactly
}

// deliver calls the hooks of topic, and of all topics that wait behind it. A hook that calls
// [runtime.Goexit] ends this goroutine; the next one continues behind it.
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

// runHooks calls the remaining hooks of a topic. It returns false if one of them panicked. One
// recover around many calls costs less than one around each.
func (d *Dispatcher) runHooks(topic deliverable) (done bool) {
	defer func() {
		value := recover()
		if value == nil {
			return
		}
		d.panics.Add(1)
		if d.options.OnPanic != nil {
			defer func() { _ = recover() }() // nobody is left to report it to
			hook, _, _ := d.Running()        // the hook still counts as running
			d.options.OnPanic(hook, value, debug.Stack())
		}
	}()
	topic.run(d.position.Load() + 1)
	return true
}

// next ends the current topic and starts the one that has waited longest. It returns nil if
// there is none; the next change starts another delivery.
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

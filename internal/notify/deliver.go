package notify

import (
	"runtime/debug"
	"slices"
	"time"
)

// batchSize is how many hooks are taken at once: enough for the cost of the
// mutex and of reading the clock to vanish, few enough to hold the mutex briefly.
const batchSize = 128

// deliverable is a [Topic] without its type parameter. Only the delivering
// goroutine calls rewind, take and run; all but run need the dispatcher's
// mutex.
type deliverable interface {
	rewind()                 // begin again at the first hook
	take() bool              // make the next hooks the batch; false past the last
	run(place int64)         // call the hooks of the batch, from this place on
	label(place int64) label // the name of the hook at this place of the batch
}

// deliver runs hooks until there is nothing left to deliver. How far it got is
// kept in the dispatcher, not on the stack: a hook that calls [runtime.Goexit]
// ends this goroutine, and the next one carries on behind it.
func (d *Dispatcher) deliver() {
	done := false
	defer func() {
		if !done {
			go d.deliver()
		}
	}()
	for {
		if d.runBatch() && !d.nextBatch() {
			break
		}
	}
	done = true
}

// runBatch runs what is left of the batch and reports whether it came to the
// end, which a panic prevents. One guard around many calls costs less than one
// around each.
func (d *Dispatcher) runBatch() (done bool) {
	defer d.recoverHook()
	if d.topic != nil {
		d.topic.run(d.place.Load() + 1)
	}
	return true
}

// recoverHook is deferred around hooks. It runs before the next hook does, so
// the hook that panicked still counts as the one running.
func (d *Dispatcher) recoverHook() {
	value := recover()
	if value == nil {
		return
	}
	d.panics.Add(1)
	if d.options.OnPanic == nil {
		return
	}
	stack := debug.Stack()
	hook, _, _ := d.Running()
	defer func() { _ = recover() }() // nobody is left to report it to
	d.options.OnPanic(hook, value, stack)
}

// nextBatch takes the next hooks to run and reports whether there are any. If
// not, the delivery has ended, and the next change starts another.
func (d *Dispatcher) nextBatch() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for !d.closed.Load() && (d.topic != nil || d.nextTopic()) {
		if d.topic.take() {
			d.begin()
			return true
		}
		d.topic = nil
	}
	d.topic = nil
	d.delivering = false
	for _, idle := range d.idle {
		close(idle)
	}
	d.idle = nil
	return false
}

// nextTopic begins with the topic that has waited longest, if there is one. d.mu
// must be held.
func (d *Dispatcher) nextTopic() bool {
	if len(d.queue) == 0 {
		return false
	}
	d.topic = d.queue[0]
	d.queue = slices.Delete(d.queue, 0, 1)
	d.topic.rewind()
	return true
}

// begin is called with each new batch. Its first call is noticed here, so that a
// hook alone is timed exactly, and no call of an earlier batch is taken for one
// of this. d.mu must be held.
func (d *Dispatcher) begin() {
	d.place.Store(-1)
	d.sighting = sighting{place: 0, since: time.Now()}
}

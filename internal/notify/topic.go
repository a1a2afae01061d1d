package notify

import (
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Topic is a value that changes; its hooks are called for each change. Use [NewTopic] to make
// one.
type Topic[V any] struct {
	d     *Dispatcher
	topic string // its name

	// changes counts the calls of Publish. It is written with d.mu held; run reads it without,
	// to detect a newer value.
	changes atomic.Uint64

	// Guarded by d.mu.
	newest     V
	hooks      []*hook[V] // in the order of registration; nil where one was stopped
	holes      int        // how many are nil: at most half of them
	queued     bool       // the topic is in d.queue
	delivering []*hook[V] // the hooks when the delivery began; nil without a delivery
	shared     bool       // delivering and hooks have the same array
}

// hook is one registration. Only the delivering goroutine uses seen and last once it is
// registered.
type hook[V any] struct {
	entry   uintptr // of its function, or of the function that it wraps
	index   int     // in Topic.hooks; guarded by d.mu
	fn      func(old, new V)
	stopped atomic.Bool
	seen    uint64 // Topic.changes when last was published
	last    V
}

// NewTopic returns a topic of d with its first value. The name is used in reports.
func NewTopic[V any](d *Dispatcher, name string, first V) *Topic[V] {
	return &Topic[V]{d: d, topic: name, newest: first}
}

// Publish makes v the newest value and has the hooks called for it. It never waits for a hook.
// Every call is a change, also with an equal value. After [Dispatcher.Close] it does nothing.
func (t *Topic[V]) Publish(v V) {
	t.d.mu.Lock()
	defer t.d.mu.Unlock()
	if t.d.closed.Load() {
		return
	}
	t.newest = v
	t.changes.Add(1)
	t.enqueue()
}

// enqueue queues the topic if it has a hook and is not queued. d.mu must be held.
func (t *Topic[V]) enqueue() {
	if len(t.hooks) > t.holes && !t.queued {
		t.queued = true
		t.d.enqueue(t)
	}
}

// Subscribe registers a hook, which from now on is called once per change, with the value it
// last saw and the newest one. The present value counts as seen: registering does not call the
// hook, even while that value is being delivered to others.
//
// stop ends the registration: once stop has returned, no further call begins. It does not wait
// for a call that has begun. Further calls of stop do nothing. After [Dispatcher.Close] the
// hook is never called.
func (t *Topic[V]) Subscribe(fn func(old, new V)) (stop func()) { return t.SubscribeFor(fn, fn) }

// SubscribeFor is like Subscribe for an fn that wraps the function caller: reports name that
// one. It panics if either function is nil, or if caller is not a function.
func (t *Topic[V]) SubscribeFor(fn func(old, new V), caller any) (stop func()) {
	return t.subscribe(fn, caller, false)
}

// SubscribeUnseen is like SubscribeFor, but the value published last, if any was, does not
// count as seen: the hook is called with it as well.
func (t *Topic[V]) SubscribeUnseen(fn func(old, new V), caller any) (stop func()) {
	return t.subscribe(fn, caller, true)
}

func (t *Topic[V]) subscribe(fn func(old, new V), caller any, unseen bool) (stop func()) {
	entry := reflect.ValueOf(caller).Pointer()
	if fn == nil || entry == 0 {
		panic("notify: nil hook")
	}
	t.d.mu.Lock()
	defer t.d.mu.Unlock()
	h := &hook[V]{entry: entry, index: len(t.hooks), fn: fn, seen: t.changes.Load(), last: t.newest}
	t.hooks = append(t.hooks, h)
	if unseen && h.seen > 0 && !t.d.closed.Load() {
		h.seen, h.last = h.seen-1, *new(V)
		t.enqueue()
	}
	// A stop function that was called must not keep the hook and its values reachable.
	return sync.OnceFunc(func() { t.remove(h) })
}

// remove ends a registration. It compacts the hooks only when more than half are nil, so that
// removing many is not quadratic.
func (t *Topic[V]) remove(h *hook[V]) {
	h.stopped.Store(true)
	t.d.mu.Lock()
	defer t.d.mu.Unlock()
	if t.shared {
		t.hooks, t.shared = slices.Clone(t.hooks), false
	}
	t.hooks[h.index] = nil
	if t.holes++; t.holes > len(t.hooks)/2 {
		t.compact()
	}
}

// compact removes the nil hooks. d.mu must be held.
func (t *Topic[V]) compact() {
	if t.holes == 0 {
		return
	}
	t.hooks, t.holes = slices.DeleteFunc(t.hooks, func(h *hook[V]) bool { return h == nil }), 0
	for i, h := range t.hooks {
		h.index = i
	}
}

// The methods below are what makes a Topic deliverable.

func (t *Topic[V]) start() {
	t.compact()
	t.delivering, t.shared, t.queued = t.hooks, true, false
}

func (t *Topic[V]) release() { t.delivering, t.shared = nil, false }

// name returns the topic, the hook's function and the place of its definition, like "changes:
// main.run.func1 (main.go:41)".
func (t *Topic[V]) name(position int64) string {
	fn := runtime.FuncForPC(t.delivering[position].entry)
	file, line := fn.FileLine(fn.Entry())
	return fmt.Sprintf("%s: %s (%s:%d)", t.topic, fn.Name(), filepath.Base(file), line)
}

// run is the hot path. It stores the position before it checks stopped and closed for the last
// time: stop and Close either prevent the call, or Running returns it.
func (t *Topic[V]) run(position int64) {
	changes, newest := t.load()
	for hooks := t.delivering; position < int64(len(hooks)); position++ {
		h := hooks[position]
		if t.changes.Load() != changes {
			changes, newest = t.load()
		}
		if h.seen == changes {
			continue
		}
		t.d.position.Store(position)
		if h.stopped.Load() || t.d.closed.Load() {
			continue
		}
		old := h.last
		h.seen, h.last = changes, newest
		h.fn(old, newest)
	}
}

// load returns the newest value and the number of its change.
func (t *Topic[V]) load() (changes uint64, newest V) {
	t.d.mu.Lock()
	defer t.d.mu.Unlock()
	return t.changes.Load(), t.newest
}

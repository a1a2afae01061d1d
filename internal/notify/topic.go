package notify

import (
	"reflect"
	"sync"
	"sync/atomic"
)

// Topic is a value that changes; its hooks hear of each change. Use [NewTopic]
// to make one.
type Topic[V any] struct {
	d    *Dispatcher
	name string

	// changes counts the calls of Publish. It is written with d.mu held; run
	// reads it alone, to tell whether the newest it has is still the newest.
	changes atomic.Uint64

	// Guarded by d.mu.
	newest V
	hooks  list[V]
	cursor *hook[V] // the first hook not taken yet; nil past the last
	queued bool     // in d.queue

	// Written by the delivering goroutine, with d.mu held. It is made with the first
	// delivery: most topics never have one.
	batch *[batchSize]*hook[V]
}

// NewTopic returns a topic of d with its first value. The name is how reports
// call it.
func NewTopic[V any](d *Dispatcher, name string, first V) *Topic[V] {
	return &Topic[V]{d: d, name: name, newest: first}
}

// Publish makes v the newest value and has the hooks called for it. It never
// waits for one. Every call is a change, also with an equal value. After
// [Dispatcher.Close] it does nothing.
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

// enqueue asks for a delivery, if there is a hook and none is asked for. d.mu must be
// held.
func (t *Topic[V]) enqueue() {
	if t.hooks.first != nil && !t.queued {
		t.queued = true
		t.d.enqueue(t)
	}
}

// Subscribe registers a hook, which from now on is called once per change, with
// the value it last saw and the newest. The value published by now counts as
// seen: registering does not call the hook, even while that very value is being
// delivered to others.
//
// stop ends it: once stop has returned, no further call begins. It does not
// wait for a call that has begun. Further calls of stop do nothing. After
// [Dispatcher.Close] the hook is never called.
func (t *Topic[V]) Subscribe(fn func(old, new V)) (stop func()) {
	if fn == nil {
		panic("notify: nil hook")
	}
	return t.SubscribeFor(fn, fn)
}

// SubscribeFor is like Subscribe where fn wraps the function that somebody else
// registered: reports name that one, caller, which must be a function.
func (t *Topic[V]) SubscribeFor(fn func(old, new V), caller any) (stop func()) {
	return t.subscribe(fn, caller, false)
}

// SubscribeUnseen is like SubscribeFor, but what was published last, if anything was,
// does not count as seen: the hook is called with it as well.
func (t *Topic[V]) SubscribeUnseen(fn func(old, new V), caller any) (stop func()) {
	return t.subscribe(fn, caller, true)
}

func (t *Topic[V]) subscribe(fn func(old, new V), caller any, unseen bool) (stop func()) {
	entry := reflect.ValueOf(caller).Pointer()
	if entry == 0 {
		panic("notify: nil hook")
	}
	t.d.mu.Lock()
	defer t.d.mu.Unlock()
	h := &hook[V]{fn: fn, entry: entry, seen: t.changes.Load(), last: t.newest}
	t.hooks.append(h)
	if unseen && h.seen > 0 && !t.d.closed.Load() {
		h.seen, h.last = h.seen-1, *new(V)
		t.enqueue()
	}
	// A stop that is kept must not keep the hook and the values it saw.
	return sync.OnceFunc(func() { t.remove(h) })
}

// remove has the hook not called again.
func (t *Topic[V]) remove(h *hook[V]) {
	h.stopped.Store(true)
	t.d.mu.Lock()
	defer t.d.mu.Unlock()
	if t.cursor == h {
		t.cursor = h.next
	}
	t.hooks.remove(h)
}

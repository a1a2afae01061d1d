package notify

import "sync/atomic"

// hook is one registration. seen and last are the delivering goroutine's alone
// once the hook is in the list.
type hook[V any] struct {
	next, prev *hook[V] // guarded by the dispatcher's mutex
	fn         func(old, new V)
	entry      uintptr // of the function that reports name
	stopped    atomic.Bool
	seen       uint64 // Topic.changes when last was published
	last       V
}

// list is a doubly linked list of hooks in the order of registration. It is
// walked while hooks come and go, each at constant cost.
type list[V any] struct {
	first, last *hook[V]
}

func (l *list[V]) append(h *hook[V]) {
	h.prev = l.last
	if l.last == nil {
		l.first = h
	} else {
		l.last.next = h
	}
	l.last = h
}

// remove unlinks a hook that is in the list.
func (l *list[V]) remove(h *hook[V]) {
	if h.prev == nil {
		l.first = h.next
	} else {
		h.prev.next = h.next
	}
	if h.next == nil {
		l.last = h.prev
	} else {
		h.next.prev = h.prev
	}
	h.next, h.prev = nil, nil
}

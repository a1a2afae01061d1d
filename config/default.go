package config

import (
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
)

// The stores that Load has published, one for each type; this is the only global state of the
// package. The list is replaced, never modified, so that reading it takes a few loads for any
// number of readers.
var (
	loaded   atomic.Pointer[published]
	loadedMu sync.Mutex // locked to replace the list
)

type published struct {
	store any // a *Store[T]
	next  *published
}

// find returns the published store for T, or nil.
func find[T any]() *Store[T] {
	for p := loaded.Load(); p != nil; p = p.next {
		if s, ok := p.store.(*Store[T]); ok {
			return s
		}
	}
	return nil
}

// publish adds s to the list of published stores.
func publish[T any](s *Store[T]) error {
	loadedMu.Lock()
	defer loadedMu.Unlock()
	if s.isTestValue { // it hides another until it is closed
		loaded.Store(&published{s, loaded.Load()})
		return nil
	}
	if find[T]() != nil {
		return alreadyLoaded[T]()
	}
	// At the end, so that the first type, usually the only one, is found first.
	loaded.Store(appendTo(loaded.Load(), s))
	return nil
}

func alreadyLoaded[T any]() error {
	return fmt.Errorf("config: %v: %w; close the first, or use Open", reflect.TypeFor[T](), ErrAlreadyLoaded)
}

func appendTo(p *published, store any) *published {
	if p == nil {
		return &published{store: store}
	}
	return &published{p.store, appendTo(p.next, store)}
}

// unpublish removes the store from the list, if it is in it.
func unpublish(store any) {
	loadedMu.Lock()
	defer loadedMu.Unlock()
	loaded.Store(without(loaded.Load(), store))
}

func without(p *published, store any) *published {
	switch {
	case p == nil:
		return nil
	case p.store == store:
		return p.next
	}
	return &published{p.store, without(p.next, store)}
}

// Current returns the configuration of the store that [Load] published for T, as
// [Store.Current] does: it never blocks, and the value is shared and read-only. It panics if
// there is no such store; [Lookup] does not. It is safe for concurrent use.
func Current[T any]() *T {
	for p := loaded.Load(); p != nil; p = p.next {
		if s, ok := p.store.(*Store[T]); ok {
			return s.current.Load()
		}
	}
	panic(notLoaded[T]{}) // formats its text later, so that Current can be inlined
}

// Lookup is like [Current], but returns false if no store for T is published. It is safe for
// concurrent use.
func Lookup[T any]() (*T, bool) {
	if s := find[T](); s != nil {
		return s.Current(), true
	}
	return nil, false
}

// OnChange registers fn with the store that [Load] published for T, as [Store.OnChange] does.
// It panics if there is no such store.
func OnChange[T any](fn func(old, new *T)) (stop func()) {
	s := find[T]()
	if s == nil {
		panic(notLoaded[T]{})
	}
	return s.OnChange(fn)
}

// notLoaded is what [Current] and [OnChange] panic with.
type notLoaded[T any] struct{}

func (notLoaded[T]) Error() string {
	t := reflect.TypeFor[T]()
	return fmt.Sprintf("config: no configuration of type %v is loaded; call config.Load[%v] first and keep it open", t, t)
}

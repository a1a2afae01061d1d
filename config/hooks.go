package config

import (
	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/value"
)

// OnChange has fn called after each change of the configuration, with the value
// it was last called with, at first the one current at registration, and the
// newest. Both are read-only. It does not call fn at registration: register,
// then read [Store.Current]. A setting that is applied both then and in the hook
// needs care, for the hook may run first: let both call one function that, under a
// mutex, applies what Current returns.
//
// Hooks run one at a time, in the order they were registered, on a goroutine of
// the store's. A slow one delays the others but never a reload or a reader; what
// changes meanwhile is delivered as one change. One that has run for 10 seconds
// is logged. A panic in one is logged, with its stack, and the others still run.
//
// stop ends the registration; it may be called more than once, and inside a
// hook. It does not wait: a call that has begun may still be running. OnChange
// is safe for concurrent use. After [Store.Close] no hook is called any more.
func (s *Store[T]) OnChange(fn func(old, new *T)) (stop func()) {
	mustHave(fn != nil, "OnChange: the function is nil")
	if s.machine == nil && (s.loader == nil || !s.loader.HasSecrets()) {
		return s.changes.Subscribe(fn)
	}
	return s.changes.SubscribeFor(func(old, new *T) {
		if old == new {
			return // it was rolled back before the hook could see it
		}
		defer s.redactPanic(nil, old, new, s.Current())
		fn(old, new)
	}, fn)
}

// redactPanic takes secrets out of what a hook panics with, which is logged: those of the
// values, those in force by now, and those of the content that was rejected.
func (s *Store[T]) redactPanic(rejected *Error, values ...*T) {
	if s.loader == nil || !s.loader.HasSecrets() {
		return
	}
	p := recover()
	if p == nil {
		return
	}
	running := s.snapshot.Load()
	seen := make([]explain.Side, len(values))
	for i, v := range values {
		seen[i] = s.side(v)
	}
	text := s.loader.Redact(guard.Text(p), running.result, nil, seen...)
	if rejected != nil && rejected.redact != nil {
		text = rejected.redact(text)
	}
	panic(text)
}

// OnChangeOf is like [Store.OnChange] for a part of the configuration: fn is called
// when what part returns of it has changed, with that part of the value it was last
// called with and of the newest. Parts are compared as by [reflect.DeepEqual], but NaN
// equals NaN. part must only read.
func OnChangeOf[T, V any](s *Store[T], part func(*T) V, fn func(old, new V)) (stop func()) {
	mustHave(s != nil, "OnChangeOf: the store is nil")
	mustHave(part != nil, "OnChangeOf: the function that returns the part is nil")
	mustHave(fn != nil, "OnChangeOf: the function is nil")
	return s.changes.SubscribeFor(func(old, new *T) {
		defer s.redactPanic(nil, old, new, s.Current())
		before, after := part(old), part(new)
		if !value.Equal(before, after) {
			fn(before, after)
		}
	}, fn)
}

// OnReject has fn called after each rejected reload, with every problem that was
// found. The same broken content is reported once. If fn is slow, rejections that
// follow each other are delivered as the last one. While a store serves what
// [WithLastGood] has stored, because the content was not good at the start, fn is also
// called for that, right after it was registered. In all other respects it is like
// [Store.OnChange].
func (s *Store[T]) OnReject(fn func(*Error)) (stop func()) {
	mustHave(fn != nil, "OnReject: the function is nil")
	if !s.snapshot.Load().stored.IsZero() {
		return s.rejections.SubscribeUnseen(func(_, rejected *Error) {
			if rejected == s.rejection() {
				defer s.redactPanic(rejected, s.Current())
				fn(rejected)
			}
		}, fn)
	}
	return s.rejections.SubscribeFor(func(_, rejected *Error) {
		defer s.redactPanic(rejected, s.Current())
		fn(rejected)
	}, fn)
}

// OnRecover has fn called when the content on disk is good again after a rejected
// reload: when the running content returns, so that nothing is published, when a good
// change waits for its turn ([WithStagger]), and when a new version ends the trouble, after
// the hooks of [Store.OnChange] for that version. It is
// called after those of [Store.OnReject] for the rejection, and not at all if the
// content has been rejected anew by then: they are called again instead. If fn is slow,
// recoveries that follow each other are delivered as one. In all other respects it is
// like [Store.OnChange].
func (s *Store[T]) OnRecover(fn func()) (stop func()) {
	mustHave(fn != nil, "OnRecover: the function is nil")
	return s.recoveries.SubscribeFor(func(_, _ struct{}) {
		defer s.redactPanic(nil, s.Current())
		if s.rejection() == nil {
			fn()
		}
	}, fn)
}

// mustHave panics where an argument is missing that nothing can be done without.
func mustHave(has bool, missing string) {
	if !has {
		panic("config: " + missing)
	}
}

package config

import (
	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/value"
)

// OnChange registers a hook that is called after each change of the configuration. old is the
// value it was last called with, or at first the one that was current at registration; new is
// the newest. Both are read-only. The hook is not called at registration: register it, then
// call [Store.Current]. If the same setting is applied in both places, let both call one
// function that locks a mutex and applies what Current returns, since the hook may run first.
//
// The hooks of a store are called one at a time, in the order of registration, on a goroutine
// of their own. A slow hook delays the hooks after it, but neither a reload nor a reader;
// changes that occur meanwhile are delivered as one. A hook that has run for 10 seconds is
// logged, and [Status] contains it. A hook that panics is logged with its stack, and the others
// are still called.
//
// stop removes the hook. It may be called repeatedly and inside a hook, and does not wait for a
// call that has begun. After [Store.Close], no hook is called. OnChange panics if fn is nil,
// and is safe for concurrent use.
func (s *Store[T]) OnChange(fn func(old, new *T)) (stop func()) {
	require(fn != nil, "OnChange: the function is nil")
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

// redactPanic removes secrets from the panic of a hook, which is logged: those of the given
// values, of the current version and of rejected content.
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

// OnChangeOf is like [Store.OnChange] for a part of the configuration: fn is called if the
// results of part for the old and the new value differ, with these results. They are compared
// as by [reflect.DeepEqual], except that NaN equals NaN. part is called on the goroutine of the
// hooks and must only read. OnChangeOf panics if an argument is nil.
func OnChangeOf[T, V any](s *Store[T], part func(*T) V, fn func(old, new V)) (stop func()) {
	require(s != nil, "OnChangeOf: the store is nil")
	require(part != nil, "OnChangeOf: the function that returns the part is nil")
	require(fn != nil, "OnChangeOf: the function is nil")
	return s.changes.SubscribeFor(func(old, new *T) {
		defer s.redactPanic(nil, old, new, s.Current())
		before, after := part(old), part(new)
		if !value.Equal(before, after) {
			fn(before, after)
		}
	}, fn)
}

// OnReject registers a hook that is called after each rejected reload and each rollback
// ([WithProbation]), with all problems. The same content with the same problems is delivered
// once, and if fn is slow, several rejections are delivered as the last of them. If the store
// serves a version that [WithLastGood] has stored because the content was not good at the
// start, fn is also called for that, right after registration. Otherwise it is like
// [Store.OnChange].
func (s *Store[T]) OnReject(fn func(*Error)) (stop func()) {
	require(fn != nil, "OnReject: the function is nil")
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

// OnRecover registers a hook that is called when the content on disk is good again after a
// rejection: when the running content is restored, so that nothing is published, when a good
// change waits ([WithStagger]), and when a new version is published, after the hooks of
// [Store.OnChange]. It is called after the hooks of [Store.OnReject] for the rejection, and not
// if the content has been rejected again by then. If fn is slow, several recoveries are
// delivered as one. Otherwise it is like [Store.OnChange].
func (s *Store[T]) OnRecover(fn func()) (stop func()) {
	require(fn != nil, "OnRecover: the function is nil")
	return s.recoveries.SubscribeFor(func(_, _ struct{}) {
		defer s.redactPanic(nil, s.Current())
		if s.rejection() == nil {
			fn()
		}
	}, fn)
}

// require panics if a required argument is missing.
func require(has bool, missing string) {
	if !has {
		panic("config: " + missing)
	}
}

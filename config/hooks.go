package config

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
	return s.changes.Subscribe(fn)
}

// OnReject has fn called after each rejected reload, with every problem that was
// found. The same broken content is reported once. If fn is slow, rejections that
// follow each other are delivered as the last one. In all other respects it is
// like [Store.OnChange].
func (s *Store[T]) OnReject(fn func(*Error)) (stop func()) {
	return s.rejections.SubscribeFor(func(_, rejected *Error) { fn(rejected) }, fn)
}

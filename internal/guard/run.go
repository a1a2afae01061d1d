package guard

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// Running is a function that [Run] runs. A nil Running is none.
type Running struct {
	owner  any
	parent *Running    // that waits for it
	over   atomic.Bool // Run has returned
	calls  atomic.Uint64
	inside atomic.Pointer[Func]
	last   *Func // that panicked

	ctx context.Context // of a run on the goroutine of who waits; else nil
}

// enter notes that fn is being called, and returns the call around it.
func (r *Running) enter(fn *Func) (outer *Func) {
	if r == nil {
		return nil
	}
	r.calls.Add(1)
	return r.inside.Swap(fn)
}

func (r *Running) leave(outer *Func) {
	if r != nil {
		r.inside.Store(outer)
	}
}

// panicked notes that fn has panicked, though it may be about to call runtime.Goexit.
func (r *Running) panicked(fn *Func) {
	if r != nil {
		r.last = fn
	}
}

// Over reports whether nobody waits for r any more: what it does is for nothing.
func (r *Running) Over() bool {
	return r != nil && (r.over.Load() || r.ctx != nil && r.ctx.Err() != nil)
}

// Run calls f on a goroutine of its own and returns when f has: with nil, or with an
// [*Error] if f panicked or called runtime.Goexit. It returns earlier with an
// [*Abandoned] when ctx is done, and with an [*Error] when one [Running.Call] has
// taken longer than limit, unless that is 0: f is left to end by itself then, and what
// it does must no longer matter. owner is who waits for f; see [Running.Reenters].
func Run(ctx context.Context, owner any, limit time.Duration, f func(context.Context)) error {
	r, done := start(ctx, owner, f)
	defer r.over.Store(true)
	var tick <-chan time.Time
	if limit > 0 {
		ticker := time.NewTicker(max(limit/looks, time.Millisecond))
		defer ticker.Stop()
		tick = ticker.C
	}
	var calls uint64
	for seen := 0; ; {
		select {
		case err := <-done:
			return err
		case <-ctx.Done():
			return &Abandoned{Inside: r.inside.Load(), Err: ctx.Err()}
		case <-tick:
		}
		switch now := r.calls.Load(); {
		case r.inside.Load() == nil || now != calls:
			calls, seen = now, 0
		case seen < looks:
			seen++
		default:
			return &Error{Func: r.Inside(), Fault: fmt.Sprintf("has not returned within %v", limit)}
		}
	}
}

// Here is like [Run] for a function that calls none of a caller's: f is called on this
// goroutine, and is to return soon after ctx is done, when [Running.Over] is true.
func Here(ctx context.Context, f func(context.Context)) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &Error{Func: unknown, Fault: fault(p), Stack: debug.Stack()}
		}
	}()
	growStack()
	f(context.WithValue(ctx, key{}, &Running{ctx: ctx}))
	return nil
}

// Abandoned is why [Run] returned although nothing was wrong with the function.
type Abandoned struct {
	Inside *Func // the caller's function that it was in; nil if it was in none
	Err    error // of the context
}

func (a *Abandoned) Error() string { return a.Err.Error() }
func (a *Abandoned) Unwrap() error { return a.Err }

// looks is how many times a call is looked at before it has taken too long.
const looks = 8

// Go is like [Run] but does not wait. It returns a channel that receives what Run would
// have returned.
func Go(ctx context.Context, owner any, f func(context.Context)) <-chan error {
	_, done := start(ctx, owner, f)
	return done
}

func start(ctx context.Context, owner any, f func(context.Context)) (*Running, <-chan error) {
	r := &Running{owner: owner, parent: Under(ctx)}
	done := make(chan error, 1)
	go r.run(context.WithValue(ctx, key{}, r), f, done)
	return r, done
}

func (r *Running) run(ctx context.Context, f func(context.Context), done chan<- error) {
	number := runs.add(r)
	defer runs.remove(number)
	growStack()
	var err error
	ended := false
	defer func() {
		switch p := recover(); {
		case p != nil:
			err = &Error{Func: r.Inside(), Fault: fault(p), Stack: debug.Stack()}
		case !ended:
			fn := r.Inside()
			if fn == unknown && r.last != nil {
				fn = r.last
			}
			err = &Error{Func: fn, Fault: "called runtime.Goexit"}
		}
		done <- err
	}()
	callAs(number, func() { f(ctx) })
	ended = true
}

// Inside returns the function of a caller's that is being called now.
func (r *Running) Inside() *Func {
	if r != nil {
		if fn := r.inside.Load(); fn != nil {
			return fn
		}
	}
	return unknown
}

var unknown = &Func{Name: "a function"}

// growStack makes room on the stack for what a pass needs, at once. It would grow by and
// by, and each time all that is on it would be copied, which takes a tenth of the time of
// a small pass.
//
//go:noinline
func growStack() {
	var room [stackRoom]byte
	use(&room)
}

const stackRoom = 8 << 10

//go:noinline
func use(*[stackRoom]byte) {}

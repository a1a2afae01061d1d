package guard

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// Running is the state of a function that [Run] runs. All methods accept nil, which stands for
// no run.
type Running struct {
	owner  any
	parent *Running    // the run that waits for it
	over   atomic.Bool // Run has returned
	calls  atomic.Uint64
	inside atomic.Pointer[Func]
	last   *Func // the last function that panicked

	ctx context.Context // set by Here only
}

// enter records that fn is being called, and returns the function around it.
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

// panicked records that fn has panicked. It may go on to call runtime.Goexit.
func (r *Running) panicked(fn *Func) {
	if r != nil {
		r.last = fn
	}
}

// Over reports whether the run was abandoned, so that its result is not used. A long run
// checks it, and ends early.
func (r *Running) Over() bool {
	return r != nil && (r.over.Load() || r.ctx != nil && r.ctx.Err() != nil)
}

// Run calls f on a goroutine of its own and waits for it. It returns nil when f has returned,
// and an [*Error] if f panicked or called runtime.Goexit. It returns earlier, and abandons f,
// with an [*Abandoned] when ctx is done, and with an [*Error] when one [Running.Call] has
// taken longer than limit; a limit of 0 means none. f may go on after that: the caller must
// ignore its effects. owner identifies who waits for f; see [Running.Reenters].
func Run(ctx context.Context, owner any, limit time.Duration, f func(context.Context)) error {
	r, done := start(ctx, owner, f)
	defer r.over.Store(true)
	var tick <-chan time.Time
	if limit > 0 {
		ticker := time.NewTicker(max(limit/checksPerLimit, time.Millisecond))
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
		case seen < checksPerLimit:
			seen++
		default:
			return &Error{Func: r.Inside(), Fault: fmt.Sprintf("has not returned within %v", limit)}
		}
	}
}

// Here is [Run] for a function that calls no code of the caller's: f runs on this goroutine,
// and must return soon after ctx is done, when [Running.Over] returns true.
func Here(ctx context.Context, f func(context.Context)) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &Error{Func: unknownFunc, Fault: fault(p), Stack: debug.Stack()}
		}
	}()
	growStack()
	f(context.WithValue(ctx, key{}, &Running{ctx: ctx}))
	return nil
}

// Abandoned is why [Run] returned before its function, without a fault of the function.
type Abandoned struct {
	Inside *Func // the function of the caller's that was running; nil for none
	Err    error // of the context
}

func (a *Abandoned) Error() string { return a.Err.Error() }
func (a *Abandoned) Unwrap() error { return a.Err }

// checksPerLimit is how many times a call is checked before it has taken too long.
const checksPerLimit = 8

// Go is [Run] without waiting. The channel receives what Run would return.
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
			if fn == unknownFunc && r.last != nil {
				fn = r.last
			}
			err = &Error{Func: fn, Fault: "called runtime.Goexit"}
		}
		done <- err
	}()
	callNumbered(number, func() { f(ctx) })
	ended = true
}

// Inside returns the function of the caller's that is running now.
func (r *Running) Inside() *Func {
	if r != nil {
		if fn := r.inside.Load(); fn != nil {
			return fn
		}
	}
	return unknownFunc
}

var unknownFunc = &Func{Name: "a function"}

// growStack makes room on the stack for what a pass needs, at once. It would grow by and
// by, and each time all that is on it would be copied, which takes a tenth of the time of
// a small pass.
//
// growStack grows the stack at once to the size that a pass needs. Otherwise it would grow
// step by step, and each step copies the stack, which takes a tenth of the time of a small
// pass.
//
//go:noinline
//go:noinline
func growStack() {
	var room [stackRoom]byte
	use(&room)
}

const stackRoom = 8 << 10

//go:noinline
func use(*[stackRoom]byte) {}

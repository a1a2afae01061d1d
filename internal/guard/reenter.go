package guard

import (
	"context"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// key is the context key of a Running.
type key struct{}

// Under returns the Running that ctx belongs to, or nil.
func Under(ctx context.Context) *Running {
	r, _ := ctx.Value(key{}).(*Running)
	return r
}

// Caller returns the Running that ctx belongs to, or else the one of this goroutine, or nil.
func Caller(ctx context.Context) *Running {
	if r := Under(ctx); r != nil {
		return r
	}
	if runs.count.Load() == 0 {
		return nil // the usual case
	}
	return runs.get(stackNumber())
}

// Reenters reports whether owner waits for r, or for a run that waits for r.
func (r *Running) Reenters(owner any) bool {
	for ; r != nil; r = r.parent {
		if r.owner == owner && !r.over.Load() {
			return true
		}
	}
	return false
}

// runs are all runs with a goroutine.
var runs registry

// registry assigns a number, from 1 on, to each run.
type registry struct {
	count atomic.Int64

	mu       sync.Mutex
	byNumber []*Running // nil for free numbers
}

func (g *registry) add(r *Running) (number int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.count.Add(1)
	i := slices.Index(g.byNumber, nil)
	if i < 0 {
		i = len(g.byNumber)
		g.byNumber = append(g.byNumber, nil)
	}
	g.byNumber[i] = r
	return i + 1
}

func (g *registry) remove(number int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.count.Add(-1)
	g.byNumber[number-1] = nil
}

func (g *registry) get(number int) *Running {
	g.mu.Lock()
	defer g.mu.Unlock()
	if number == 0 {
		return nil
	}
	return g.byNumber[number-1]
}

// callNumbered calls f with a number in the stack that stackNumber can read: each binary digit
// is a call of zero or one. Go identifies a goroutine only in the text of a stack trace, and
// making one takes a tenth of the time of a small pass.
func callNumbered(number int, f func()) {
	switch {
	case number == 0:
		f()
	case number%2 == 0:
		zero(number/2, f)
	default:
		one(number/2, f)
	}
}

//go:noinline
func zero(rest int, f func()) { callNumbered(rest, f) }

//go:noinline
func one(rest int, f func()) { callNumbered(rest, f) }

// stackNumber returns the number in the stack of this goroutine, or 0.
func stackNumber() (number int) {
	pcs := make([]uintptr, 64)
	n := runtime.Callers(1, pcs)
	for n == len(pcs) {
		pcs = make([]uintptr, 2*len(pcs))
		n = runtime.Callers(1, pcs)
	}
	zero, one := reflect.ValueOf(zero).Pointer(), reflect.ValueOf(one).Pointer()
	frames := runtime.CallersFrames(pcs[:n])
	for {
		frame, more := frames.Next()
		switch {
		case frame.Func == nil: // inlined into the next frame
		case frame.Entry == zero:
			number *= 2
		case frame.Entry == one:
			number = 2*number + 1
		}
		if !more {
			return number
		}
	}
}

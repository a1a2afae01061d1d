package guard

import (
	"bytes"
	"context"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
)

// key is that of a Running in its context.
type key struct{}

// Under returns what runs with ctx, or nil.
func Under(ctx context.Context) *Running {
	r, _ := ctx.Value(key{}).(*Running)
	return r
}

// Caller returns what runs with ctx, or else on this goroutine, or nil.
func Caller(ctx context.Context) *Running {
	if r := Under(ctx); r != nil {
		return r
	}
	if registered.Load() == 0 {
		return nil // as usual, and finding the number of a deep goroutine takes a while
	}
	if r, ok := byGoroutine.Load(goroutine()); ok {
		return r.(*Running)
	}
	return nil
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

// byGoroutine holds what runs, by the number of its goroutine. The numbers are never
// used again.
var (
	byGoroutine sync.Map
	registered  atomic.Int64 // how many there are
)

// register notes that r runs on the goroutine that begins a stack with head, until the
// returned function is called.
func register(r *Running, head []byte) (end func()) {
	id := number(head)
	if id == 0 {
		return func() {}
	}
	byGoroutine.Store(id, r)
	registered.Add(1)
	return func() {
		byGoroutine.Delete(id)
		registered.Add(-1)
	}
}

// goroutine returns the number of this goroutine, or 0.
func goroutine() uint64 {
	var head [stackHead]byte
	return number(head[:runtime.Stack(head[:], false)])
}

// stackHead is more than there is before the end of the number in a stack.
const stackHead = 40

// number returns the number of a goroutine, which Go tells only at the head of its stack:
// "goroutine 7 [running]:". It is 0 if that should ever have another form.
func number(head []byte) uint64 {
	_, text, _ := bytes.Cut(head, []byte(" "))
	digits, _, _ := bytes.Cut(text, []byte(" "))
	id, err := strconv.ParseUint(string(digits), 10, 64)
	if err != nil {
		return 0
	}
	return id
}

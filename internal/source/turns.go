package source

import (
	"context"
	"slices"
	"sync"
)

// turns lets one goroutine at a time read a path. It is shared by all readers of the
// process: while a read does not return, because the path lies on a mount that hangs,
// no other is begun, however many stores have the path.
type turns struct {
	mu    sync.Mutex
	taken map[string][]chan struct{} // by path that is being read: who waits, in order
}

var process = turns{taken: map[string][]chan struct{}{}}

// take waits until path is free, or returns ctx's error.
func (t *turns) take(ctx context.Context, path string) error {
	t.mu.Lock()
	waiting, busy := t.taken[path]
	if !busy {
		t.taken[path] = nil
		t.mu.Unlock()
		return nil
	}
	mine := make(chan struct{})
	t.taken[path] = append(waiting, mine)
	t.mu.Unlock()
	select {
	case <-mine:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	i := slices.Index(t.taken[path], mine)
	if i >= 0 {
		t.taken[path] = slices.Delete(t.taken[path], i, i+1)
	}
	t.mu.Unlock()
	if i < 0 { // it was given just now
		t.give(path)
	}
	return ctx.Err()
}

// give frees path for the next who waits.
func (t *turns) give(path string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	waiting := t.taken[path]
	if len(waiting) == 0 {
		delete(t.taken, path)
		return
	}
	t.taken[path] = waiting[1:]
	close(waiting[0])
}

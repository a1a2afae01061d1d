package source

import (
	"context"
	"slices"
	"sync"
)

// turns lets one goroutine at a time read a path. It is shared by all readers of the
// process: while a read does not return, because the path lies on a mount that hangs,
// no other is begun, however many stores have the path.
type pathLocks struct {
	mu      sync.Mutex
	waiting map[string][]chan struct{} // by path that is being read: who waits, in order
}

var processLocks = pathLocks{waiting: map[string][]chan struct{}{}}

// take waits until path is free, or returns ctx's error.
func (t *pathLocks) lock(ctx context.Context, path string) error {
	t.mu.Lock()
	waiting, busy := t.waiting[path]
	if !busy {
		t.waiting[path] = nil
		t.mu.Unlock()
		return nil
	}
	mine := make(chan struct{})
	t.waiting[path] = append(waiting, mine)
	t.mu.Unlock()
	select {
	case <-mine:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	i := slices.Index(t.waiting[path], mine)
	if i >= 0 {
		t.waiting[path] = slices.Delete(t.waiting[path], i, i+1)
	}
	t.mu.Unlock()
	if i < 0 { // it was given just now
		t.unlock(path)
	}
	return ctx.Err()
}

// give frees path for the next who waits.
func (t *pathLocks) unlock(path string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	waiting := t.waiting[path]
	if len(waiting) == 0 {
		delete(t.waiting, path)
		return
	}
	t.waiting[path] = waiting[1:]
	close(waiting[0])
}

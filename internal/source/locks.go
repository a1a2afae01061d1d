package source

import (
	"context"
	"slices"
	"sync"
)

// pathLocks let one goroutine at a time use a path. All Readers of the process share one:
// while a read hangs, no other read of the path is started, however many stores have it.
type pathLocks struct {
	mu      sync.Mutex
	waiting map[string][]chan struct{} // by locked path: the waiting goroutines, in order
}

var processLocks = pathLocks{waiting: map[string][]chan struct{}{}}

// lock blocks until path is free, or returns ctx's error.
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
	if i < 0 { // the lock was passed on just now
		t.unlock(path)
	}
	return ctx.Err()
}

// unlock passes path to the next waiting goroutine, or frees it.
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

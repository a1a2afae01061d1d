package lifecycle

import (
	"errors"
	"sync"
	"time"

	"example.com/lastgood/internal/guard"
)

// writer writes to a disk on a goroutine that exists only while there is something to write. A
// newer state replaces one that is not written yet.
type writer struct {
	disk *Disk
	warn func(error)

	mu         sync.Mutex
	mark       *mark // to be written; Starts is 0 to remove it
	generation func() *Generation
	record     *record
	closing    bool
	idle       chan struct{} // closed when everything is written; nil while nothing is to be written
}

// put calls change, which sets what is to be written. The channel is closed when everything is
// written.
func (w *writer) put(change func()) <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	change()
	if w.idle == nil {
		w.idle = make(chan struct{})
		go w.run()
	}
	return w.idle
}

func (w *writer) run() {
	for {
		w.mu.Lock()
		m, generation, r, closing, idle := w.mark, w.generation, w.record, w.closing, w.idle
		w.mark, w.generation, w.record = nil, nil, nil
		if m == nil && generation == nil && r == nil {
			if closing {
				w.closing = false
				w.disk.close()
			}
			w.idle = nil
			w.mu.Unlock()
			close(idle)
			return
		}
		w.mu.Unlock()
		if err := w.disk.acquire(); err != nil {
			w.report(err)
			continue
		}
		// In this order: if the process is killed in between, the content is confirmed by the
		// generation on disk, and its mark does not count.
		if m != nil && m.Starts > 0 {
			w.report(w.disk.writeJSON(markFile, m, false))
		}
		if generation != nil {
			if g := generation(); g != nil {
				w.report(w.disk.store(*g))
			}
		}
		if r != nil {
			w.report(w.disk.writeJSON(recordFile, r, true))
		}
		if m != nil && m.Starts == 0 {
			w.report(w.disk.unmark())
		}
	}
}

// report warns of an error, unless it is that another process holds the lock.
func (w *writer) report(err error) {
	if err != nil && !errors.Is(err, errLocked) {
		w.warn(err)
	}
}

// close closes the disk when everything is written. It waits up to limit.
func (w *writer) close(limit time.Duration) {
	_, _ = guard.Within(w.put(func() { w.closing = true }), limit)
}

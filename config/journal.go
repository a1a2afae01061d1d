package config

import (
	"context"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"time"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/redact"
)

// journal passes records to the handler of a logger, one at a time, on a goroutine that exists
// only while there are records. A handler is user code: it may panic, block or call the store,
// and must delay neither the store nor [Store.Close]. The journal also identifies the store as
// the owner of calls of user code; see [guard.Running.Reenters].
type journal struct {
	logger  *slog.Logger    // nil for the present slog.Default
	closing <-chan struct{} // closed with the store

	mu      sync.Mutex
	waiting []entry
	writing bool // the goroutine is running
	stuck   bool // a wait for the handler has timed out, and it has not returned since
	dropped int
}

type entry struct {
	record slog.Record
	done   chan struct{} // closed when the handler has returned
}

const (
	logWait    = time.Second            // how long to wait for the handler,
	closedWait = 100 * time.Millisecond // and after the store is closed
	maxWaiting = 100                    // the length of the queue
)

// log writes a record and waits briefly until the handler has returned, so that events are
// usually logged before the store continues.
func (j *journal) log(level slog.Level, msg string, args ...any) {
	var caller [1]uintptr
	runtime.Callers(2, caller[:])
	r := slog.NewRecord(time.Now(), level, msg, caller[0])
	r.Add(args...)
	done, wait := j.add(r)
	if !wait {
		return
	}
	runtime.Gosched() // usually, this is enough
	select {
	case <-done:
		return
	default:
	}
	closing, limit := j.closing, logWait
	select {
	case <-closing:
		closing, limit = nil, closedWait
	default:
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-done:
	case <-closing:
	case <-timer.C:
		j.mu.Lock()
		defer j.mu.Unlock()
		j.stuck = j.writing
	}
}

// warn logs a warning of a pass.
func (j *journal) warn(w problem.Problem) {
	text := w.Text()
	switch {
	case w.Origin.Kind == problem.File, w.Code == CodeDeprecated, w.Code == CodeConflict:
		text = w.Origin.String() + ": " + w.Key + ": " + text
	case w.Origin.Kind == problem.Env && !strings.Contains(text, w.Origin.Name):
		text = w.Origin.Name + ": " + w.Key + ": " + text
	}
	j.log(slog.LevelWarn, "config: "+redact.Escape(text))
}

// add queues a record. It returns a channel that is closed when the handler has returned, and
// whether to wait for it.
func (j *journal) add(r slog.Record) (done <-chan struct{}, wait bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.waiting) == maxWaiting {
		j.dropped++
		return nil, false
	}
	e := entry{r, make(chan struct{})}
	j.waiting = append(j.waiting, e)
	if !j.writing {
		j.writing = true
		guard.Go(context.Background(), j, j.write)
	}
	return e.done, !j.stuck
}

// logHandler is the name of the handler in messages.
var logHandler = &guard.Func{Name: "the log handler"}

// write passes all queued records to the handler. A record is lost if the handler panics. If
// the handler calls [runtime.Goexit], this goroutine ends and another continues.
func (j *journal) write(ctx context.Context) {
	ended := false
	defer func() {
		if !ended {
			j.mu.Lock()
			defer j.mu.Unlock()
			guard.Go(context.Background(), j, j.write)
		}
	}()
	for {
		e, ok := j.next()
		if !ok {
			break
		}
		j.handle(ctx, e)
	}
	ended = true
}

func (j *journal) handle(ctx context.Context, e entry) {
	defer close(e.done)
	_ = guard.Under(ctx).Call(logHandler, func() { // a panic cannot be reported
		logger := j.logger
		if logger == nil {
			logger = slog.Default()
		}
		if h := logger.Handler(); h.Enabled(context.Background(), e.record.Level) {
			_ = h.Handle(context.Background(), e.record) // as slog does
		}
	})
}

// next removes and returns the oldest record.
func (j *journal) next() (entry, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.stuck = false
	if len(j.waiting) > 0 {
		e := j.waiting[0]
		j.waiting = j.waiting[1:]
		return e, true
	}
	if j.dropped > 0 {
		r := slog.NewRecord(time.Now(), slog.LevelWarn, "config: the log handler did not return, and records were dropped", 0)
		r.Add("records", j.dropped)
		j.dropped = 0
		return entry{r, make(chan struct{})}, true
	}
	j.writing = false
	return entry{}, false
}

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

// journal hands records to the handler of a logger, one after the other, on a goroutine
// that exists only while there are any. A handler is a caller's code: it may panic,
// block or call the store, and must hold up neither the store nor [Store.Close]. It is the
// store's name where that waits for a caller's code; see [guard.Running.Reenters].
type journal struct {
	logger  *slog.Logger    // nil for what slog.Default returns at the time of the record
	closing <-chan struct{} // closed with the store

	mu      sync.Mutex
	waiting []entry
	writing bool // there is a goroutine
	stuck   bool // somebody has waited for the handler in vain, and it has not returned since
	dropped int
}

type entry struct {
	record slog.Record
	done   chan struct{} // closed when the handler has returned
}

const (
	logWait    = time.Second            // how long to wait for the handler
	closedWait = 100 * time.Millisecond // and once the store is closed
	maxWaiting = 100                    // how many records wait for a handler that is stuck
)

// log writes a record, and waits for a moment until the handler has it, so that usually
// what has happened is logged before the store goes on.
func (j *journal) log(level slog.Level, msg string, args ...any) {
	var caller [1]uintptr
	runtime.Callers(2, caller[:])
	r := slog.NewRecord(time.Now(), level, msg, caller[0])
	r.Add(args...)
	done, wait := j.add(r)
	if !wait {
		return
	}
	runtime.Gosched() // usually, that is all the waiting there is
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

// warn logs a warning that makes no pass fail.
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

// add has a record written, and tells whether to wait for it.
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

// aHandler names a logger's handler.
var aHandler = &guard.Func{Name: "the log handler"}

// write hands all waiting records to the handler. One that panics loses the record. One
// that calls [runtime.Goexit] ends this goroutine, and another goes on.
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
	_ = guard.Under(ctx).Call(aHandler, func() { // there is nowhere to report it
		logger := j.logger
		if logger == nil {
			logger = slog.Default()
		}
		if h := logger.Handler(); h.Enabled(context.Background(), e.record.Level) {
			_ = h.Handle(context.Background(), e.record) // as slog does
		}
	})
}

// next takes the record that has waited longest.
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

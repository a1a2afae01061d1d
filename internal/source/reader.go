package source

import (
	"context"
	"sync"
	"time"
)

// Limits bound a read.
type Limits struct {
	Size  int64 // bytes of a file
	Files int   // files in a directory, or that documents refer to
}

// SumFactor times the largest size of a file is the limit for all files of a directory, and
// all documents of a feed, together.
const SumFactor = 16

// hungAfter is the duration of a read after which it is reported as hung.
const hungAfter = time.Second

// Reader reads a set of files repeatedly. A read on a mount that hangs may never return, and
// cannot be ended. So a Reader publishes the path it is reading, and does not read a path that
// another Reader of the process is reading: it waits for that one, or for its context.
//
// Only Reading is safe for concurrent use.
type Reader struct {
	Places []Place
	Limits Limits

	// Arm, if not nil, is called with the traces of all files before the files are read, so
	// that no later change goes unnoticed. It returns the directories and files that it had
	// not watched before.
	Arm func([]Trace) []string

	// Refer, if not nil, returns the absolute paths (see [Abs]) of the files that a document
	// refers to, which are then read as well. If known is false, it is called for the same
	// document again at the next read.
	Refer func(context.Context, *Document) (refs []string, known bool)

	// Hung, if not nil, is called once for a path that has been read for a second; Answered is
	// called when that read has returned. Hung is called on another goroutine.
	Hung     func(path string, since time.Time)
	Answered func(path string, since time.Time)

	reporting sync.Mutex // held while Hung is called

	mu       sync.Mutex
	timer    *time.Timer // calls report
	active   bool        // between begin and end
	path     string      // the path that is being read, or ""
	since    time.Time
	reported bool
}

// Reading returns the path that is being read, and since when, or "".
func (r *Reader) Reading() (path string, since time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.path, r.since
}

// IsHung reports whether a read that began at since counts as hung.
func IsHung(since time.Time) bool { return time.Since(since) >= hungAfter }

// begin starts to check for paths whose read hangs, until end.
func (r *Reader) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.active = true
	if r.timer == nil {
		r.timer = time.AfterFunc(hungAfter, r.report)
	} else {
		r.timer.Reset(hungAfter)
	}
}

func (r *Reader) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.active = false
	r.timer.Stop()
}

// report calls Hung if the present read hangs.
func (r *Reader) report() {
	r.reporting.Lock()
	defer r.reporting.Unlock()
	if path, since := r.overdue(); path != "" && r.Hung != nil {
		r.Hung(path, since)
	}
}

// overdue returns the path of the present read if it hangs and was not reported yet, and
// schedules the next check.
func (r *Reader) overdue() (string, time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.active {
		return "", time.Time{}
	}
	again := hungAfter
	defer func() { r.timer.Reset(again) }()
	if r.path == "" || r.reported {
		return "", time.Time{}
	}
	if left := hungAfter - time.Since(r.since); left > 0 {
		again = left
		return "", time.Time{}
	}
	r.reported = true
	return r.path, r.since
}

// withPath calls do, which reads path, while no other Reader of the process reads path. It
// returns ctx's error if ctx is done before do is called.
func (r *Reader) withPath(ctx context.Context, path string, do func()) error {
	r.mu.Lock()
	r.path, r.since = path, time.Now()
	r.mu.Unlock()
	err := processLocks.lock(ctx, path)
	if err == nil {
		do()
		processLocks.unlock(path)
	}
	r.mu.Lock()
	since, reported := r.since, r.reported
	r.path, r.reported = "", false
	r.mu.Unlock()
	if reported && r.Answered != nil {
		r.reporting.Lock() // Hung has returned
		defer r.reporting.Unlock()
		r.Answered(path, since)
	}
	return err
}

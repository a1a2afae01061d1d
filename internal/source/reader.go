package source

import (
	"context"
	"sync"
	"time"
)

// Limits bound what is read.
type Limits struct {
	Size  int64 // bytes of a file
	Files int   // files in a directory, or that documents refer to
}

// SumFactor is how many times the largest size of a file the files of a directory, or the
// documents of a feed, may have together.
const SumFactor = 16

// hungAfter is for how long a path may be read before it is reported.
const hungAfter = time.Second

// Reader reads a set of files, again and again. A read of one that lies on a mount
// that hangs may never return, and nothing can end it. So a reader records which path
// it reads, for others to see, and reads none that another reader of the process is
// reading: it waits for it to be done, or for its context.
//
// All methods but Waiting are for one goroutine.
type Reader struct {
	Places []Place
	Limits Limits

	// Arm, unless nil, is called with the way to every file before the files are read:
	// what it watches then cannot change unnoticed. It returns the directories and
	// files that it watches anew.
	Arm func([]Trace) []string

	// Refer, unless nil, returns the paths of files that a document refers to, absolute as
	// by [Abs], which are read with it, and whether they are known: if not, it is called again
	// by the next look.
	Refer func(context.Context, *Document) (refs []string, known bool)

	// Hung, unless nil, is called once for a path that has been read for a second, on
	// another goroutine, and Answered when that has returned.
	Hung     func(path string, since time.Time)
	Answered func(path string, since time.Time)

	reporting sync.Mutex // held while Hung is called

	mu       sync.Mutex
	timer    *time.Timer // looks for a path to report
	active   bool        // between begin and end
	path     string      // that is being read, or ""
	since    time.Time
	reported bool
}

// Waiting returns the path that is being read, and since when, or "".
func (r *Reader) Reading() (path string, since time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.path, r.since
}

// IsHung reports whether a path has been read for so long that it is reported.
func IsHung(since time.Time) bool { return time.Since(since) >= hungAfter }

// begin has every path that is read until end reported if it takes too long.
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

// report reports the path that is being read if it has been for long enough.
func (r *Reader) report() {
	r.reporting.Lock()
	defer r.reporting.Unlock()
	if path, since := r.overdue(); path != "" && r.Hung != nil {
		r.Hung(path, since)
	}
}

// overdue returns the path to report, or "", and has the next looked for.
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

// at calls do, which reads path, when nobody else in the process reads it. It returns
// ctx's error if that does not come about.
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

package watch

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"example.com/lastgood/internal/source"
)

// Content is what [Follower] follows. [Files] is one; anything else that can be
// read as a consistent set of documents and can tell when to look again could
// be another.
type Content interface {
	// Look reads the content, having made sure that any later change gives a
	// hint.
	Look() source.Snapshot
	// Relinked tells, at less cost than a look, whether a new generation of the
	// content was published since the last look.
	Relinked() bool
	// Hints receives when the content may have changed; nil if never.
	Hints() <-chan struct{}
	// Unchanged tells, at less cost than a look, that there is nothing but what the
	// last look saw. It may be false all the same.
	Unchanged() bool
	// Settled is called when what the last look saw has been taken.
	Settled()
	// Renew is called after a change that gave no hint.
	Renew()
	// EventsMissing tells that some changes will give no hint.
	EventsMissing() bool
}

// Follower decides when content has changed and is whole. A change is content
// that differs, never an event: events only say when to look.
type Follower struct {
	Content Content

	// Settle is how long content that was not published atomically must be
	// quiet, and read the same before and after, to be taken. 0 takes it at once.
	Settle time.Duration

	// Poll is how often to look without a hint; 0 means never, unless events
	// are missing. FallbackPoll is used then.
	Poll, FallbackPoll time.Duration

	// Judge is handed each content that differs from the one before, once it is
	// whole, and whatever is there when a reload was asked for: its error is the
	// answer then. Looked is called after every look.
	Judge  func(content source.Snapshot, asked bool) error
	Looked func()

	judged   [sha256.Size]byte
	pending  *source.Snapshot // differs from judged, and has yet to settle
	since    time.Time        // when the pending content was first seen
	deadline *time.Timer      // for pending
}

// patience is how many times Settle a file that is touched all the time is
// waited for. After it, two equal reads must do.
const patience = 10

// ErrMoving is the answer to a reload of content that never read the same twice.
var ErrMoving = errors.New("the files keep changing while they are read")

// Run follows the content until ctx is done, starting from a snapshot that has
// been judged already. Whoever sends on reload has the content looked at and
// judged at once, settled or not, and gets the outcome on the channel sent,
// which must have room for it.
func (f *Follower) Run(ctx context.Context, first source.Snapshot, reload <-chan chan<- error) {
	f.judged = first.Digest
	f.deadline = time.NewTimer(0)
	f.deadline.Stop()
	defer f.deadline.Stop()
	poll := time.NewTimer(0)
	poll.Stop()
	defer poll.Stop()
	if first.Moving {
		f.await(first)
	}
	for {
		if every := f.pollInterval(); every > 0 {
			poll.Reset(every)
		} else {
			poll.Stop()
		}
		select {
		case <-ctx.Done():
			return
		case <-f.Content.Hints():
			f.hinted()
		case <-f.deadline.C:
			f.settled()
		case <-poll.C:
			f.polled()
		case reply := <-reload:
			reply <- f.reload()
		}
	}
}

func (f *Follower) pollInterval() time.Duration {
	if f.Poll == 0 && f.Content.EventsMissing() {
		return f.FallbackPoll
	}
	return f.Poll
}

func (f *Follower) reload() error {
	s := f.look()
	if s.Moving {
		f.await(s)
		return ErrMoving
	}
	return f.take(s, true)
}

// hinted looks at once, unless content is settling: then only a link that leads
// elsewhere is worth a read, anything else makes the wait start over.
func (f *Follower) hinted() {
	switch {
	case f.pending == nil, f.Content.Relinked():
		f.consider(f.look())
	case time.Since(f.since) < patience*f.Settle:
		f.deadline.Reset(f.wait())
	}
}

// settled takes the pending content if it still reads the same.
func (f *Follower) settled() {
	if f.pending == nil {
		return
	}
	before := f.pending.Digest
	s := f.look()
	if s.Digest == before && !s.Moving {
		_ = f.take(s, false) // a rejection has been reported; nobody waits for it
		return
	}
	f.consider(s)
}

// polled looks without a hint. What it finds then was missed by the events, so
// the watch is not to be trusted.
func (f *Follower) polled() {
	if f.pending != nil || f.Content.Unchanged() {
		return // if something is pending, the deadline is about to look
	}
	s := f.look()
	if s.Digest != f.judged {
		f.Content.Renew()
	}
	f.consider(s)
}

func (f *Follower) look() source.Snapshot {
	s := f.Content.Look()
	f.Looked()
	return s
}

// consider takes content that differs and was published as a whole, and lets
// anything else that differs settle.
func (f *Follower) consider(s source.Snapshot) {
	switch {
	case s.Moving:
		f.await(s)
	case s.Digest == f.judged:
		f.settle()
		f.Content.Settled()
	case s.Whole, f.Settle == 0:
		_ = f.take(s, false) // as in settled
	default:
		f.await(s)
	}
}

// await waits for s to be quiet.
func (f *Follower) await(s source.Snapshot) {
	if f.pending == nil {
		f.since = time.Now()
	}
	f.pending = &s
	f.deadline.Reset(f.wait())
}

// wait is how long content that moves is left alone even without settling.
func (f *Follower) wait() time.Duration { return max(f.Settle, 10*time.Millisecond) }

// settle ends the wait.
func (f *Follower) settle() {
	f.pending = nil
	f.deadline.Stop()
}

func (f *Follower) take(s source.Snapshot, asked bool) error {
	f.settle()
	f.judged = s.Digest
	f.Content.Settled()
	return f.Judge(s, asked)
}

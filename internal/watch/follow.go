package watch

import (
	"context"
	"errors"
	"time"

	"example.com/lastgood/internal/source"
)

// Content is what [Follower] follows. [Files] is one; anything else that can be
// read as a consistent set of documents and can give a hint when to look again could
// be another. What blocks ends with its context, after which its result is of no use.
type Content interface {
	// Look reads the content, having made sure that any later change gives a
	// hint.
	Scan(ctx context.Context) source.Snapshot
	// LinksChanged reports, at less cost than a look, whether a new generation of the
	// content was published since the last look.
	LinksChanged(ctx context.Context) bool
	// Hints receives when the content may have changed; nil if never.
	Hints() <-chan struct{}
	// Unchanged reports, at less cost than a look, that there is nothing but what the
	// last look saw. It may report false although nothing changed; it never reports
	// true after a change.
	Unchanged(ctx context.Context) bool
	// Invalidate is called after a change that gave no hint.
	Invalidate()
	// EventsMissing reports that some changes will give no hint.
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
	// answer then. OnScan is called after every look.
	Judge  func(content source.Snapshot, asked bool) error
	OnScan func()

	// Turn receives when content that was judged may have to be taken now, and OnTurn is
	// called, after a look if there is something new, and once that has settled. nil if
	// never.
	PublishTimer <-chan time.Time
	OnPublishDue func()

	docs       candidates
	scanned    time.Time   // when the last look ended
	publishDue bool        // Turn has received, and OnTurn was not called yet
	hint       time.Time   // when the last hint came since the last look
	due        time.Time   // when the deadline is; zero if nothing is settling
	deadline   *time.Timer // to look again
}

// looksPerSettle bounds how often content that is being written is read.
const scansPerSettle = 4

var (
	// ErrMoving is the answer to a reload of content that never read the same twice.
	ErrMoving = errors.New("the files keep changing while they are read")

	// ErrStopped is the answer to a reload that the end of the following cut short.
	ErrStopped = errors.New("the files are not followed any more")
)

// Run follows the content until ctx is done, starting from a snapshot that has
// been judged already. Whoever sends on reload has the content looked at and
// judged at once, settled or not, and gets the outcome on the channel sent,
// which must have room for it. Once ctx is done nothing is judged any more, however
// long a look takes to return. It may be called again once it has returned, with other
// exported fields, and goes on from where it was: first does not matter then.
func (f *Follower) Run(ctx context.Context, first source.Snapshot, reload <-chan chan<- error) {
	if f.deadline == nil {
		f.docs.settle = f.Settle
		f.docs.start(first)
		f.deadline = time.NewTimer(0)
		f.deadline.Stop()
	} else if !f.due.IsZero() {
		f.scanAt(f.due)
	}
	defer f.deadline.Stop()
	poll := time.NewTimer(0)
	poll.Stop()
	defer poll.Stop()
	for ctx.Err() == nil {
		if every := f.pollInterval(); every > 0 {
			poll.Reset(every)
		} else {
			poll.Stop()
		}
		select {
		case <-ctx.Done():
		case <-f.Content.Hints():
			f.onHint(ctx)
		case <-f.deadline.C:
			f.scanAndAccept(ctx)
		case <-poll.C:
			f.onPoll(ctx)
		case <-f.PublishTimer:
			f.publishDue = true
			if f.onPoll(ctx); f.due.IsZero() && ctx.Err() == nil {
				f.publishStaggered()
			}
		case reply := <-reload:
			reply <- f.reload(ctx)
		}
	}
}

func (f *Follower) pollInterval() time.Duration {
	if f.Poll == 0 && f.Content.EventsMissing() {
		return f.FallbackPoll
	}
	return f.Poll
}

// reload takes whatever is there.
func (f *Follower) reload(ctx context.Context) error {
	moving, ok := f.scan(ctx)
	if !ok {
		return ErrStopped
	}
	defer f.acceptReady()
	if moving {
		return ErrMoving
	}
	return f.Judge(f.docs.accept(nil), true)
}

// hinted looks at once, unless content is settling and was read just now: then only a
// link that leads elsewhere is worth another read so soon.
func (f *Follower) onHint(ctx context.Context) {
	f.hint = time.Now()
	next := f.scanned.Add(f.Settle / scansPerSettle)
	switch {
	case f.due.IsZero(), !f.hint.Before(next), f.Content.LinksChanged(ctx):
		f.scanAndAccept(ctx)
	case next.Before(f.due):
		f.scanAt(next)
	}
}

// polled looks without a hint. What it finds then was missed by the events, so
// the watch is not to be trusted.
func (f *Follower) onPoll(ctx context.Context) {
	if !f.due.IsZero() || f.Content.Unchanged(ctx) {
		return // if something is settling, the deadline is about to look
	}
	if _, ok := f.scan(ctx); ok {
		if f.docs.differ() {
			f.Content.Invalidate()
		}
		f.acceptReady()
	}
}

// look looks, and takes what is whole.
func (f *Follower) scanAndAccept(ctx context.Context) {
	if _, ok := f.scan(ctx); ok {
		f.acceptReady()
	}
}

// scan records what a look sees. What has changed has done so at the last hint, or
// now if there was none. It returns false once ctx is done.
func (f *Follower) scan(ctx context.Context) (moving, ok bool) {
	if f.hint.IsZero() {
		f.hint = time.Now()
	}
	s := f.Content.Scan(ctx)
	if ctx.Err() != nil {
		return false, false
	}
	f.OnScan()
	f.docs.observe(s, f.hint)
	f.hint, f.scanned = time.Time{}, time.Now()
	return s.Moving, true
}

// proceed takes what is whole of what the last look saw, and has the rest looked at
// again.
func (f *Follower) acceptReady() {
	waits, ok, again := f.docs.choose(f.scanned)
	if ok {
		_ = f.Judge(f.docs.accept(waits), false) // a rejection has been reported; nobody waits for it
	}
	f.docs.dropData()
	f.due = time.Time{}
	f.deadline.Stop()
	if again > 0 {
		f.scanAt(f.scanned.Add(again))
	}
	if ok || again == 0 {
		f.publishStaggered()
	}
}

// takeTurn has content taken whose turn has come while other content was settling.
func (f *Follower) publishStaggered() {
	if f.publishDue {
		f.publishDue = false
		f.OnPublishDue()
	}
}

func (f *Follower) scanAt(due time.Time) {
	f.due = due
	f.deadline.Reset(time.Until(due))
}

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
	Look(ctx context.Context) source.Snapshot
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
	Turn   <-chan time.Time
	OnTurn func()

	docs     candidates
	looked   time.Time   // when the last look ended
	turned   bool        // Turn has received, and OnTurn was not called yet
	hint     time.Time   // when the last hint came since the last look
	due      time.Time   // when the deadline is; zero if nothing is settling
	deadline *time.Timer // to look again
}

// looksPerSettle bounds how often content that is being written is read.
const looksPerSettle = 4

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
		f.lookAt(f.due)
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
			f.hinted(ctx)
		case <-f.deadline.C:
			f.look(ctx)
		case <-poll.C:
			f.polled(ctx)
		case <-f.Turn:
			f.turned = true
			if f.polled(ctx); f.due.IsZero() && ctx.Err() == nil {
				f.takeTurn()
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
	defer f.proceed()
	if moving {
		return ErrMoving
	}
	return f.Judge(f.docs.take(nil), true)
}

// hinted looks at once, unless content is settling and was read just now: then only a
// link that leads elsewhere is worth another read so soon.
func (f *Follower) hinted(ctx context.Context) {
	f.hint = time.Now()
	next := f.looked.Add(f.Settle / looksPerSettle)
	switch {
	case f.due.IsZero(), !f.hint.Before(next), f.Content.LinksChanged(ctx):
		f.look(ctx)
	case next.Before(f.due):
		f.lookAt(next)
	}
}

// polled looks without a hint. What it finds then was missed by the events, so
// the watch is not to be trusted.
func (f *Follower) polled(ctx context.Context) {
	if !f.due.IsZero() || f.Content.Unchanged(ctx) {
		return // if something is settling, the deadline is about to look
	}
	if _, ok := f.scan(ctx); ok {
		if f.docs.differ() {
			f.Content.Invalidate()
		}
		f.proceed()
	}
}

// look looks, and takes what is whole.
func (f *Follower) look(ctx context.Context) {
	if _, ok := f.scan(ctx); ok {
		f.proceed()
	}
}

// scan records what a look sees. What has changed has done so at the last hint, or
// now if there was none. It returns false once ctx is done.
func (f *Follower) scan(ctx context.Context) (moving, ok bool) {
	if f.hint.IsZero() {
		f.hint = time.Now()
	}
	s := f.Content.Look(ctx)
	if ctx.Err() != nil {
		return false, false
	}
	f.OnScan()
	f.docs.see(s, f.hint)
	f.hint, f.looked = time.Time{}, time.Now()
	return s.Moving, true
}

// proceed takes what is whole of what the last look saw, and has the rest looked at
// again.
func (f *Follower) proceed() {
	waits, ok, again := f.docs.choose(f.looked)
	if ok {
		_ = f.Judge(f.docs.take(waits), false) // a rejection has been reported; nobody waits for it
	}
	f.docs.release()
	f.due = time.Time{}
	f.deadline.Stop()
	if again > 0 {
		f.lookAt(f.looked.Add(again))
	}
	if ok || again == 0 {
		f.takeTurn()
	}
}

// takeTurn has content taken whose turn has come while other content was settling.
func (f *Follower) takeTurn() {
	if f.turned {
		f.turned = false
		f.OnTurn()
	}
}

func (f *Follower) lookAt(due time.Time) {
	f.due = due
	f.deadline.Reset(time.Until(due))
}

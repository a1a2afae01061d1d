package watch

import (
	"context"
	"errors"
	"time"

	"example.com/lastgood/internal/source"
)

// Content is what a [Follower] follows; [Files] is the implementation. Methods that block end
// with their context, after which their result is useless.
type Content interface {
	// Scan reads the content. Every later change gives a hint.
	Scan(ctx context.Context) source.Snapshot
	// LinksChanged reports, at less cost than a scan, whether a new generation of the content
	// was published since the last scan.
	LinksChanged(ctx context.Context) bool
	// Hints receives when the content may have changed; nil if never.
	Hints() <-chan struct{}
	// Unchanged reports, at less cost than a scan, that the content is that of the last scan.
	// It may report false although nothing changed; it never reports true after a change.
	Unchanged(ctx context.Context) bool
	// Invalidate is called after a change that gave no hint.
	Invalidate()
	// EventsMissing reports whether some changes will give no hint.
	EventsMissing() bool
}

// Follower decides when content has changed and is complete. A change is content that differs;
// events only trigger a scan.
type Follower struct {
	Content Content

	// Settle is how long content that was not published atomically must be quiet, and read the
	// same twice, to be accepted. 0 accepts it at once.
	Settle time.Duration

	// Poll is the interval of scans without a hint; 0 means none while events are complete.
	// FallbackPoll is used instead of 0 while events are missing.
	Poll, FallbackPoll time.Duration

	// Judge is called with each content that differs from the one before, once it is complete,
	// and with the present content after a reload was requested: asked is true then, and its
	// error is the reply. OnScan is called after every scan. Both are called on Run's
	// goroutine.
	Judge  func(content source.Snapshot, asked bool) error
	OnScan func()

	// PublishTimer receives when a version that was delayed by a stagger may be due.
	// OnPublishDue is then called, after a scan if the content may have changed, and once that
	// has settled. A nil PublishTimer never receives.
	PublishTimer <-chan time.Time
	OnPublishDue func()

	docs       candidates
	scanned    time.Time   // when the last scan ended
	publishDue bool        // PublishTimer has received, and OnPublishDue was not called yet
	hint       time.Time   // the last hint since the last scan; zero for none
	due        time.Time   // when deadline fires; zero if nothing is settling
	deadline   *time.Timer // of the next scan of content that settles
}

// scansPerSettle bounds how often content that settles is read.
const scansPerSettle = 4

var (
	// ErrMoving is the reply to a reload of content that changed during every attempt to read
	// it.
	ErrMoving = errors.New("the files keep changing while they are read")

	// ErrStopped is the reply to a reload that the end of Run interrupted.
	ErrStopped = errors.New("the files are not followed any more")
)

// Run follows the content until ctx is done, starting from the snapshot first, which was
// judged already. A send on reload scans and judges the content at once, settled or not; the
// reply is sent on the channel that was sent, which must have room for it. Nothing is judged
// once ctx is done. Run may be called again after it has returned, with other exported fields:
// it continues from its state then, and ignores first.
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

// pollInterval returns the time until the next poll, or 0.
func (f *Follower) pollInterval() time.Duration {
	if f.Poll == 0 && f.Content.EventsMissing() {
		return f.FallbackPoll
	}
	return f.Poll
}

// reload scans, and judges all content.
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

// onHint scans at once, unless content is settling and was read just now: then only a link
// with another target justifies another read so soon.
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

// onPoll scans without a hint. If it finds a change, events have missed it, so that the
// watches are armed anew.
func (f *Follower) onPoll(ctx context.Context) {
	if !f.due.IsZero() || f.Content.Unchanged(ctx) {
		return // while content settles, the deadline scans
	}
	if _, ok := f.scan(ctx); ok {
		if f.docs.differ() {
			f.Content.Invalidate()
		}
		f.acceptReady()
	}
}

// scanAndAccept scans, and judges what is complete.
func (f *Follower) scanAndAccept(ctx context.Context) {
	if _, ok := f.scan(ctx); ok {
		f.acceptReady()
	}
}

// scan scans the content and records it. A change is dated to the last hint, or to now if
// there was none. ok is false once ctx is done.
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

// acceptReady judges what the last scan found complete, and schedules a scan for the rest.
func (f *Follower) acceptReady() {
	waits, ok, again := f.docs.choose(f.scanned)
	if ok {
		_ = f.Judge(f.docs.accept(waits), false) // Judge has reported a rejection
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

// publishStaggered calls OnPublishDue if PublishTimer received while other content was
// settling.
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

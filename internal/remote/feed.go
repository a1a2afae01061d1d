// Package remote reads and follows a caller's source: documents that do not come from files.
//
// A [Feed] has one goroutine, which decides when to read and when to watch. Each call of Read
// or Watch runs on another one, so there are at most three. A change is content that differs:
// hints of the watch, and a poll beside it, only trigger a read.
package remote

import (
	"context"
	"math"
	"sync"
	"time"

	"example.com/lastgood/internal/source"
)

// Source is a caller's source with its options.
type Source struct {
	Name     string
	Of       any // the value with the methods Read and Watch, for messages
	Optional bool

	// Read returns the content, or why there is none. Watch blocks while it watches for
	// changes after the revision since, and calls hint when the source should be read.
	Read  func(ctx context.Context) (Reading, *Failure)
	Watch func(ctx context.Context, since string, hint func()) error

	Poll       time.Duration
	StaleAfter time.Duration
}

// Reading is the content at one moment.
type Reading struct {
	Items     []Item
	Revision  string
	PollAfter time.Duration // the shortest time until the next poll
}

// Item is a document or, with Value, the value of the key Name.
type Item struct {
	Name, Format  string // the name "" stands for the source itself, if it has one document only
	Data          []byte
	Value, Secret bool
}

// Failure is why a read returned no content: it does not exist, it is refused, or nothing is
// known about it.
type Failure struct {
	Missing, Refused bool // at most one of them
	Text, Hint       string
	Err              error
}

// Feed implements [source.Feed] for one Source.
type Feed struct {
	src Source

	hints     chan struct{}      // contains an element after a hint
	refreshes chan chan struct{} // from Refresh; the loop closes what it receives after the read
	attempted chan struct{}      // closed after the first read, whatever its outcome
	loaded    chan struct{}      // closed after the first read that was not stale
	ended     chan struct{}      // closed when the loop has ended

	mu       sync.Mutex
	docs     []source.Document
	state    source.FeedState
	staleErr error // set while state.Stale is
}

// New returns a feed that is not started.
func New(src Source) *Feed {
	none := []source.Document{src.fault(&source.Error{Code: "unreadable", Message: "has not answered yet", Varies: true})}
	return &Feed{src: src, docs: none, hints: make(chan struct{}, 1), refreshes: make(chan chan struct{}),
		attempted: make(chan struct{}), loaded: make(chan struct{}), ended: make(chan struct{})}
}

// Start implements [source.Feed].
func (f *Feed) Start(ctx context.Context, following source.Following) {
	l := &loop{Feed: f, ctx: ctx, Following: following}
	go l.run()
}

// Await implements [source.Feed].
func (f *Feed) Await(ctx context.Context, limit time.Duration) error {
	done := f.loaded
	if limit <= 0 {
		limit, done = math.MaxInt64, f.attempted
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err()
}

// Documents implements [source.Feed].
func (f *Feed) Documents() []source.Document {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.docs
}

// Refresh implements [source.Feed].
func (f *Feed) Refresh(ctx context.Context) error {
	done := make(chan struct{})
	select {
	case f.refreshes <- done:
	case <-ctx.Done():
		return ctx.Err()
	case <-f.ended:
		return nil
	}
	select {
	case <-done:
	case <-ctx.Done():
		return ctx.Err()
	case <-f.ended:
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.staleErr
}

// State implements [source.Feed].
func (f *Feed) State() source.FeedState {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.state
	s.Overdue = s.Stale != "" && time.Since(s.Since) >= f.src.StaleAfter
	return s
}

// Wait implements [source.Feed].
func (f *Feed) Wait() { <-f.ended }

// hint never blocks: several hints before a read have the effect of one.
func (f *Feed) hint() {
	select {
	case f.hints <- struct{}{}:
	default:
	}
}

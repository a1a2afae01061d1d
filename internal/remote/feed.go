// Package remote reads and follows what a caller's source gives: documents from elsewhere
// than files.
//
// A [Feed] has one goroutine, which decides when to read and when to watch, and one more
// for each of the two calls into the source that can be under way. A change is content that
// differs; hints of the watch, and a poll beside it, only have the source read.
package remote

import (
	"context"
	"math"
	"sync"
	"time"

	"example.com/lastgood/internal/source"
)

// Source is what a feed reads.
type Source struct {
	Name     string
	Of       any // that has the methods Read and Watch, for messages
	Optional bool

	// Read returns the content, or why there is none. Watch calls hint when to read, and
	// returns when it ends.
	Read  func(ctx context.Context) (Reading, *Failure)
	Watch func(ctx context.Context, since string, hint func()) error

	Poll       time.Duration
	StaleAfter time.Duration
}

// Reading is all content at one moment.
type Reading struct {
	Items     []Item
	Revision  string
	PollAfter time.Duration // it is not to be polled before
}

// Item is a document, or a value with the key Name.
type Item struct {
	Name, Format  string // a name of "" is that of the source, which has nothing else
	Data          []byte
	Value, Secret bool
}

// Failure is why there is no content.
type Failure struct {
	Missing, Refused bool // or else nothing is known of the content
	Text, Hint       string
	Err              error
}

// Feed implements [source.Feed].
type Feed struct {
	src Source

	hints     chan struct{}      // has an element after a hint
	refreshes chan chan struct{} // of Refresh, closed when that is done
	attempted chan struct{}      // closed after the first try to read
	loaded    chan struct{}      // closed after the first reading
	ended     chan struct{}      // closed when nothing is done any more

	mu       sync.Mutex
	docs     []source.Document
	state    source.FeedState
	staleErr error // of a stale state
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

// hint never blocks: one that waits is as good as many.
func (f *Feed) hint() {
	select {
	case f.hints <- struct{}{}:
	default:
	}
}

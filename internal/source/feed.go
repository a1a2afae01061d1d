package source

import (
	"context"
	"time"
)

// Feed gives the documents of a [Place] that is no file: it reads and follows something
// elsewhere on goroutines of its own, so that nobody else waits for that. All methods are
// safe for concurrent use.
type Feed interface {
	// Start begins to read and to follow. It is called once, and ends with ctx.
	Start(ctx context.Context, f Following)

	// Await waits for a first reading until limit is over, or, if that is 0, for a first try.
	Await(ctx context.Context, limit time.Duration) error

	// Documents returns what was read last, as one generation, or why nothing was. It
	// never blocks. The slice and its documents must not be changed.
	Documents() []Document

	// Refresh reads anew, and waits for that. It returns ctx's error, or why nothing is
	// known of the content now.
	Refresh(ctx context.Context) error

	// State returns how the feed is doing.
	State() FeedState

	// Wait waits, once Start's context is done, until nothing runs any more, or goes on for
	// so long that it is left to itself.
	Wait()
}

// Following is how a [Feed] follows.
type Following struct {
	Limits   Limits
	Starting context.Context // done when the store has started; until then, the feed is read about every second
	Watch    bool            // for changes; else, nothing is read after the start but by Refresh
	Owner    any             // who waits for reads; see [guard.Running.Reenters]

	Changed func()                               // called after each change of Documents
	Stale   func(reason string, since time.Time) // called when nothing is known of the content any more,
	Fresh   func(since time.Time)                // and when it is again
}

// FeedState is how a [Feed] is doing.
type FeedState struct {
	Stale   string    // why nothing is known of the content now, or ""
	Since   time.Time // when that began
	Overdue bool      // it has been so for too long
	NoWatch string    // why changes are noticed by polling alone, or ""
}

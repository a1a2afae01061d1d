package source

import (
	"context"
	"time"
)

// Feed returns the documents of a [Place] that is not a file. It reads and follows its origin
// on goroutines of its own. All methods are safe for concurrent use.
type Feed interface {
	// Start starts to read and to follow, until ctx is done. It is called once.
	Start(ctx context.Context, f Following)

	// Await blocks until a first read has succeeded or limit has passed. With a limit of 0 it
	// blocks until a first read has ended. The error is that of ctx.
	Await(ctx context.Context, limit time.Duration) error

	// Documents returns the documents that were read last, which are one generation, or one
	// document with the reason why there are none. It never blocks. The slice and the
	// documents are immutable.
	Documents() []Document

	// Refresh reads now, and blocks until that is done. It returns ctx's error, or why nothing
	// is known about the content.
	Refresh(ctx context.Context) error

	// State returns the present state.
	State() FeedState

	// Wait blocks, once Start's context is done, until the feed's goroutines have ended, but
	// not for long if a call into the origin does not return.
	Wait()
}

// Following configures how a [Feed] follows.
type Following struct {
	Limits   Limits
	Starting context.Context // done when the store has started; until then, the feed is polled about every second
	Watch    bool            // follow changes; otherwise only Refresh reads after the start
	Owner    any             // the store that waits for reads; see [guard.Running.Reenters]

	Changed func()                               // called after each change of Documents
	Stale   func(reason string, since time.Time) // called when reads begin to fail
	Fresh   func(since time.Time)                // called when reads succeed again
}

// FeedState is the state of a [Feed].
type FeedState struct {
	Stale   string    // why nothing is known about the content now, or ""
	Since   time.Time // the time since which Stale is set
	Overdue bool      // Stale has been set for longer than StaleAfter
	NoWatch string    // why changes are found by polling only, or ""
}

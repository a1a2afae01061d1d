package config

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
	"weak"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/lifecycle"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/notify"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/watch"
)

// Store holds the current configuration of type T and updates it. [Load] and [Open] return
// stores. All methods are safe for concurrent use.
type Store[T any] struct {
	current  atomic.Pointer[T] // beside snapshot, so that Current is one load
	snapshot atomic.Pointer[Snapshot[T]]

	loader     *load.Loader
	journal    *journal
	dispatcher *notify.Dispatcher
	changes    *notify.Topic[*T]
	rejections *notify.Topic[*Error]
	recoveries *notify.Topic[struct{}]

	reload chan chan<- error
	cancel context.CancelFunc
	done   chan struct{} // closed when the goroutine has ended, or is left alone
	end    func()        // closes done
	close  sync.Once

	isTestValue bool // it serves what configtest gave it
	following   bool // and not only reading on request

	mu     sync.Mutex
	record record                          // what Status tells; guarded by mu
	trees  map[weak.Pointer[T]]*merge.Tree // see rememberTree; guarded by mu

	hasSources bool // one of trees was not nil; guarded by mu

	content *watch.Files
	passing atomic.Pointer[time.Time] // when the store's goroutine began the pass that it makes; nil if it makes none
	modes   []watch.Mode              // as reported; of the store's goroutine

	machine machine            // what becomes of versions; nil for nothing
	stagger *lifecycle.Stagger // nil for none
	turn    *time.Timer        // of the change that waits
	stores  documentStore      // of documents; nil if none are stored

	// publishing is held to publish or reject: by the store's goroutine, and to roll
	// back. It guards the rest.
	publishing sync.Mutex
	waiting    *waiting         // nil if no change waits for its turn; only the store's goroutine changes it
	failure    *Error           // why the content on disk was rejected; nil when it was not
	failed     input            // that content
	warned     map[warning]bool // that were logged
}

// Snapshot is one version of a configuration. It never changes.
type Snapshot[T any] struct {
	Value    *T        `json:"-"` // as [Store.Current] returns it; read-only. JSON would show what the tag secret:"true" is on
	Version  uint64    // 1 for the first, and one more for each change of the value
	LoadedAt time.Time // when this version was published
	Content  Digest    // of the newest content with this value; see [Digests]

	// Pending are the changes on disk that wait for a restart; see [Pending]. It
	// must not be changed.
	Pending []Pending

	result   *load.Result
	settings *settings
	source   lifecycle.Digest // identifies the content, by which a change is noticed
	sums     *sums            // of the content
	stored   time.Time        // when it was confirmed, if it is from what [WithLastGood] has stored
}

// Current returns the current configuration. It is never nil, always complete and valid, and
// never modified: call Current once per request, and do not write to the value. It is one
// atomic load and never blocks. After [Store.Close], it returns the last configuration.
func (s *Store[T]) Current() *T { return s.current.Load() }

// Snapshot returns the current configuration with its version, its digest and its time. It does
// not block.
func (s *Store[T]) Snapshot() Snapshot[T] { return *s.snapshot.Load() }

// Reload reads the files, the sources, and the Viper of [WithViper] now, without waiting for
// files to settle, and validates and publishes the content; content that was rejected before is
// validated again. It blocks until the result is known or ctx is done.
//
// Reload returns nil if [Current] now returns the content; an [*Error] if the content is
// rejected; [ErrBusy] if the files change each time they are read; [ErrClosed] after
// [Store.Close] or the end of the context of [WithContext]; an error that wraps the one of ctx,
// and names the path that does not answer if there is one; or the reason why a source cannot be
// read, after everything else was reloaded.
//
// Hooks may call Reload. A check, a Validate method or another function that a reload of this
// store waits for may not: Reload returns [ErrReentrant] at once, which it detects by the
// context that a check is given and by the goroutine.
func (s *Store[T]) Reload(ctx context.Context) error {
	if ctx == nil {
		return errors.New("config: reload: the context is nil")
	}
	if guard.Caller(ctx).Reenters(s.journal) {
		return fmt.Errorf("config: reload: %w", ErrReentrant)
	}
	if s.isTestValue { // there is nothing to read
		return fmt.Errorf("config: reload: %w", ErrClosed)
	}
	if s.loader.ReadViper(ctx, s.journal) != nil {
		return s.unfinished(ctx)
	}
	stale := s.content.RefreshFeeds(ctx)
	if ctx.Err() != nil {
		return s.unfinished(ctx)
	}
	reply := make(chan error, 1)
	select {
	case s.reload <- reply:
	case <-s.done:
		return fmt.Errorf("config: reload: %w", ErrClosed)
	case <-ctx.Done():
		return s.unfinished(ctx)
	}
	var err error
	select {
	case err = <-reply:
	case <-s.done:
		err = ErrClosed
		select {
		case err = <-reply: // it came at the same moment
		default:
		}
	case <-ctx.Done():
		return s.unfinished(ctx)
	}
	switch { // by what it is: what a check's error wraps is no answer of the store's
	case err == watch.ErrMoving: //nolint:errorlint // as above
		return fmt.Errorf("config: reload: %w", ErrBusy)
	case err == ErrClosed, err == watch.ErrStopped: //nolint:errorlint // as above
		return fmt.Errorf("config: reload: %w", ErrClosed)
	case err == nil && stale != nil:
		return fmt.Errorf("config: reload: %w", stale)
	}
	return err
}

// unfinished returns the error of a reload that ctx ended, with the path that does not answer.
func (s *Store[T]) unfinished(ctx context.Context) error {
	if path, since, ok := s.hungPath(); ok {
		return fmt.Errorf("config: reload: %w: %s: %s", ctx.Err(), redact.Escape(path), unanswered(since))
	}
	return fmt.Errorf("config: reload: %w", ctx.Err())
}

// Close stops watching and waits for the goroutines of the store to end; after that nothing is
// published and no hook is called. If [Load] returned the store, T can be loaded again. Close
// does not wait for a hook, a check or a Validate method that is running, and may be called by
// one. It waits for a read that does not return and for a long pass for half a second, for a
// [Source] for as long, and for the documents of [WithLastGood] to be written for at most 5
// seconds. Further calls do nothing. [Store.Current] continues to return the last
// configuration.
func (s *Store[T]) Close() {
	s.close.Do(func() {
		unpublish(s)
		s.cancel()
		<-s.done
		s.dispatcher.Close()
		if s.machine != nil {
			s.machine.Close()
		}
	})
}

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
	done   chan struct{} // closed when the goroutine has ended or was abandoned
	end    func()        // closes done
	close  sync.Once

	isTestValue bool // the value is from package configtest
	following   bool // false with WithoutWatch

	mu     sync.Mutex
	record record                          // guarded by mu
	trees  map[weak.Pointer[T]]*merge.Tree // see trackTree; guarded by mu

	hasSources bool // some tree was not nil; guarded by mu

	content *watch.Files
	passing atomic.Pointer[time.Time] // when the pass on the store's goroutine began; nil if there is none
	modes   []watch.Mode              // as last reported; used by the store's goroutine only

	machine machine            // the states of versions; nil if no option needs it
	stagger *lifecycle.Stagger // nil for none
	turn    *time.Timer        // for the waiting change
	stores  documentStore      // nil without WithLastGood

	// publishing is held to publish, reject or roll back. It guards the fields below.
	publishing sync.Mutex
	waiting    *waiting         // nil if no change waits; set by the store's goroutine only
	failure    *Error           // the rejection of the content on disk, or nil
	failed     input            // the rejected content
	warned     map[warning]bool // already logged
}

// Snapshot is one version of a configuration. It never changes.
type Snapshot[T any] struct {
	Value    *T        `json:"-"` // the result of [Store.Current]; omitted from JSON, which would show secrets in tagged fields
	Version  uint64    // 1 for the first version, increasing by 1
	LoadedAt time.Time // when the version was published
	Content  Digest    // of the newest content with this value; see [Digests]

	// Pending lists the changes that need a restart. It must not be modified.
	Pending []Pending

	result   *load.Result
	settings *settings
	source   lifecycle.Digest // identifies the content to detect changes
	sums     *sums            // of the content
	stored   time.Time        // when the version was confirmed, if WithLastGood has restored it
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
		return s.interrupted(ctx)
	}
	stale := s.content.RefreshFeeds(ctx)
	if ctx.Err() != nil {
		return s.interrupted(ctx)
	}
	reply := make(chan error, 1)
	select {
	case s.reload <- reply:
	case <-s.done:
		return fmt.Errorf("config: reload: %w", ErrClosed)
	case <-ctx.Done():
		return s.interrupted(ctx)
	}
	var err error
	select {
	case err = <-reply:
	case <-s.done:
		err = ErrClosed
		select {
		case err = <-reply: // both were ready
		default:
		}
	case <-ctx.Done():
		return s.interrupted(ctx)
	}
	switch { // compared by identity: a check's error may wrap the same errors
	case err == watch.ErrMoving: //nolint:errorlint // as above
		return fmt.Errorf("config: reload: %w", ErrBusy)
	case err == ErrClosed, err == watch.ErrStopped: //nolint:errorlint // as above
		return fmt.Errorf("config: reload: %w", ErrClosed)
	case err == nil && stale != nil:
		return fmt.Errorf("config: reload: %w", stale)
	}
	return err
}

// interrupted returns the error of a reload that ctx ended, with the path that does not answer.
func (s *Store[T]) interrupted(ctx context.Context) error {
	if path, since, ok := s.hungPath(); ok {
		return fmt.Errorf("config: reload: %w: %s: %s", ctx.Err(), redact.Escape(path), hungReason(since))
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

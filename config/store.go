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

// Store holds the current configuration of type T and keeps it current. [Load]
// and [Open] make one. All methods are safe for concurrent use.
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

// Snapshot is a configuration with what is known about it.
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

// Current returns the current configuration. It is never nil, always complete
// and validated, and never changes after it was published: take it once per
// request, and do not write to it. It takes one atomic load and never blocks.
// After [Store.Close] it goes on returning the last one.
func (s *Store[T]) Current() *T { return s.current.Load() }

// Snapshot returns the current configuration with its version, age and digest of its content.
func (s *Store[T]) Snapshot() Snapshot[T] { return *s.snapshot.Load() }

// Reload reads the content, and the Viper given to [WithViper], again and judges it at
// once, whether or not it has settled or changed. It returns nil if the content on disk is what Current
// returns now, an [*Error] if it was rejected, [ErrClosed] after Close, [ErrBusy]
// if the files are being changed right now, or ctx's error. It blocks while a path does
// not answer.
//
// It may be called inside a hook. Inside a check, a Validate method or another
// function that a reload of this store is waiting for, it returns [ErrReentrant] at
// once: it knows them by the context that a check was given, and by their goroutine.
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

// unfinished is the error of a reload that ctx ended, with what it waited for.
func (s *Store[T]) unfinished(ctx context.Context) error {
	if path, since, ok := s.hungPath(); ok {
		return fmt.Errorf("config: reload: %w: %s: %s", ctx.Err(), redact.Escape(path), unanswered(since))
	}
	return fmt.Errorf("config: reload: %w", ctx.Err())
}

// Close stops following the content, waits until that has stopped, and, if
// [Load] made the store, makes room for another Load of T. Nothing is published and
// no hook is called any more. A hook, a check or a Validate method that is running is
// not waited for, so that Close may be called inside it; what it returns no longer
// matters. Nor is a read that does not return, or a pass over very much, for longer than
// half a second. What [WithLastGood] is writing is waited for, for a second at most. It is
// idempotent.
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

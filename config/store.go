package config

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/notify"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/watch"
)

// Store holds the current configuration of type T and keeps it current. [Load]
// and [Open] make one. All methods are safe for concurrent use.
type Store[T any] struct {
	current  atomic.Pointer[T] // beside snapshot, so that Current is one load
	snapshot atomic.Pointer[Snapshot[T]]

	loader     *load.Loader
	logger     *slog.Logger
	dispatcher *notify.Dispatcher
	changes    *notify.Topic[*T]
	rejections *notify.Topic[*Error]

	reload chan chan<- error
	cancel context.CancelFunc
	done   chan struct{} // closed when the goroutine has ended
	close  sync.Once
	fixed  bool // it serves what configtest gave it

	// The rest belongs to the store's goroutine.
	content *watch.Files
	modes   []watch.Mode
	failure *Error // why the content on disk was rejected; nil when it was not
	failed  Digest // of that content
}

// Digest is the SHA-256 of a configuration's content. For a single file it is
// what sha256sum prints; for several it is the sum over theirs, in order.
type Digest [sha256.Size]byte

// String returns the digest in hexadecimal, 64 characters.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// Snapshot is a configuration with what is known about it.
type Snapshot[T any] struct {
	Value    *T        // as [Store.Current] returns it; read-only
	Version  uint64    // 1 for the first, and one more for each change of the value
	LoadedAt time.Time // when this version was published
	Digest   Digest    // of the newest content with this value; comments count
}

// Current returns the current configuration. It is never nil, always complete
// and validated, and never changes after it was published: take it once per
// request, and do not write to it. It takes one atomic load and never blocks.
// After [Store.Close] it goes on returning the last one.
func (s *Store[T]) Current() *T { return s.current.Load() }

// Snapshot returns the current configuration with its version, age and digest.
func (s *Store[T]) Snapshot() Snapshot[T] { return *s.snapshot.Load() }

// Reload reads the content again and judges it at once, whether or not it has
// settled or changed. It returns nil if the content on disk is what Current
// returns now, an [*Error] if it was rejected, [ErrClosed] after Close, [ErrBusy]
// if the files are being changed right now, or ctx's error.
//
// It may be called inside a hook, but not inside a Validate method, which runs
// as part of a reload.
func (s *Store[T]) Reload(ctx context.Context) error {
	reply := make(chan error, 1)
	select {
	case s.reload <- reply:
	case <-s.done:
		return fmt.Errorf("config: reload: %w", ErrClosed)
	case <-ctx.Done():
		return fmt.Errorf("config: reload: %w", ctx.Err())
	}
	select {
	case err := <-reply:
		if errors.Is(err, watch.ErrMoving) {
			return fmt.Errorf("config: reload: %w", ErrBusy)
		}
		return err
	case <-ctx.Done():
		return fmt.Errorf("config: reload: %w", ctx.Err())
	}
}

// Close stops following the content, waits until that has stopped, and, if
// [Load] made the store, makes room for another Load of T. No hook is called any
// more, but one that is running is not waited for, so that Close may be called
// inside it. It is idempotent.
func (s *Store[T]) Close() {
	s.close.Do(func() {
		unpublish(s)
		s.cancel()
		<-s.done
		s.dispatcher.Close()
	})
}

// run follows the content from the first snapshot on until ctx is done.
func (s *Store[T]) run(ctx context.Context, first source.Snapshot, o *options) {
	defer close(s.done)
	defer s.content.Close()
	f := watch.Follower{
		Content: s.content,
		Settle:  o.settle,
		Judge:   s.judge,
		Looked:  s.reportModes,
	}
	if o.watch {
		f.Poll, f.FallbackPoll = o.poll, DefaultPollInterval
	}
	f.Run(ctx, first, s.reload)
}

// judge publishes or rejects content that differs from what it was handed last,
// or that somebody asked to have judged again.
func (s *Store[T]) judge(content source.Snapshot) error {
	running := s.snapshot.Load()
	digest := Digest(content.Digest)
	if digest == running.Digest {
		s.recovered(running.Version)
		return nil
	}
	if s.failure != nil && digest == s.failed {
		return s.failure
	}
	loaded, problems := s.loader.Load(content.Documents)
	if len(problems) > 0 {
		return s.reject(newError(problems, running.Version), digest)
	}
	value := loaded.(*T)
	if reflect.DeepEqual(value, running.Value) {
		same := *running
		same.Digest = digest
		s.snapshot.Store(&same)
		s.recovered(running.Version)
		return nil
	}
	s.failure = nil
	version := running.Version + 1
	s.set(value, version, digest)
	s.changes.Publish(value)
	s.logger.Info("config: reloaded", "version", version, "digest", digest.String()[:shortDigest])
	return nil
}

// shortDigest is how much of a digest is logged: enough to compare pods by, too
// little to guess a weak secret in the file from.
const shortDigest = 12

func (s *Store[T]) set(value *T, version uint64, digest Digest) {
	s.snapshot.Store(&Snapshot[T]{Value: value, Version: version, LoadedAt: time.Now(), Digest: digest})
	s.current.Store(value)
}

func (s *Store[T]) reject(rejected *Error, digest Digest) error {
	s.failure, s.failed = rejected, digest
	s.rejections.Publish(rejected)
	s.logger.Warn("config: reload rejected", "err", rejected)
	return rejected
}

// recovered clears a failure, because the running value is on disk again.
func (s *Store[T]) recovered(version uint64) {
	if s.failure == nil {
		return
	}
	s.failure = nil
	s.logger.Info("config: the content on disk is good again", "version", version)
}

// reportModes logs how files are watched where that has changed and matters.
func (s *Store[T]) reportModes() {
	modes := s.content.Watched()
	for _, m := range modes {
		var old watch.Mode
		if i := slices.IndexFunc(s.modes, func(old watch.Mode) bool { return old.Path == m.Path }); i >= 0 {
			old = s.modes[i]
		}
		switch {
		case m.NoEvents == old.NoEvents:
		case m.NoEvents == "":
			s.logger.Info("config: file system events are back", "path", m.Path)
		default:
			s.logger.Warn("config: no file system events, changes are noticed by polling alone", "path", m.Path, "reason", m.NoEvents)
		}
		if m.Pinned != old.Pinned && m.Pinned != "" {
			s.logger.Warn("config: this file may never change", "path", m.Path, "reason", m.Pinned)
		}
	}
	s.modes = modes
}

// stuckAfter is how long a hook may run before it is logged.
const stuckAfter = 10 * time.Second

// newDispatcher returns what runs the store's hooks.
func newDispatcher(logger *slog.Logger) *notify.Dispatcher {
	return notify.New(notify.Options{
		Stuck: stuckAfter,
		OnStuck: func(hook string, running time.Duration) {
			logger.Warn("config: a hook is stuck, and with it all others", "hook", hook, "running", running)
		},
		OnPanic: func(hook string, value any, stack []byte) {
			logger.Error("config: a hook panicked", "hook", hook, "panic", fmt.Sprint(value), "stack", string(stack))
		},
	})
}

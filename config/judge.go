package config

import (
	"context"
	"log/slog"
	"reflect"
	"slices"
	"time"

	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/watch"
)

// run follows the content from the first snapshot on until ctx is done.
func (s *Store[T]) run(ctx context.Context, first source.Snapshot, o *options) {
	defer s.end()
	defer s.content.Close()
	f := watch.Follower{
		Content: s.content,
		Settle:  o.settle,
		Judge:   func(content source.Snapshot, asked bool) error { return s.judge(ctx, content, asked) },
		OnScan:  s.reportModes,
	}
	if o.watch {
		f.Poll, f.FallbackPoll = o.poll, DefaultPollInterval
	}
	f.Run(ctx, first, s.reload)
}

// judge publishes or rejects content that differs from what it was handed last,
// or that somebody asked to have judged again.
func (s *Store[T]) judge(ctx context.Context, content source.Snapshot, asked bool) error {
	began := time.Now()
	running := s.snapshot.Load()
	digest := Digest(content.Digest)
	if digest == running.Digest {
		s.unchanged(running, began)
		return nil
	}
	if s.failure != nil && digest == s.failed && !asked {
		return s.failure
	}
	result, problems := s.loader.Load(ctx, content.Documents, running.result)
	if ctx.Err() != nil {
		return ErrClosed // a check may have been cut short
	}
	if len(problems) > 0 {
		return s.reject(newError(problems, running.Version), digest, began)
	}
	if reflect.DeepEqual(result.Value, running.result.Value) {
		result.Value = running.result.Value // who holds the one need not see another
		same := newSnapshot[T](result, running.Version, digest, running.LoadedAt)
		s.snapshot.Store(same)
		s.unchanged(same, began)
		s.reportPending(running.Pending, same.Pending)
		return nil
	}
	s.apply(running, newSnapshot[T](result, running.Version+1, digest, time.Now()), began)
	return nil
}

func newSnapshot[T any](result *load.Result, version uint64, digest Digest, at time.Time) *Snapshot[T] {
	s := &Snapshot[T]{Value: result.Value.(*T), Version: version, LoadedAt: at, Digest: digest, result: result}
	for _, p := range result.Pending {
		s.Pending = append(s.Pending, newPending(p))
	}
	return s
}

// begin makes the result of the first pass the first version.
func (s *Store[T]) begin(result *load.Result, digest Digest, began time.Time) {
	first := newSnapshot[T](result, 1, digest, time.Now())
	s.set(first)
	s.note(Applied, nil, began)
	s.remember(first, nil)
}

// apply publishes a new version.
func (s *Store[T]) apply(running, next *Snapshot[T], began time.Time) {
	s.failure = nil
	s.set(next)
	s.changes.Publish(next.Value)
	changes := s.Diff(running.Value, next.Value)
	s.note(Applied, nil, began)
	s.remember(next, changes)
	s.logger.Info("config: reloaded", "version", next.Version, "digest", next.Digest.String()[:shortDigest], "changed", summary(changes))
	s.reportPending(running.Pending, next.Pending)
}

// shortDigest is how much of a digest is logged: enough to compare pods by. A whole
// one would leave no doubt to who guesses at a weak secret in the file.
const shortDigest = 12

func (s *Store[T]) set(next *Snapshot[T]) {
	s.snapshot.Store(next)
	s.current.Store(next.Value)
}

func (s *Store[T]) reject(rejected *Error, digest Digest, began time.Time) error {
	if s.failure != nil && digest == s.failed && rejected.Error() == s.failure.Error() {
		return s.failure // it was asked for again, and has been reported
	}
	s.failure, s.failed = rejected, digest
	s.note(Rejected, rejected, began)
	s.rejections.Publish(rejected)
	s.logger.Warn("config: reload rejected", "err", rejected)
	return rejected
}

// unchanged clears a failure, because the running value is on disk again.
func (s *Store[T]) unchanged(running *Snapshot[T], began time.Time) {
	recovered := s.failure != nil
	s.failure = nil
	s.note(Unchanged, nil, began)
	if recovered {
		s.logger.Info("config: the content on disk is good again", "version", running.Version)
	}
}

// reportPending logs what waits for a restart, where that has changed.
func (s *Store[T]) reportPending(old, pending []Pending) {
	switch {
	case slices.EqualFunc(old, pending, func(a, b Pending) bool { return a.String() == b.String() }):
	case len(pending) == 0:
		s.logger.Info("config: nothing waits for a restart any more")
	default:
		attrs := make([]any, len(pending))
		for i, p := range pending {
			attrs[i] = slog.String(p.Key, p.String())
		}
		s.logger.Warn("config: some changes wait for a restart", slog.Group("pending", attrs...))
	}
}

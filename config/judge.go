package config

import (
	"context"
	"log/slog"
	"reflect"
	"slices"
	"time"

	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/watch"
)

// run follows the content from the first snapshot on until ctx is done.
func (s *Store[T]) run(ctx context.Context, first source.Snapshot, o *options) {
	defer close(s.done)
	defer s.content.Close()
	f := watch.Follower{
		Content: s.content,
		Settle:  o.settle,
		Judge:   func(content source.Snapshot, asked bool) error { return s.judge(ctx, content, asked) },
		Looked:  s.reportModes,
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
	s.remember(first, nil, 0)
}

// apply publishes a new version.
func (s *Store[T]) apply(running, next *Snapshot[T], began time.Time) {
	s.failure = nil
	s.set(next)
	s.changes.Publish(next.Value)
	first, more := explain.DiffBriefly(s.loader.Schema(), running.Value, next.Value, mostChanges)
	changes := newChanges(first)
	s.note(Applied, nil, began)
	s.remember(next, changes, more)
	s.logger.Info("config: reloaded", "version", next.Version, "digest", next.Digest.String()[:shortDigest], "changed", summary(changes, more))
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
			attrs[i] = slog.String(redact.Escape(p.Key), p.String())
		}
		s.logger.Warn("config: some changes wait for a restart", slog.Group("pending", attrs...))
	}
}

// reportModes logs how files are watched where that has changed and matters.
func (s *Store[T]) reportModes() {
	modes := s.content.Watched()
	if s.modes != nil && slices.Equal(modes, s.modes) {
		return
	}
	for _, m := range modes {
		var old watch.Mode
		if i := slices.IndexFunc(s.modes, func(old watch.Mode) bool { return old.Path == m.Path }); i >= 0 {
			old = s.modes[i]
		}
		switch {
		case m.NoEvents == old.NoEvents:
		case m.NoEvents == "":
			s.logger.Info("config: file system events are back", "path", redact.Escape(m.Path))
		default:
			s.logger.Warn("config: no file system events, changes are noticed by polling alone", "path", redact.Escape(m.Path), "reason", redact.Escape(m.NoEvents))
		}
		if m.Pinned != old.Pinned && m.Pinned != "" {
			s.logger.Warn("config: this file may never change", "path", redact.Escape(m.Path), "reason", redact.Escape(m.Pinned))
		}
	}
	s.modes = modes
	s.mu.Lock()
	defer s.mu.Unlock()
	s.record.watch = pathStatuses(modes, s.following)
}

// pathStatuses tells of every path once, though a directory's is walked several
// times.
func pathStatuses(modes []watch.Mode, following bool) []PathStatus {
	all := make([]PathStatus, 0, len(modes))
	for _, m := range modes {
		p := PathStatus{Path: m.Path, Mode: WatchEvents}
		switch {
		case !following:
			p.Mode = WatchNone
		case m.Pinned != "":
			p.Mode, p.Reason = WatchPinned, redact.Escape(m.Pinned)
		case m.NoEvents != "":
			p.Mode, p.Reason = WatchPoll, redact.Escape(m.NoEvents)
		}
		if !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}

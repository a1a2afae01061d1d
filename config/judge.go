package config

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/value"
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
	in := input{digest, s.loader.Viper()}
	if in == (input{running.Digest, running.result.Viper}) {
		s.unchanged(running, began)
		return nil
	}
	if s.failure != nil && in == s.failed && !asked {
		return s.failure
	}
	var v, passed verdict
	err := s.runPass(ctx, func(ctx context.Context) { passed = s.pass(ctx, content, running) })
	if ctx.Err() != nil {
		s.reportAbandoned(err)
		return ErrClosed
	}
	if failed, ok := err.(*guard.Error); ok { //nolint:errorlint // it is what guard.Run returns
		if failed.Stack != nil {
			s.journal.log(slog.LevelError, "config: a reload panicked", "err", failed.Error(), "stack", string(failed.Stack))
		}
		v.problems = []problem.Problem{s.loader.Failed(failed)}
	} else {
		v = passed // which is not to be touched where the pass goes on
	}
	switch {
	case len(v.problems) > 0:
		return s.reject(s.newRejection(v.problems, content, running), in, began)
	case v.same:
		v.result.Value = running.result.Value // who holds the one need not see another
		same := newSnapshot[T](v.result, running.Version, digest, running.LoadedAt)
		s.unchanged(same, began)
		s.reportPending(running.Pending, same.Pending)
		return nil
	}
	s.apply(running, newSnapshot[T](v.result, running.Version+1, digest, time.Now()), v.changes, began)
	return nil
}

// runPass calls pass where it holds up nothing: on a goroutine of its own if it may call a
// caller's code.
func (s *Store[T]) runPass(ctx context.Context, pass func(context.Context)) error {
	if !s.loader.CallsNobody() {
		return guard.Run(ctx, s.journal, load.CallLimit, pass)
	}
	began := time.Now()
	s.passing.Store(&began)
	defer s.passing.Store(nil)
	return guard.Here(ctx, pass)
}

// input is what a version is made of.
type input struct {
	digest Digest        // of the content
	viper  *layers.Viper // what an application's Viper had
}

// verdict is what a pass came to.
type verdict struct {
	problems []problem.Problem
	result   *load.Result // nil if there are problems
	same     bool         // its value is the running one
	changes  changeList   // from that
}

// changeList is the first of some changes, and how many more there are.
type changeList struct {
	first []Change
	more  int
}

// newRejection returns the error of content with problems.
func (s *Store[T]) newRejection(problems []problem.Problem, content source.Snapshot, running *Snapshot[T]) *Error {
	rejected := newError(problems, running.Version)
	rejected.redact = func(text string) string { return s.loader.Redact(text, nil, content.Documents) }
	return rejected
}

// pass is the part of a reload that calls a caller's code. It changes nothing: it may
// have been abandoned.
func (s *Store[T]) pass(ctx context.Context, content source.Snapshot, running *Snapshot[T]) (v verdict) {
	v.result, v.problems = s.loader.Load(ctx, content.Documents, running.result)
	if v.result == nil {
		return v
	}
	v.same = value.Equal(v.result.Value, running.result.Value)
	if !v.same {
		first, more := explain.DiffBriefly(ctx, s.loader.Schema(), running.Value, v.result.Value, mostChanges)
		v.changes = changeList{newChanges(first), more}
	}
	return v
}

// reportAbandoned logs that a function of a caller's goes on after the end of the store.
func (s *Store[T]) reportAbandoned(err error) {
	abandoned, ok := err.(*guard.Abandoned) //nolint:errorlint // it is what guard.Run returns
	if !ok || abandoned.Inside == nil {
		return
	}
	s.journal.log(slog.LevelWarn, "config: closed while a reload was under way, whose goroutine goes on until a function returns",
		"function", abandoned.Inside.String())
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
	s.note(Applied, nil, began, first, changeList{})
}

// apply publishes a new version. Whoever hears of it finds it recorded.
func (s *Store[T]) apply(running, next *Snapshot[T], changes changeList, began time.Time) {
	recovered := s.failure != nil
	s.failure = nil
	s.note(Applied, nil, began, next, changes)
	s.changes.Publish(next.Value)
	if recovered {
		s.recoveries.Publish(struct{}{})
	}
	s.journal.log(slog.LevelInfo, "config: reloaded", "version", next.Version, "digest", next.Digest.String()[:shortDigest], "changed", summary(changes.first, changes.more))
	s.reportPending(running.Pending, next.Pending)
}

// shortDigest is how much of a digest is logged: enough to compare pods by. It does not
// protect a weak secret in the file: see [Digest].
const shortDigest = 12

func (s *Store[T]) reject(rejected *Error, in input, began time.Time) error {
	if s.failure != nil && in == s.failed && rejected.Error() == s.failure.Error() {
		s.note(Rejected, s.failure, began, nil, changeList{})
		return s.failure // it was asked for again, and has been reported
	}
	s.failure, s.failed = rejected, in
	s.note(Rejected, rejected, began, nil, changeList{})
	s.rejections.Publish(rejected)
	s.journal.log(slog.LevelWarn, "config: reload rejected", "err", rejected)
	return rejected
}

// unchanged clears a failure, because the running value is on disk again.
func (s *Store[T]) unchanged(running *Snapshot[T], began time.Time) {
	recovered := s.failure != nil
	s.failure = nil
	s.note(Unchanged, nil, began, running, changeList{})
	if recovered {
		s.recoveries.Publish(struct{}{})
		s.journal.log(slog.LevelInfo, "config: the content on disk is good again", "version", running.Version)
	}
}

// reportPending logs what waits for a restart, where that has changed.
func (s *Store[T]) reportPending(old, pending []Pending) {
	switch {
	case slices.EqualFunc(old, pending, func(a, b Pending) bool { return a.String() == b.String() }):
	case len(pending) == 0:
		s.journal.log(slog.LevelInfo, "config: nothing waits for a restart any more")
	default:
		attrs := make([]any, len(pending))
		for i, p := range pending {
			attrs[i] = slog.String(p.Key, p.String())
		}
		s.journal.log(slog.LevelWarn, "config: some changes wait for a restart", slog.Group("pending", attrs...))
	}
}

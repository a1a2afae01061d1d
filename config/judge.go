package config

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/lifecycle"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/value"
	"example.com/lastgood/internal/watch"
)

// run follows the content, starting with the first snapshot, until ctx is done.
func (s *Store[T]) run(ctx context.Context, first source.Snapshot, f *watch.Follower, o *options) {
	defer s.end()
	defer s.content.Close()
	f.Judge = func(content source.Snapshot, asked bool) error {
		why := changed
		if asked {
			why = requested
		}
		return s.judge(ctx, content, why)
	}
	s.turn = time.NewTimer(0)
	s.turn.Stop()
	defer s.turn.Stop()
	f.PublishTimer, f.OnPublishDue = s.turn.C, func() { s.publishWaiting(ctx) }
	f.OnScan, f.Poll = s.reportModes, 0
	if o.watch {
		f.Poll, f.FallbackPoll = o.poll, DefaultPollInterval
	}
	f.Run(ctx, first, s.reload)
}

// judge makes a pass over content, and publishes, rejects or postpones the result.
func (s *Store[T]) judge(ctx context.Context, content source.Snapshot, why trigger) error {
	for {
		running := s.snapshot.Load()
		v, known := s.cachedVerdict(content, running, why)
		if !known {
			if err := s.tryPass(ctx, content, running, &v, why); err != nil {
				return err
			}
		}
		s.publishing.Lock()
		if s.snapshot.Load().Version == running.Version {
			defer s.publishing.Unlock()
			return s.conclude(content, running, &v)
		}
		s.publishing.Unlock() // it was rolled back meanwhile
	}
}

// cachedVerdict returns the verdict on content if no pass is needed. For a change that has
// waited, it returns false together with the verdict, since the baseline of a probation is
// still missing.
func (s *Store[T]) cachedVerdict(content source.Snapshot, running *Snapshot[T], why trigger) (verdict, bool) {
	v := verdict{began: time.Now(), in: input{content.Digest, s.loader.Viper()}}
	s.publishing.Lock()
	defer s.publishing.Unlock()
	switch {
	case v.in == (input{running.source, running.result.Viper}) && running.stored.IsZero():
		v.same, v.result = true, running.result
	case why == requested:
		return v, false
	case s.waiting != nil && s.waiting.verdict.in == v.in && s.waiting.running == running.Version:
		began := v.began
		v = s.waiting.verdict
		v.began = began
		return v, why != due
	case s.failure != nil && v.in == s.failed:
		if v.rejected = s.failure; s.waiting != nil { // it is no longer on disk
			v.sums = sumsOf(s.loader, content.Documents, nil)
		}
	case s.machine != nil:
		if q := s.machine.QuarantineOf(content.Digest); q != nil {
			v.rejected, v.sums = quarantineError(q, running.Version, running.stored), sumsOf(s.loader, content.Documents, nil)
		}
	}
	return v, v.same || v.rejected != nil
}

// tryPass makes a pass over content, unless v already has a result, and takes the baseline of a
// probation if the result is to be published. It returns [ErrClosed] if the store was closed.
func (s *Store[T]) tryPass(ctx context.Context, content source.Snapshot, running *Snapshot[T], v *verdict, why trigger) error {
	passed := *v
	err := s.runPass(ctx, func(ctx context.Context) {
		if passed.result == nil {
			s.pass(ctx, content, running, &passed)
		}
		if passed.wait = s.wait(&passed, why); passed.wait == 0 && passed.isChange() && s.machine != nil {
			passed.baseline = s.machine.Baseline(ctx, running.Value)
		}
	})
	if ctx.Err() != nil {
		s.reportAbandoned(err)
		return ErrClosed
	}
	if failed, ok := err.(*guard.Error); ok { //nolint:errorlint // it is what guard.Run returns
		if failed.Stack != nil {
			s.journal.log(slog.LevelError, "config: a reload panicked", "err", failed.Error(), "stack", string(failed.Stack))
		}
		*v = verdict{began: v.began, in: v.in, problems: []problem.Problem{load.Failed(s.loader, failed)}, sums: sumsOf(s.loader, content.Documents, nil)}
	} else {
		*v = passed // which an abandoned pass may still modify
	}
	return nil
}

// conclude publishes, rejects or postpones the result of a pass. s.publishing must be held.
func (s *Store[T]) conclude(content source.Snapshot, running *Snapshot[T], v *verdict) error {
	if v.wait > 0 {
		s.postpone(content, running, v)
		return nil
	}
	s.cancelWaiting()
	switch {
	case v.rejected != nil && v.rejected == s.failure && v.in == s.failed && v.sums == nil:
		return s.failure
	case v.rejected != nil:
		return s.reject(v.rejected, v)
	case len(v.problems) > 0:
		return s.reject(s.newRejection(v.problems, content, running), v)
	case v.same && v.result == running.result:
		s.unchanged(running, content, v.began)
		return nil
	case v.same:
		v.result.Value = running.result.Value // callers keep the same pointer
		same := newSnapshot[T](v.result, running.Version, v.in.digest, v.sums, running.LoadedAt)
		s.unchanged(same, content, v.began)
		s.reportPending(running.Pending, same.Pending)
		s.reportWarnings(same.result)
		return nil
	}
	s.apply(running, newSnapshot[T](v.result, running.Version+1, v.in.digest, v.sums, time.Now()), content, v)
	return nil
}

// runPass calls pass, on another goroutine if it may call user code that does not return.
func (s *Store[T]) runPass(ctx context.Context, pass func(context.Context)) error {
	if !s.loader.CallsNoUserCode() || s.machine != nil {
		return guard.Run(ctx, s.journal, load.CallLimit, pass)
	}
	began := time.Now()
	s.passing.Store(&began)
	defer s.passing.Store(nil)
	return guard.Here(ctx, pass)
}

// input is what a pass reads.
type input struct {
	digest lifecycle.Digest // of the content
	viper  *layers.Viper    // the values of an application's Viper
}

// verdict is the outcome of a pass.
type verdict struct {
	in       input
	began    time.Time
	rejected *Error // an earlier rejection, if no pass was needed
	problems []problem.Problem
	result   *load.Result // nil if there are problems
	sums     *sums        // of the content
	same     bool         // the value equals the running one
	changes  changeList   // from the running value
	baseline *lifecycle.Unhealthy
	wait     time.Duration // before it is published, or 0
}

// isChange reports whether the outcome is a new version.
func (v *verdict) isChange() bool { return v.result != nil && !v.same }

// changeList is the beginning of a list of changes, and the number of the others.
type changeList struct {
	first []Change
	more  int
}

// newRejection returns the error for content with problems.
func (s *Store[T]) newRejection(problems []problem.Problem, content source.Snapshot, running *Snapshot[T]) *Error {
	rejected := newError(problems, running.Version)
	rejected.LastGood = running.stored
	rejected.redact = func(text string) string { return s.loader.Redact(text, nil, content.Documents) }
	return rejected
}

// pass is the part of a reload that calls user code. It modifies nothing but v, since it may
// have been abandoned.
func (s *Store[T]) pass(ctx context.Context, content source.Snapshot, running *Snapshot[T], v *verdict) {
	v.result, v.problems = s.loader.Load(ctx, content.Documents, running.result)
	var known []*layers.Layer
	if v.result != nil {
		known = v.result.Tree.Layers
	}
	v.sums = newSums(s.loader.Sums(ctx, content.Documents, known, true))
	if v.result == nil {
		return
	}
	v.same = value.Equal(v.result.Value, running.result.Value)
	if !v.same {
		first, more := explain.DiffBriefly(ctx, s.loader.Schema(), running.result.Side(), v.result.Side(), maxChanges)
		v.changes = changeList{newChanges(first), more}
	}
}

// reportAbandoned logs that a function of user code is still running after the end of the
// store.
func (s *Store[T]) reportAbandoned(err error) {
	abandoned, ok := err.(*guard.Abandoned) //nolint:errorlint // it is what guard.Run returns
	if !ok || abandoned.Inside == nil {
		return
	}
	s.journal.log(slog.LevelWarn, "config: closed while a reload was under way, whose goroutine goes on until a function returns",
		"function", abandoned.Inside.String())
}

func newSnapshot[T any](result *load.Result, version uint64, source lifecycle.Digest, sums *sums, at time.Time) *Snapshot[T] {
	s := &Snapshot[T]{Value: result.Value.(*T), Version: version, LoadedAt: at, Content: sums.all, result: result, source: source, sums: sums, settings: new(settings)}
	for _, p := range result.Pending {
		s.Pending = append(s.Pending, newPending(p))
	}
	return s
}

// publishFirst publishes the first version.
func (s *Store[T]) publishFirst(b *startState, began time.Time) {
	served, outcome := b.content.Documents, Applied
	if b.failure != nil {
		served, outcome, s.failure, s.failed = b.restored, Rejected, b.failure, input{b.content.Digest, s.loader.Viper()}
	}
	first := newSnapshot[T](b.result, 1, b.digest, sumsOf(s.loader, served, b.result), time.Now())
	first.stored = b.stored
	disk := first.sums
	if b.failure != nil {
		disk = sumsOf(s.loader, b.content.Documents, nil)
	}
	if s.machine != nil && b.failure == nil {
		s.machine.Mark(b.digest)
	}
	s.recordAttempt(outcome, b.failure, began, first, disk, changeList{})
	s.changes.Publish(first.Value)
	s.reportWarnings(first.result)
	about := append(first.digests(), "files", disk.paths())
	switch {
	case b.failure != nil:
		s.rejections.Publish(b.failure)
		s.journal.log(slog.LevelError, "config: the content on disk is not served, but what was last good", append(about, "disk", disk.all.Short(), "stored", b.stored, "err", b.failure)...)
	case !s.isTestValue:
		s.journal.log(slog.LevelInfo, "config: loaded", about...)
	}
	if s.machine != nil {
		s.machine.PublishFirst(s.version(first, b.content.Documents), b.failure != nil)
	}
}

// apply publishes a new version. It is recorded before hooks are called.
func (s *Store[T]) apply(running, next *Snapshot[T], content source.Snapshot, v *verdict) {
	recovered := s.failure != nil
	s.failure = nil
	s.recordAttempt(Applied, nil, v.began, next, next.sums, v.changes)
	if s.machine != nil {
		s.machine.Publish(s.version(next, content.Documents), v.baseline)
	}
	s.changes.Publish(next.Value)
	if recovered {
		s.recoveries.Publish(struct{}{})
	}
	s.journal.log(slog.LevelInfo, "config: reloaded", append(next.digests(), "files", next.sums.paths(), "changed", summary(v.changes.first, v.changes.more))...)
	s.reportPending(running.Pending, next.Pending)
	s.reportWarnings(next.result)
}

// reject records and publishes a rejection. s.publishing must be held.
func (s *Store[T]) reject(rejected *Error, v *verdict) error {
	if s.failure != nil && v.in == s.failed && rejected.Error() == s.failure.Error() {
		s.recordAttempt(Rejected, s.failure, v.began, nil, v.sums, changeList{})
		return s.failure // already reported
	}
	s.failure, s.failed = rejected, v.in
	s.recordAttempt(Rejected, rejected, v.began, nil, v.sums, changeList{})
	s.rejections.Publish(rejected)
	s.journal.log(slog.LevelWarn, "config: reload rejected", "disk", v.sums.all.Short(), "err", rejected)
	return rejected
}

// unchanged records that the content on disk has the running value, and ends a failure.
func (s *Store[T]) unchanged(running *Snapshot[T], content source.Snapshot, began time.Time) {
	recovered := s.failure != nil
	s.failure = nil
	s.recordAttempt(Unchanged, nil, began, running, running.sums, changeList{})
	if s.machine != nil {
		s.machine.SameValue(s.version(running, content.Documents))
	}
	if recovered {
		s.recoveries.Publish(struct{}{})
		s.journal.log(slog.LevelInfo, "config: the content on disk is good again", running.digests()...)
	}
}

// reportWarnings logs the warnings of a pass, such as old keys, once for each place, and at
// most [problem.Most] of them in all.
func (s *Store[T]) reportWarnings(result *load.Result) {
	for _, w := range result.Warnings {
		at := warning{w.Key, w.Message, w.Origin}
		if at.origin.Column = 0; s.warned[at] || len(s.warned) >= problem.Most {
			continue
		}
		if s.warned == nil {
			s.warned = map[warning]bool{}
		}
		s.warned[at] = true
		s.journal.warn(w)
	}
}

// warning identifies a warning that was logged.
type warning struct {
	key, message string
	origin       problem.Origin
}

// reportPending logs a change of the settings that need a restart.
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

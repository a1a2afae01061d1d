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

// run follows the content from the first snapshot on until ctx is done.
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
	f.PublishTimer, f.OnPublishDue = s.turn.C, func() { s.takeTurn(ctx) }
	f.OnScan, f.Poll = s.reportModes, 0
	if o.watch {
		f.Poll, f.FallbackPoll = o.poll, DefaultPollInterval
	}
	f.Run(ctx, first, s.reload)
}

// judge publishes or rejects content, or has it wait for its turn.
func (s *Store[T]) judge(ctx context.Context, content source.Snapshot, why occasion) error {
	for {
		running := s.snapshot.Load()
		v, known := s.known(content, running, why)
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

// known returns what to make of content without a pass, if that is known. What has waited
// for its turn has its verdict, but is not known: it is not known yet how the application does.
func (s *Store[T]) known(content source.Snapshot, running *Snapshot[T], why occasion) (verdict, bool) {
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
		if v.rejected = s.failure; s.waiting != nil { // which is on disk no more
			v.sums = sumsOf(s.loader, content.Documents, nil)
		}
	case s.machine != nil:
		if q := s.machine.QuarantineOf(content.Digest); q != nil {
			v.rejected, v.sums = heldError(q, running.Version, running.stored), sumsOf(s.loader, content.Documents, nil)
		}
	}
	return v, v.same || v.rejected != nil
}

// tryPass makes a pass over content, unless v has the result of one, and asks the application
// how it does if that is about to be published. The error is that of a store that was closed.
func (s *Store[T]) tryPass(ctx context.Context, content source.Snapshot, running *Snapshot[T], v *verdict, why occasion) error {
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
		*v = passed // which is not to be touched where the pass goes on
	}
	return nil
}

// conclude publishes or rejects what has been judged, or has it wait. s.publishing must be
// held.
func (s *Store[T]) conclude(content source.Snapshot, running *Snapshot[T], v *verdict) error {
	if v.wait > 0 {
		s.postpone(content, running, v)
		return nil
	}
	s.dismiss()
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
		v.result.Value = running.result.Value // who holds the one need not see another
		same := newSnapshot[T](v.result, running.Version, v.in.digest, v.sums, running.LoadedAt)
		s.unchanged(same, content, v.began)
		s.reportPending(running.Pending, same.Pending)
		s.reportWarnings(same.result)
		return nil
	}
	s.apply(running, newSnapshot[T](v.result, running.Version+1, v.in.digest, v.sums, time.Now()), content, v)
	return nil
}

// runPass calls pass where it holds up nothing: on a goroutine of its own if it may call a
// caller's code.
func (s *Store[T]) runPass(ctx context.Context, pass func(context.Context)) error {
	if !s.loader.CallsNoUserCode() || s.machine != nil {
		return guard.Run(ctx, s.journal, load.CallLimit, pass)
	}
	began := time.Now()
	s.passing.Store(&began)
	defer s.passing.Store(nil)
	return guard.Here(ctx, pass)
}

// input is what a version is made of.
type input struct {
	digest lifecycle.Digest // of the content
	viper  *layers.Viper    // what an application's Viper had
}

// verdict is what a pass came to.
type verdict struct {
	in       input
	began    time.Time
	rejected *Error // that was made before, where no pass was needed
	problems []problem.Problem
	result   *load.Result // nil if there are problems
	sums     *sums        // of the content
	same     bool         // its value is the running one
	changes  changeList   // from that
	baseline *lifecycle.Unhealthy
	wait     time.Duration // before it may be published; 0 for none
}

// isChange reports whether it is a new version.
func (v *verdict) isChange() bool { return v.result != nil && !v.same }

// changeList is the first of some changes, and how many more there are.
type changeList struct {
	first []Change
	more  int
}

// newRejection returns the error of content with problems.
func (s *Store[T]) newRejection(problems []problem.Problem, content source.Snapshot, running *Snapshot[T]) *Error {
	rejected := newError(problems, running.Version)
	rejected.LastGood = running.stored
	rejected.redact = func(text string) string { return s.loader.Redact(text, nil, content.Documents) }
	return rejected
}

// pass is the part of a reload that calls a caller's code. It changes nothing but v: it may
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
		first, more := explain.DiffBriefly(ctx, s.loader.Schema(), running.result.Side(), v.result.Side(), mostChanges)
		v.changes = changeList{newChanges(first), more}
	}
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

func newSnapshot[T any](result *load.Result, version uint64, source lifecycle.Digest, sums *sums, at time.Time) *Snapshot[T] {
	s := &Snapshot[T]{Value: result.Value.(*T), Version: version, LoadedAt: at, Content: sums.all, result: result, source: source, sums: sums, settings: new(settings)}
	for _, p := range result.Pending {
		s.Pending = append(s.Pending, newPending(p))
	}
	return s
}

// begin publishes the first version.
func (s *Store[T]) begin(b *beginning, began time.Time) {
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
	s.note(outcome, b.failure, began, first, disk, changeList{})
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

// apply publishes a new version. Whoever hears of it finds it recorded.
func (s *Store[T]) apply(running, next *Snapshot[T], content source.Snapshot, v *verdict) {
	recovered := s.failure != nil
	s.failure = nil
	s.note(Applied, nil, v.began, next, next.sums, v.changes)
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

// reject records why content was not taken. s.publishing must be held.
func (s *Store[T]) reject(rejected *Error, v *verdict) error {
	if s.failure != nil && v.in == s.failed && rejected.Error() == s.failure.Error() {
		s.note(Rejected, s.failure, v.began, nil, v.sums, changeList{})
		return s.failure // it was asked for again, and has been reported
	}
	s.failure, s.failed = rejected, v.in
	s.note(Rejected, rejected, v.began, nil, v.sums, changeList{})
	s.rejections.Publish(rejected)
	s.journal.log(slog.LevelWarn, "config: reload rejected", "disk", v.sums.all.Short(), "err", rejected)
	return rejected
}

// unchanged clears a failure, because the running value is on disk again.
func (s *Store[T]) unchanged(running *Snapshot[T], content source.Snapshot, began time.Time) {
	recovered := s.failure != nil
	s.failure = nil
	s.note(Unchanged, nil, began, running, running.sums, changeList{})
	if s.machine != nil {
		s.machine.SameValue(s.version(running, content.Documents))
	}
	if recovered {
		s.recoveries.Publish(struct{}{})
		s.journal.log(slog.LevelInfo, "config: the content on disk is good again", running.digests()...)
	}
}

// reportWarnings logs the warnings of a pass, such as old keys that are set, each once at a
// place, and no more than [problem.Most] of them.
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

// warning is one of a pass.
type warning struct {
	key, message string
	origin       problem.Origin
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

package config

import (
	"context"
	"log/slog"
	"time"

	"example.com/lastgood/internal/lifecycle"
	"example.com/lastgood/internal/source"
)

// WithStagger has a good change wait before it is published, so that the processes of a
// fleet, which all see a changed ConfigMap at about the same time, do not all take it in the
// same second. How long is up to window, and different for each process and change: id names
// the process, as the name of its pod does, and must differ between processes. The wait is
// the first 8 bytes of the SHA-256 of id, a zero byte and the 32 bytes of [Digests].Disk, as a
// big-endian number of nanoseconds, modulo window.
//
// Only the publishing waits. A change is read, validated and checked as soon as it is there,
// what is wrong is rejected at once, and [Status] has when a good one is published. That is
// on disk then: a newer good change replaces the one that waits, and has a wait of its own; a
// rejected one ends the wait, and so does content that returns to what is running. Where
// good changes replace each other all the time, one is published within two windows. If the
// running version has changed meanwhile, by a rollback, the change is judged again when its
// time comes.
//
// Nothing waits at the start, in [Store.Reload] and what calls it, as [Store.ReloadOn] does,
// or for content that was confirmed before, one of the last 16, in this process or, with
// [WithLastGood], in one before: taking a change back is as fast as ever. A probation
// ([WithProbation]) begins, and its baseline is asked for, when the change is published.
// What waits is not lost when the process ends: the next start has it. [Store.CheckHealth]
// does not mind a change that waits. window must be positive and at most a day, and id must
// not be empty. By default, a good change is published at once.
func WithStagger(window time.Duration, id string) Option {
	return optionFunc(func(o *options) {
		switch {
		case window <= 0:
			o.fail("WithStagger(%v): the window is not positive", window)
		case window > maxStagger:
			o.fail("WithStagger(%v): the window is longer than %v", window, maxStagger)
		}
		if id == "" {
			o.fail("WithStagger: the id is empty; give it what differs between processes, such as the name of the pod")
		}
		if o.stagger != nil {
			o.fail("WithStagger: there is one already")
		}
		o.stagger, o.newMachine = &lifecycle.Stagger{Window: window, ID: id}, newMachine
	})
}

const maxStagger = 24 * time.Hour

// occasion is why content is judged.
type occasion int

const (
	changed   occasion = iota // it differs from what was judged before
	requested                 // somebody asked for it
	due                       // it has waited for its turn
)

// waiting is a good change that waits for its turn.
type waiting struct {
	content source.Snapshot
	verdict verdict
	running uint64    // the version that it was judged against
	until   time.Time // it is published then
	latest  time.Time // or it, or what has replaced it, then
}

// wait returns how long a change must wait before it is published; 0 if it need not.
func (s *Store[T]) wait(v *verdict, why occasion) time.Duration {
	if s.stagger == nil || why != changed || !v.isChange() || s.machine.WasConfirmed(v.in.digest) {
		return 0
	}
	return s.stagger.Delay(lifecycle.Digest(v.sums.all))
}

// postpone has a change wait for its turn. s.publishing must be held.
func (s *Store[T]) postpone(content source.Snapshot, running *Snapshot[T], v *verdict) {
	next := &waiting{content: content, verdict: *v, running: running.Version, until: time.Now().Add(v.wait)}
	next.latest = next.until.Add(s.stagger.Window)
	switch before := s.waiting; {
	case before == nil:
	case before.verdict.in == v.in: // it is not a change anew
		before.verdict, before.running = *v, running.Version
		return
	default:
		next.latest = before.latest
		if next.until.After(next.latest) {
			next.until = next.latest
		}
	}
	s.waiting = next
	s.turn.Reset(time.Until(next.until))
	recovered := s.failure != nil
	s.failure = nil
	s.note(Waiting, nil, v.began, nil, v.sums, changeList{})
	if recovered {
		s.recoveries.Publish(struct{}{})
	}
	s.journal.log(slog.LevelInfo, "config: a good change waits for its turn", "disk", v.sums.all.Short(), "until", next.until, "changed", summary(v.changes.first, v.changes.more))
}

// dismiss ends the wait of a change. s.publishing must be held.
func (s *Store[T]) dismiss() {
	if s.waiting != nil {
		s.waiting = nil
		s.turn.Stop()
	}
}

// takeTurn publishes the change that waits, if its time has come.
func (s *Store[T]) takeTurn(ctx context.Context) {
	if w := s.waiting; w != nil && !time.Now().Before(w.until) {
		_ = s.judge(ctx, w.content, due) // a rejection has been reported
	}
}

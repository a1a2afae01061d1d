package config

import (
	"context"
	"log/slog"
	"time"

	"example.com/lastgood/internal/lifecycle"
	"example.com/lastgood/internal/source"
)

// WithStagger delays the publishing of a good change, so that the processes of a fleet, which
// detect a changed ConfigMap at about the same time, do not all switch in the same second. The
// delay is less than window and differs between processes and changes: id identifies the
// process, such as by the name of its pod, and must be unique. It is the first 8 bytes of the
// SHA-256 of id, a zero byte and the 32 bytes of [Digests].Disk, as a big-endian number of
// nanoseconds, modulo window.
//
// Only publishing is delayed. A change is read, validated and checked when it is detected; a
// bad one is rejected at once, and for a good one [Status] has the time of publishing. A newer
// good change replaces the waiting one and has a delay of its own; a rejected change, and a
// return to the running content, cancel it. If good changes keep replacing each other, one is
// published within two windows. If the running version has been rolled back meanwhile, the
// change is validated again before it is published.
//
// There is no delay at the start, for [Store.Reload] and [Store.ReloadOn], and for content that
// was confirmed before, which includes the last 16 contents, with [WithLastGood] also of
// earlier processes: reverting a change is not delayed. A probation ([WithProbation]), and its
// baseline, begins when the change is published. If the process ends, the next start loads the
// change. [Store.CheckHealth] does not fail while a change waits.
//
// The window must be positive and at most a day, and id must not be empty; a second WithStagger
// is an error. By default, a good change is published at once.
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

// trigger is the reason for a pass.
type trigger int

const (
	changed   trigger = iota // the content differs from that of the last pass
	requested                // Reload was called
	due                      // the delay of the change has passed
)

// waiting is a good change whose publishing is delayed.
type waiting struct {
	content source.Snapshot
	verdict verdict
	running uint64    // the version that the pass compared it with
	until   time.Time // when it is published
	latest  time.Time // limits until for the changes that replace it
}

// wait returns how long the publishing of a change is delayed, or 0.
func (s *Store[T]) wait(v *verdict, why trigger) time.Duration {
	if s.stagger == nil || why != changed || !v.isChange() || s.machine.WasConfirmed(v.in.digest) {
		return 0
	}
	return s.stagger.Delay(lifecycle.Digest(v.sums.all))
}

// postpone delays the publishing of a change. s.publishing must be held.
func (s *Store[T]) postpone(content source.Snapshot, running *Snapshot[T], v *verdict) {
	next := &waiting{content: content, verdict: *v, running: running.Version, until: time.Now().Add(v.wait)}
	next.latest = next.until.Add(s.stagger.Window)
	switch before := s.waiting; {
	case before == nil:
	case before.verdict.in == v.in: // the same content again
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
	s.recordAttempt(Waiting, nil, v.began, nil, v.sums, changeList{})
	if recovered {
		s.recoveries.Publish(struct{}{})
	}
	s.journal.log(slog.LevelInfo, "config: a good change waits for its turn", "disk", v.sums.all.Short(), "until", next.until, "changed", summary(v.changes.first, v.changes.more))
}

// cancelWaiting cancels the waiting change. s.publishing must be held.
func (s *Store[T]) cancelWaiting() {
	if s.waiting != nil {
		s.waiting = nil
		s.turn.Stop()
	}
}

// publishWaiting publishes the waiting change if its time has come.
func (s *Store[T]) publishWaiting(ctx context.Context) {
	if w := s.waiting; w != nil && !time.Now().Before(w.until) {
		_ = s.judge(ctx, w.content, due) // a rejection has been reported
	}
}

package config

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/lifecycle"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/value"
)

// State is what has become of a version, with [WithLastGood] or [WithProbation].
type State string

// The states.
const (
	Candidate   State = "candidate"   // it is served, and not confirmed yet
	Confirmed   State = "confirmed"   // it has proven itself; with WithLastGood it is stored
	Quarantined State = "quarantined" // it was taken back
)

// ProbationStatus is a probation that is under way; see [WithProbation].
type ProbationStatus struct {
	Version  uint64    `json:"version"`          // that is on probation
	Until    time.Time `json:"until"`            // when it is confirmed if all goes well
	Failures int       `json:"failures"`         // in a row so far
	Target   uint64    `json:"target,omitempty"` // the version that is published again if it fails; 0 for none
}

// machine is what a store needs of [lifecycle.Machine]. It is an interface so that only
// programs that ask for one link it.
type machine interface {
	Held(lifecycle.Digest) *lifecycle.Quarantine
	Found() []lifecycle.Generation
	Mark(lifecycle.Digest)
	Begin(v *lifecycle.Version, stored bool)
	Baseline(ctx context.Context, running any) *lifecycle.Unhealthy
	Publish(v *lifecycle.Version, baseline *lifecycle.Unhealthy)
	Same(v *lifecycle.Version)
	TakenBack(bad, again *lifecycle.Version, why []byte, ref any)
	Status() lifecycle.Status
	Close()
}

// newMachine is what links the machine.
func newMachine(o lifecycle.Options) machine { return lifecycle.New(o) }

// newLifecycle returns the machine that the options ask for, or nil.
func (s *Store[T]) newLifecycle(ctx context.Context, o *options) machine {
	if o.newMachine == nil {
		return nil
	}
	mo := lifecycle.Options{
		Probation: probationFor[T](o),
		Changed:   s.setState,
		TakeBack: func(bad, target *lifecycle.Version, why *lifecycle.Unhealthy) bool {
			return s.takeBack(ctx, bad, target, why)
		},
		Redact: func(text string) string { return s.redactFor(text, s.snapshot.Load()) },
		Log: func(level slog.Level, msg string, args ...any) {
			for i, arg := range args {
				if text, ok := arg.(string); ok {
					args[i] = redact.Escape(text)
				}
			}
			s.journal.log(level, msg, args...)
		},
	}
	if l := o.lastGood; l != nil && len(o.storedPlaces()) > 0 {
		s.stores = l
		mo.ConfirmAfter, mo.CrashLimit = l.confirmAfter, l.crashLimit
		mo.Dir, mo.Name, mo.Limit = l.dir, storeName[T](o), maxStored*o.limits.Size
	}
	return o.newMachine(mo)
}

// maxStored is how many times the largest size of a file the documents of a version may
// have together to be stored.
const maxStored = 16

// redactFor takes the secrets of a version out of a text.
func (s *Store[T]) redactFor(text string, of *Snapshot[T]) string {
	return redact.Escape(s.loader.Redact(text, of.result, nil, of.Value))
}

// version describes a version for the machine. content is what it was made of.
func (s *Store[T]) version(of *Snapshot[T], content []source.Document) *lifecycle.Version {
	v := &lifecycle.Version{Number: of.Version, Digest: of.Digest, Value: of.Value, Ref: of}
	if s.stores != nil && len(of.Pending) == 0 {
		v.Documents = func() []lifecycle.Document { return s.toStore(of, content) }
	}
	return v
}

// toStore returns the documents of a version that are stored, or nil if one may not be.
func (s *Store[T]) toStore(of *Snapshot[T], content []source.Document) []lifecycle.Document {
	if !s.stores.secrets {
		if keys := s.loader.InlineSecrets(of.result); len(keys) > 0 {
			s.warnOfSecrets.Do(func() {
				s.journal.log(slog.LevelWarn, "config: the last good configuration is not stored, because there are secrets in its files; "+
					"give them by files of their own, or see LastGoodWithSecrets", "keys", redact.Escape(strings.Join(keys, ", ")))
			})
			return nil
		}
	}
	docs := []lifecycle.Document{}
	for _, d := range content {
		if s.loader.IsDocument(d) {
			docs = append(docs, lifecycle.Document{Place: d.Place, Path: d.Path, Absent: d.Absent, Data: d.Data})
		}
	}
	return docs
}

// setState records what has become of a version.
func (s *Store[T]) setState(version uint64, state lifecycle.State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.record.history {
		if v := &s.record.history[i]; v.Version == version {
			v.State = State(state)
		}
	}
}

// takeBack publishes the target again in the place of bad. It is false if bad is not in
// force any more, or means the same as the target.
func (s *Store[T]) takeBack(ctx context.Context, bad, target *lifecycle.Version, why *lifecycle.Unhealthy) bool {
	began := time.Now()
	running := s.snapshot.Load()
	if running.Version != bad.Number || value.Equal(target.Value, running.Value) {
		return false
	}
	changes, problems := s.explainRollback(ctx, running, target.Value.(*T), why)
	s.publishing.Lock()
	defer s.publishing.Unlock()
	running = s.snapshot.Load() // with another digest, if only a comment has changed
	if ctx.Err() != nil || running.Version != bad.Number {
		return false
	}
	next := *target.Ref.(*Snapshot[T])
	next.Version, next.LoadedAt = running.Version+1, time.Now()
	taken := &Error{Problems: problems, Serving: next.Version, LastGood: next.stored}
	taken.redact = func(text string) string { return s.redactFor(text, running) }
	if s.failure == nil { // or else there is other content by now, which is rejected for another reason
		s.failure, s.failed = taken, input{running.Digest, running.result.Viper}
	}
	s.note(Rejected, s.failure, began, &next, changes)
	s.changes.Publish(next.Value)
	s.rejections.Publish(taken)
	s.journal.log(slog.LevelError, "config: rolled back, because the service is unhealthy", "version", next.Version, "back_to", target.Number, "from", bad.Number, "err", taken)
	stored, err := json.Marshal(taken.Problems)
	if err != nil {
		stored = nil
	}
	again := s.version(&next, nil)
	again.Documents = target.Documents
	s.machine.TakenBack(bad, again, stored, taken)
	return true
}

// explainRollback returns what a rollback changes, and the problems of what it takes back:
// one for each key that had changed.
func (s *Store[T]) explainRollback(ctx context.Context, bad *Snapshot[T], good *T, why *lifecycle.Unhealthy) (changeList, []Problem) {
	text := s.redactFor(why.Text, bad)
	problem := Problem{Code: CodeProbation, Message: "the service is unhealthy since this changed, so it was taken back: " + text, Err: newCause(why.Err, CodeProbation)}
	type explained struct {
		changes  changeList
		problems []Problem
	}
	found, err := isolated(ctx, s.loader, func(ctx context.Context) (explained, error) {
		var e explained
		first, more := explain.DiffBriefly(ctx, s.loader.Schema(), bad.Value, good, mostChanges)
		e.changes = changeList{newChanges(first), more}
		for _, c := range e.changes.first {
			p := problem
			p.Key = c.Key
			if set := bad.result.Setting(c.Key); set != nil {
				p.Origin = newOrigin(set.Origin)
			}
			e.problems = append(e.problems, p)
		}
		return e, nil
	})
	if err != nil || len(found.problems) == 0 {
		return found.changes, []Problem{problem}
	}
	if found.changes.more > 0 {
		more := problem
		more.Message = fmt.Sprintf("%d more settings had changed", found.changes.more)
		found.problems = append(found.problems, more)
	}
	return found.changes, found.problems
}

// heldError returns why content is in quarantine.
func heldError(q *lifecycle.Quarantine, serving uint64, lastGood time.Time) *Error {
	if e, ok := q.Ref.(*Error); ok {
		return e
	}
	var problems []Problem
	if q.Crashes > 0 {
		problems = []Problem{{Code: CodeCrash, Message: fmt.Sprintf("the last %d starts with this content ended before it was confirmed, so it is not tried again until it changes, or a reload is asked for", q.Crashes)}}
	} else if json.Unmarshal(q.Why, &problems) != nil || len(problems) == 0 {
		problems = []Problem{{Code: CodeProbation, Message: "the service was unhealthy with this content, so it was taken back"}}
	}
	for i := range problems {
		p := &problems[i]
		p.Message, p.Hint, p.Excerpt = redact.Escape(p.Message), redact.Escape(p.Hint), nil
	}
	return &Error{Problems: problems, Serving: serving, LastGood: lastGood}
}

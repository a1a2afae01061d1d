package config

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/lifecycle"
	"example.com/lastgood/internal/value"
)

// rollBack publishes the target again in place of bad. It returns false if bad is no longer
// current, or has the same value as the target.
func (s *Store[T]) rollBack(ctx context.Context, bad, target *lifecycle.Version, why *lifecycle.Unhealthy) bool {
	began := time.Now()
	running := s.snapshot.Load()
	if running.Version != bad.Number || value.Equal(target.Value, running.Value) {
		return false
	}
	changes, problems := s.explainRollback(ctx, running, target.Ref.(*Snapshot[T]), why)
	s.publishing.Lock()
	defer s.publishing.Unlock()
	running = s.snapshot.Load() // it has other content if only a comment has changed
	if ctx.Err() != nil || running.Version != bad.Number {
		return false
	}
	next := *target.Ref.(*Snapshot[T])
	next.Version, next.LoadedAt = running.Version+1, time.Now()
	rejected := &Error{Problems: problems, Serving: next.Version, LastGood: next.stored}
	rejected.redact = func(text string) string { return s.redactFor(text, running, &next) }
	if s.failure == nil { // otherwise newer content has been rejected
		s.failure, s.failed = rejected, input{running.source, running.result.Viper}
	}
	s.recordAttempt(Rejected, s.failure, began, &next, nil, changes)
	stored, err := json.Marshal(rejected.Problems)
	if err != nil {
		stored = nil
	}
	again := s.version(&next, nil)
	again.Documents = target.Documents
	s.machine.RolledBack(bad, again, stored, rejected)
	s.changes.Publish(next.Value)
	s.rejections.Publish(rejected)
	s.journal.log(slog.LevelError, "config: rolled back, because the service is unhealthy", append(next.digests(), "back_to", target.Number, "from", bad.Number, "err", rejected)...)
	return true
}

// explainRollback returns the changes of a rollback, and a problem for each key of the bad
// version that had changed.
func (s *Store[T]) explainRollback(ctx context.Context, bad, good *Snapshot[T], why *lifecycle.Unhealthy) (changeList, []Problem) {
	text := s.redactFor(why.Text, bad, good)
	problem := Problem{Code: CodeProbation, Message: "the service is unhealthy since this changed, so it was taken back: " + text, Err: newCause(why.Err, CodeProbation)}
	type explained struct {
		changes  changeList
		problems []Problem
	}
	found, err := isolated(ctx, s.loader, func(ctx context.Context) (explained, error) {
		var e explained
		first, more := explain.DiffBriefly(ctx, s.loader.Schema(), bad.result.Side(), good.result.Side(), maxChanges)
		e.changes = changeList{newChanges(first), more}
		for _, c := range e.changes.first {
			p := problem
			p.Key = c.Key
			if set, ok := bad.setting(c.Key); ok {
				p.Origin = set.Origin
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

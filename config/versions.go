package config

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"time"

	"example.com/lastgood/internal/lifecycle"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/source"
)

// State is the state of a published version, with [WithLastGood], [WithProbation] or
// [WithStagger].
type State string

// The states.
const (
	Candidate   State = "candidate"   // not confirmed yet
	Confirmed   State = "confirmed"   // good; stored by WithLastGood, and a target of rollbacks
	Quarantined State = "quarantined" // rolled back
)

// ProbationStatus describes a probation in progress; see [WithProbation].
type ProbationStatus struct {
	Version  uint64    `json:"version"`          // the version on probation
	Until    time.Time `json:"until"`            // when it will be confirmed
	Failures int       `json:"failures"`         // failed probes in a row
	Target   uint64    `json:"target,omitempty"` // the version that a rollback publishes again; 0 if it is not rolled back
}

// machine is the part of [lifecycle.Machine] that a store uses. It is an interface so that only
// programs with an option that needs it link it.
type machine interface {
	QuarantineOf(lifecycle.Digest) *lifecycle.Quarantine
	Stored() []lifecycle.Generation
	WasConfirmed(lifecycle.Digest) bool
	Mark(lifecycle.Digest)
	PublishFirst(v *lifecycle.Version, stored bool)
	Baseline(ctx context.Context, running any) *lifecycle.Unhealthy
	Publish(v *lifecycle.Version, baseline *lifecycle.Unhealthy)
	SameValue(v *lifecycle.Version)
	RolledBack(bad, again *lifecycle.Version, why []byte, ref any)
	Status() lifecycle.Status
	Close()
}

// documentStore is what a store needs for WithLastGood; an interface for the same reason.
type documentStore interface {
	name(t reflect.Type, places []source.Place) string
	fallBack(ctx context.Context, o *options, s components, b *startState, rejected *Error) bool
	documentsToStore(s components, result *load.Result, content []source.Document) []lifecycle.Document
}

// newMachine returns the machine, and makes the program link it.
func newMachine(o lifecycle.Options) machine { return lifecycle.New(o) }

// newLifecycle returns the machine for the options, or nil.
func (s *Store[T]) newLifecycle(ctx context.Context, o *options) machine {
	if o.newMachine == nil {
		return nil
	}
	s.stagger = o.stagger
	mo := lifecycle.Options{
		Probation: probationFor[T](o),
		Changed:   s.setState,
		Redact:    s.redactFor,
		Log: func(level slog.Level, msg string, args ...any) {
			for i, arg := range args {
				if text, ok := arg.(string); ok {
					args[i] = redact.Escape(text)
				}
			}
			s.journal.log(level, msg, args...)
		},
	}
	if o.probation != nil {
		mo.RollBack = func(bad, target *lifecycle.Version, why *lifecycle.Unhealthy) bool {
			return o.probation.rollBack(ctx, s, bad, target, why)
		}
	}
	if l := o.lastGood; l != nil {
		s.stores = o.documentStore
		mo.ConfirmAfter, mo.CrashLimit = l.confirmAfter, l.crashLimit
		mo.Dir, mo.Name, mo.Limit = l.dir, o.documentStore.name(reflect.TypeFor[T](), o.storedPlaces()), maxStored*o.limits.Size
	}
	return o.newMachine(mo)
}

// maxStored is how many times the maximum size of a file the stored documents of a version may
// have in all.
const maxStored = 16

// redactFor removes the secrets of versions, given by their snapshots, from a text.
func (s *Store[T]) redactFor(text string, of ...any) string {
	for _, ref := range of {
		v := ref.(*Snapshot[T])
		text = s.loader.Redact(text, v.result, nil)
	}
	return redact.Escape(text)
}

// version returns the description of a version for the machine. content is what it was decoded
// from.
func (s *Store[T]) version(of *Snapshot[T], content []source.Document) *lifecycle.Version {
	v := &lifecycle.Version{Number: of.Version, Digest: of.source, Value: of.Value, Ref: of}
	if s.stores != nil && len(of.Pending) == 0 {
		v.Documents = func() []lifecycle.Document { return s.stores.documentsToStore(s.components(), of.result, content) }
	}
	return v
}

// setState records the state of a version in the history.
func (s *Store[T]) setState(version uint64, state lifecycle.State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.record.history {
		if v := &s.record.history[i]; v.Version == version {
			v.State = State(state)
		}
	}
}

// quarantineError returns the error of content in quarantine.
func quarantineError(q *lifecycle.Quarantine, serving uint64, lastGood time.Time) *Error {
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

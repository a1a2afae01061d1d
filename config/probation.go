package config

import (
	"context"
	"reflect"
	"time"

	"example.com/lastgood/internal/lifecycle"
)

// ProbationOption changes what [WithProbation] does. [ProbeEvery], [ProbeFailures] and
// [ProbeTimeout] make them.
type ProbationOption interface {
	applyProbation(*options, *lifecycle.Probation)
}

type probationFunc func(*options, *lifecycle.Probation)

func (f probationFunc) applyProbation(o *options, p *lifecycle.Probation) { f(o, p) }

// Defaults of the options of [WithProbation].
const (
	DefaultProbeFailures = 3
	DefaultProbeTimeout  = time.Second
)

// probation is what WithProbation was given.
type probation struct {
	lifecycle.Probation
	typ reflect.Type

	// takeBack is [Store.takeBack] of a store for that type.
	takeBack func(ctx context.Context, store any, bad, target *lifecycle.Version, why *lifecycle.Unhealthy) bool
}

// WithProbation watches the service for d after each change, and takes back one that makes
// it sick: healthy asks the application how it does with the current value, which is
// read-only, and an error means that it is unhealthy.
//
// Before a change is published, healthy is asked once with the running value, as a
// baseline: that delays the publish by [ProbeTimeout] at most, and again as long for a call
// that is under way. If it fails, the change is
// not rolled back, because it may be the repair; that is logged. After the publish it is
// asked every [ProbeEvery]. After [ProbeFailures] failures in a row, the value that was
// confirmed last is published again, as a new version. If d passes without that, and the
// last answer was good, the version is confirmed. The first version has no baseline and
// is not rolled back; until another is confirmed, it is what others are rolled back to. A
// change during a probation begins another, and what is rolled back to stays the same. A
// change that only waits for a restart publishes nothing, and has none.
//
// Of a rollback, hooks of [Store.OnChange] get the bad and the good value; one that never
// saw the bad value is not called. Hooks of [Store.OnReject] get an [*Error] with the
// code [CodeProbation]: the keys that changed, with their places, and what healthy said.
// [Status] has it and [Store.CheckHealth] fails, as the content on disk is not served. It
// is quarantined: not tried again until content with another value is published, or
// [Store.Reload] asks for it; with [WithLastGood] also not by the next process.
//
// healthy is called by one goroutine at a time. Its context ends after [ProbeTimeout] and
// with the store. A call that does not return by then has failed, and so have all until
// it does; so has one that panics. It may call the store, but within the baseline
// [Store.Reload] returns [ErrReentrant]. By default, there is no probation: what passes
// is confirmed.
func WithProbation[T any](d time.Duration, healthy func(ctx context.Context, current *T) error, opts ...ProbationOption) Option {
	return optionFunc(func(o *options) {
		p := &probation{typ: reflect.TypeFor[T](), Probation: lifecycle.Probation{
			For: d, Every: max(d/10, 1), Failures: DefaultProbeFailures, Timeout: DefaultProbeTimeout,
			Healthy: func(ctx context.Context, value any) error { return healthy(ctx, value.(*T)) },
		}, takeBack: func(ctx context.Context, store any, bad, target *lifecycle.Version, why *lifecycle.Unhealthy) bool {
			return store.(*Store[T]).takeBack(ctx, bad, target, why)
		}}
		for i, opt := range opts {
			if opt == nil {
				o.fail("WithProbation: option %d is nil", i+1)
				continue
			}
			opt.applyProbation(o, &p.Probation)
		}
		switch {
		case healthy == nil:
			o.fail("WithProbation: the function is nil")
		case d <= 0:
			o.fail("WithProbation(%v): the duration is not positive", d)
		case p.Every > d:
			o.fail("WithProbation(%v): ProbeEvery(%v) is longer, so that it would never be asked", d, p.Every)
		}
		if o.probation != nil {
			o.fail("WithProbation: there is one already")
		}
		o.probation, o.newMachine = p, newMachine
	})
}

// ProbeEvery sets how often the application is asked during a probation. By default, it is
// a tenth of the probation.
func ProbeEvery(d time.Duration) ProbationOption {
	return probationFunc(func(o *options, p *lifecycle.Probation) {
		if d <= 0 {
			o.fail("ProbeEvery(%v): the duration is not positive", d)
			d = p.Every
		}
		p.Every = d
	})
}

// ProbeFailures sets how many probes in a row must fail for a change to be taken back. By
// default, it is 3.
func ProbeFailures(k int) ProbationOption {
	return probationFunc(func(o *options, p *lifecycle.Probation) {
		if k <= 0 {
			o.fail("ProbeFailures(%d): the number is not positive", k)
		}
		p.Failures = k
	})
}

// ProbeTimeout sets how long each probe may take. By default, it is a second.
func ProbeTimeout(d time.Duration) ProbationOption {
	return probationFunc(func(o *options, p *lifecycle.Probation) {
		if d <= 0 {
			o.fail("ProbeTimeout(%v): the duration is not positive", d)
		}
		p.Timeout = d
	})
}

// probationFor returns the probation, which must be for T; nil for none.
func probationFor[T any](o *options) *lifecycle.Probation {
	if o.probation == nil {
		return nil
	}
	if o.probation.typ != reflect.TypeFor[T]() {
		o.fail("WithProbation: the function is for %v, not %v", o.probation.typ, reflect.TypeFor[T]())
	}
	return &o.probation.Probation
}

package config

import (
	"context"
	"reflect"
	"time"

	"example.com/lastgood/internal/lifecycle"
)

// ProbationOption configures [WithProbation]. [ProbeEvery], [ProbeFailures] and [ProbeTimeout]
// return such options.
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

// probation is the configuration of WithProbation.
type probation struct {
	lifecycle.Probation
	typ reflect.Type

	// rollBack calls [Store.rollBack] on a store for that type.
	rollBack func(ctx context.Context, store any, bad, target *lifecycle.Version, why *lifecycle.Unhealthy) bool
}

// WithProbation monitors the application for d after each change, and rolls back a change that
// makes it unhealthy. healthy is called with the current value, which is read-only, and returns
// an error if the application is unhealthy.
//
// Before a change is published, healthy is called once with the running value, as a baseline,
// which delays publishing for at most [ProbeTimeout], or twice that if an earlier call is still
// running. If the baseline fails, the change is published but not rolled back, since it may be
// the repair; this is logged. After publishing, healthy is called every [ProbeEvery]. After
// [ProbeFailures] failures in a row, the last confirmed value is published again, as a new
// version. If d passes and the last probe succeeded, the version is confirmed. The first
// version is not rolled back, and is the target of rollbacks until another is confirmed. A
// change during a probation starts a new one with the same target. A change that only waits for
// a restart has no probation.
//
// After a rollback, hooks of [Store.OnChange] are called with the bad and the good value,
// unless they were not called with the bad one. Hooks of [Store.OnReject] are called with
// problems with the code [CodeProbation]: the keys that had changed, with their origins, and
// the error of healthy. [Status] contains them, and [Store.CheckHealth] fails, since the
// content on disk is not served. The content is quarantined: it is not tried again until
// content with another value is published or [Store.Reload] is called, nor, with
// [WithLastGood], by the next process while a stored version is accepted.
//
// healthy is called by one goroutine at a time. Its context is done after ProbeTimeout and when
// the store is closed. A call that has not returned by then has failed, and probes fail until
// it returns. A panic is a failure. healthy may call the store; during the baseline, Reload
// returns [ErrReentrant].
//
// A duration that is not positive, a ProbeEvery longer than d, a nil function, one for another
// type, and a second WithProbation are errors. By default, there is no probation, and a version
// is confirmed when it is published; see [LastGoodConfirmAfter].
func WithProbation[T any](d time.Duration, healthy func(ctx context.Context, current *T) error, opts ...ProbationOption) Option {
	return optionFunc(func(o *options) {
		p := &probation{typ: reflect.TypeFor[T](), Probation: lifecycle.Probation{
			For: d, Every: max(d/10, 1), Failures: DefaultProbeFailures, Timeout: DefaultProbeTimeout,
			Healthy: func(ctx context.Context, value any) error { return healthy(ctx, value.(*T)) },
		}, rollBack: func(ctx context.Context, store any, bad, target *lifecycle.Version, why *lifecycle.Unhealthy) bool {
			return store.(*Store[T]).rollBack(ctx, bad, target, why)
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

// ProbeEvery sets the time between the probes of a probation. It must be positive. By default,
// it is a tenth of the probation.
func ProbeEvery(d time.Duration) ProbationOption {
	return probationFunc(func(o *options, p *lifecycle.Probation) {
		if d <= 0 {
			o.fail("ProbeEvery(%v): the duration is not positive", d)
			d = p.Every
		}
		p.Every = d
	})
}

// ProbeFailures sets how many probes in a row must fail for a rollback. It must be positive. By
// default, it is [DefaultProbeFailures], 3.
func ProbeFailures(k int) ProbationOption {
	return probationFunc(func(o *options, p *lifecycle.Probation) {
		if k <= 0 {
			o.fail("ProbeFailures(%d): the number is not positive", k)
		}
		p.Failures = k
	})
}

// ProbeTimeout sets how long a probe may take. It must be positive. By default, it is
// [DefaultProbeTimeout], a second.
func ProbeTimeout(d time.Duration) ProbationOption {
	return probationFunc(func(o *options, p *lifecycle.Probation) {
		if d <= 0 {
			o.fail("ProbeTimeout(%v): the duration is not positive", d)
		}
		p.Timeout = d
	})
}

// probationFor returns the probation, or nil. One for another type is a fault of the options.
func probationFor[T any](o *options) *lifecycle.Probation {
	if o.probation == nil {
		return nil
	}
	if o.probation.typ != reflect.TypeFor[T]() {
		o.fail("WithProbation: the function is for %v, not %v", o.probation.typ, reflect.TypeFor[T]())
	}
	return &o.probation.Probation
}

package load

import (
	"context"
	"crypto/sha256"
	"reflect"
	"sync"
	"time"

	"github.com/spf13/viper"

	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/problem"
)

// Result is the outcome of a pass without problems.
type Result struct {
	Value   any           // a pointer to a fresh value of the loader's type
	Tree    *merge.Tree   // that Value was decoded from; nil for a value set by a test
	Viper   *layers.Viper // the settings of the application's Viper that were merged
	Pending []explain.Pending

	// Warnings are about the documents, Viper and key files of this pass: possible mistakes,
	// old and deprecated keys at each place that sets one, nulls without effect. Warnings
	// about variables and flags are in [Startup].
	Warnings []problem.Problem

	explain sync.Mutex
	viper   *viper.Viper

	summing   sync.Once
	effective [sha256.Size]byte
}

// Side returns the result as a side of a comparison.
func (r *Result) Side() explain.Side { return explain.Side{Value: r.Value, Tree: r.Tree} }

// Settings calls emit for every setting. It returns an error if a method of a value does not
// return within [CallLimit]. emit may still be called then, even after Settings has returned;
// the caller must discard what it was called with.
func (r *Result) Settings(emit func(explain.Setting)) error {
	if r.Tree == nil {
		return nil
	}
	return guard.Run(context.Background(), nil, CallLimit, func(ctx context.Context) {
		explain.Settings(guard.Under(ctx), r.Tree, reflect.ValueOf(r.Value).Elem(), r.Pending, emit)
	})
}

// Effective returns the digest of all settings; see [explain.Effective]. It is computed by the
// first call. It is zero if a method of a value panics or does not return within a second, and
// for a value set by a test.
func (r *Result) Effective() [sha256.Size]byte {
	if r.Tree == nil {
		return r.effective
	}
	r.summing.Do(func() {
		sum := make(chan [sha256.Size]byte, 1)
		_ = guard.Run(context.Background(), nil, effectiveLimit, func(ctx context.Context) {
			sum <- explain.Effective(guard.Under(ctx), r.Tree, reflect.ValueOf(r.Value).Elem())
		})
		select {
		case r.effective = <-sum:
		default: // Settings reports the method
		}
	})
	return r.effective
}

// effectiveLimit is short because a status waits for the digest.
const effectiveLimit = time.Second

// AsViper returns the values as a Viper; see [explain.Viper]. It is built by the first call.
// It is empty if a method of a value panics or does not return within [CallLimit].
func (r *Result) AsViper() *viper.Viper {
	r.explain.Lock()
	defer r.explain.Unlock()
	if r.viper == nil && r.Tree != nil {
		var made *viper.Viper
		err := guard.Run(context.Background(), nil, CallLimit, func(ctx context.Context) {
			made = explain.Viper(guard.Under(ctx), r.Tree, reflect.ValueOf(r.Value).Elem())
		})
		if err == nil {
			r.viper = made
		}
	}
	if r.viper == nil {
		r.viper = viper.New()
	}
	return r.viper
}

// CallLimit bounds one call of a method of the caller's, and one run of the validator.
const CallLimit = 30 * time.Second

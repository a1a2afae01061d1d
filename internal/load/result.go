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

// Result is what a pass made of the layers.
type Result struct {
	Value   any           // a pointer to a fresh value of the loader's type
	Tree    *merge.Tree   // that it was decoded from; nil if a test gave the value
	Viper   *layers.Viper // that was part of the layers
	Pending []explain.Pending

	// Warnings are what may be wrong with the documents, the old and the deprecated keys that are
	// set, at each place, and nulls that take nothing away. Those that are variables and flags by
	// old names are the loader's.
	Warnings []problem.Problem

	explain sync.Mutex
	viper   *viper.Viper

	summing   sync.Once
	effective [sha256.Size]byte
}

// Side returns the result as one of two that are compared.
func (r *Result) Side() explain.Side { return explain.Side{Value: r.Value, Tree: r.Tree} }

// Settings calls emit for every setting. It returns an error if a method of a value does not
// return; emit may be called all the same, even after that, and what came of it is void.
func (r *Result) Settings(emit func(explain.Setting)) error {
	if r.Tree == nil {
		return nil
	}
	return guard.Run(context.Background(), nil, CallLimit, func(ctx context.Context) {
		explain.Settings(guard.Under(ctx), r.Tree, reflect.ValueOf(r.Value).Elem(), r.Pending, emit)
	})
}

// Effective returns the sum of all settings; see [explain.Effective]. It is made when it is
// first asked for, and zero if a method of a value panics or does not return for a second,
// or a test gave the value.
func (r *Result) Effective() [sha256.Size]byte {
	if r.Tree == nil {
		return r.effective
	}
	r.summing.Do(func() {
		made := make(chan [sha256.Size]byte, 1)
		_ = guard.Run(context.Background(), nil, effectiveLimit, func(ctx context.Context) {
			made <- explain.Effective(guard.Under(ctx), r.Tree, reflect.ValueOf(r.Value).Elem())
		})
		select {
		case r.effective = <-made:
		default: // Settings has the same trouble
		}
	})
	return r.effective
}

// effectiveLimit is how long one method may take for a sum: a status is not to wait.
const effectiveLimit = time.Second

// AsViper returns the values as Viper has them; see [explain.Viper]. It is made when it
// is first asked for, and empty if a method of a value panics or does not return.
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

// CallLimit is how long one method of a caller's, or one run of the validator, may take.
const CallLimit = 30 * time.Second

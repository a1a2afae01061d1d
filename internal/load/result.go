package load

import (
	"context"
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

	// Warnings are the old and the deprecated keys that are set, at each place, and nulls that
	// take nothing away. Variables and flags by old names are among the loader's.
	Warnings []problem.Problem

	explain sync.Mutex
	listed  []explain.Setting
	byKey   map[string]*explain.Setting
	viper   *viper.Viper
}

// Settings lists every setting. The list is made when first asked for: that costs a
// reload nothing. It is nil if a method of a value does not return.
func (r *Result) Settings() []explain.Setting {
	if r == nil || r.Tree == nil {
		return nil
	}
	r.explain.Lock()
	defer r.explain.Unlock()
	if r.listed == nil {
		var listed []explain.Setting
		err := guard.Run(context.Background(), nil, CallLimit, func(ctx context.Context) {
			listed = explain.Settings(guard.Under(ctx), r.Tree, reflect.ValueOf(r.Value).Elem(), r.Pending)
		})
		if err == nil {
			r.listed, r.byKey = listed, make(map[string]*explain.Setting, len(listed))
			for i := range listed {
				if s := &listed[i]; r.byKey[s.Key] == nil {
					r.byKey[s.Key] = s
				}
			}
		}
	}
	return r.listed
}

// Setting returns the setting with a key, or nil if there is none.
func (r *Result) Setting(key string) *explain.Setting {
	if r.Settings() == nil {
		return nil
	}
	r.explain.Lock()
	defer r.explain.Unlock()
	return r.byKey[key]
}

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

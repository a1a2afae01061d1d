package load

import (
	"context"
	"reflect"
	"sync"
	"time"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/source"
)

// Result is what a pass made of the layers.
type Result struct {
	Value   any // a pointer to a fresh value of the loader's type
	Pending []Pending

	loader  *Loader
	docs    *[]source.Document // to make the settings of, should anybody ask; fmt does not get there
	explain sync.Mutex
	listed  []Setting
	byKey   map[string]*Setting
}

// Pending is a setting that is tagged reload:"restart" and has another value in the
// layers than the running one.
type Pending struct {
	Key     string
	Running any // as in [Setting]
	Wanted  any
	Origin  Origin // of the wanted value
	Secret  bool

	path path
}

// Documents returns what the files said from which the value was made.
func (r *Result) Documents() []source.Document { return *r.docs }

// Settings lists every setting. It is made when first asked for, from the documents
// read again: that costs a reload nothing. It is nil if a method of a value does not
// return.
func (r *Result) Settings() []Setting {
	if r.loader == nil { // no pass made the value: a test gave it
		return nil
	}
	r.explain.Lock()
	defer r.explain.Unlock()
	if r.listed == nil {
		var listed []Setting
		err := guard.Run(context.Background(), nil, CallLimit, func(ctx context.Context) {
			b, _ := r.loader.bind(*r.docs, nil, guard.Under(ctx)) // without problems, as when the value was made
			listed = b.settings(reflect.ValueOf(r.Value).Elem(), r.Pending)
		})
		if err == nil {
			r.listed, r.byKey = listed, make(map[string]*Setting, len(listed))
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
func (r *Result) Setting(key string) *Setting {
	r.Settings()
	r.explain.Lock()
	defer r.explain.Unlock()
	return r.byKey[key]
}

// CallLimit is how long one method of a caller's, or one run of the validator, may take.
const CallLimit = 30 * time.Second

package load

import (
	"context"
	"reflect"
	"sync"

	"example.com/lastgood/internal/source"
)

// Result is what a pass made of the layers.
type Result struct {
	Value   any // a pointer to a fresh value of the loader's type
	Pending []Pending

	loader  *Loader
	docs    []source.Document // to make the settings of, should anybody ask
	explain sync.Once
	listed  []Setting
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

// Settings lists every setting. It is made when first asked for, from the documents
// read again: that costs a reload nothing.
func (r *Result) Settings() []Setting {
	if r.loader == nil { // no pass made the value: a test gave it
		return nil
	}
	r.explain.Do(func() {
		b, _ := r.loader.bind(context.Background(), r.docs) // without problems, as when the value was made
		r.listed = b.settings(reflect.ValueOf(r.Value).Elem(), r.Pending)
	})
	return r.listed
}

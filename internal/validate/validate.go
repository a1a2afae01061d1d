// Package validate judges decoded values: by validate tags, by Validate methods, and by
// the checks of callers.
package validate

import (
	"reflect"
	"slices"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/value"
)

// Options of a judgement.
type Options struct {
	Validate *validator.Validate
	Cyclic   bool // a value could lead back to itself
	Files    bool // there are configuration files

	// SetHint says how to set the value at p. line says where in a file, and is "" if there
	// is none. It is nil if there is nothing but files.
	SetHint func(p keypath.Path, line string) string
}

// Value adds the problems that validation rules and Validate methods find with v, a
// pointer to what the report's tree was decoded to. A key that has a problem already
// gets no second one: it would only be a consequence.
func Value(r *merge.Report, v reflect.Value, opts Options) {
	opts.Files = opts.Files || slices.ContainsFunc(r.Tree.Layers, (*layers.Layer).IsFile)
	all := &validation{reporter: reporter{Report: r}, Options: opts, locator: locator{running: r.Running}}
	all.rules(v, nil)
	all.visit(r.Tree.Schema, v.Elem(), nil, ruled)
}

// validation is that of one value.
type validation struct {
	reporter
	Options
	locator
	trail value.Trail
}

// rules has the validator judge a pointer to a struct that is at p.
func (r *validation) rules(v reflect.Value, p keypath.Path) {
	if r.Cyclic && value.IsEndless(v) {
		r.reportAt(p, problem.Problem{Code: "check", Message: "its validation rules cannot be applied: the value leads back to itself"})
		return
	}
	failures := r.apply(p, func() error { return r.Validate.Struct(v.Interface()) })
	t := r.Tree.Schema.At(p)
	for _, fe := range failures {
		if r.Running.Over() {
			return
		}
		s := r.locate(t, v.Elem(), fe.StructNamespace())
		s.path = p.Join(s.path)
		failure{r, s, fe}.report()
	}
}

// aRule names what the validator calls: its own rules, a caller's, and those methods
// of types that it knows.
var aRule = &guard.Func{Name: "a rule"}

// apply calls the validator for the value at p and returns the rules that failed.
func (r *validation) apply(p keypath.Path, validate func() error) validator.ValidationErrors {
	var err error
	panicked := r.Running.Call(aRule, func() { err = validate() })
	failures, ok := err.(validator.ValidationErrors) //nolint:errorlint // it is never wrapped
	const failed = "its validation rules cannot be applied: "
	switch {
	case panicked != nil:
		r.reportAt(p, problem.Problem{Code: "check", Message: failed + panicked.Error(), Err: panicked})
	case err != nil && !ok:
		r.reportAt(p, problem.Problem{Code: "check", Message: failed + r.Redact(err.Error())})
	}
	return failures
}

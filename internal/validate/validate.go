// Package validate validates decoded values: by validate tags, by Validate methods, and by
// callers' checks.
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

// Options configures a validation.
type Options struct {
	Validate *validator.Validate
	Cyclic   bool // values of the type may contain themselves
	Files    bool // there are configuration files

	// SetHint returns the hint how to set the value at p. line is the hint for a file, and
	// is "" if there is none. It may be nil: then there are only files.
	SetHint func(p keypath.Path, line string) string
}

// Value adds the problems that validate tags and Validate methods find in v, a pointer to
// the value that was decoded from the report's tree. A key that has a problem already gets
// no second one, which would only be a consequence.
func Value(r *merge.Report, v reflect.Value, opts Options) {
	opts.Files = opts.Files || slices.ContainsFunc(r.Tree.Layers, (*layers.Layer).IsFile)
	all := &validation{reporter: reporter{Report: r}, Options: opts, locator: locator{running: r.Running}}
	all.validateStruct(v, nil)
	all.visit(r.Tree.Schema, v.Elem(), nil, rulesApplied)
}

// validation validates one value.
type validation struct {
	reporter
	Options
	locator
	trail value.Trail
}

// validateStruct applies the validator to the struct that v points to, which is at p.
func (r *validation) validateStruct(v reflect.Value, p keypath.Path) {
	if r.Cyclic && value.ValidatorLoops(v) {
		r.reportAt(p, problem.Problem{Code: "check", Message: "its validation rules cannot be applied: the value leads back to itself"})
		return
	}
	failures := r.callValidator(p, func() error { return r.Validate.Struct(v.Interface()) })
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

// ruleFunc is the name, in messages, of what the validator calls: rules, and methods of
// types that it knows.
var ruleFunc = &guard.Func{Name: "a rule"}

// callValidator calls the validator for the value at p and returns the rules that failed.
func (r *validation) callValidator(p keypath.Path, validate func() error) validator.ValidationErrors {
	var err error
	panicked := r.Running.Call(ruleFunc, func() { err = validate() })
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

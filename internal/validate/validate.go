// Package validate judges decoded values: by validate tags, by Validate methods, and by
// the checks of callers.
package validate

import (
	"reflect"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/value"
)

// Options of a judgement.
type Options struct {
	Validate *validator.Validate
	Cyclic   bool                      // a value could lead back to itself
	Variable func(keypath.Path) string // names the environment variable for a key; nil if none is read
}

// Value adds the problems that validation rules and Validate methods find with v, a
// pointer to what the report's tree was decoded to. A key that has a problem already
// gets no second one: it would only be a consequence.
func Value(r *merge.Report, v reflect.Value, opts Options) {
	j := &judge{Report: r, Options: opts}
	j.rules(v, nil)
	j.visit(r.Tree.Schema, v.Elem(), nil, ruled)
}

// judge judges one value.
type judge struct {
	*merge.Report
	Options
	trail   value.Trail
	printed map[uintptr]printed // maps with values that broke a rule
}

// rules has the validator judge a pointer to a struct that is at p.
func (j *judge) rules(v reflect.Value, p keypath.Path) {
	if j.Cyclic && value.IsEndless(v) {
		j.reportAt(p, problem.Problem{Code: "check", Message: "its validation rules cannot be applied: the value leads back to itself"})
		return
	}
	failures := j.apply(p, func() error { return j.Validate.Struct(v.Interface()) })
	t := j.Tree.Schema.At(p)
	for _, fe := range failures {
		if j.Running.Over() {
			return
		}
		s := j.locate(t, v.Elem(), fe.StructNamespace())
		s.path = p.Join(s.path)
		j.failure(s, fe)
	}
}

// aRule names what the validator calls: its own rules, a caller's, and those methods
// of types that it knows.
var aRule = &guard.Func{Name: "a rule"}

// apply calls the validator for the value at p and returns the rules that failed.
func (j *judge) apply(p keypath.Path, validate func() error) validator.ValidationErrors {
	var err error
	panicked := j.Running.Call(aRule, func() { err = validate() })
	failures, ok := err.(validator.ValidationErrors) //nolint:errorlint // it is never wrapped
	const failed = "its validation rules cannot be applied: "
	switch {
	case panicked != nil:
		j.reportAt(p, problem.Problem{Code: "check", Message: failed + panicked.Error(), Err: panicked})
	case err != nil && !ok:
		j.reportAt(p, problem.Problem{Code: "check", Message: failed + j.Redact(err.Error())})
	}
	return failures
}

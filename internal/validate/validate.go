// Package validate judges decoded values: by validate tags, by Validate methods, and by
// the checks of callers.
package validate

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/problem"
)

// Options of a judgement.
type Options struct {
	Validate *validator.Validate
	Variable func(keypath.Path) string // names the environment variable for a key; nil if none is read
}

// Value adds the problems that validation rules and Validate methods find with value,
// a pointer to what the report's tree was decoded to. A key that has a problem already
// gets no second one: it would only be a consequence.
func Value(r *merge.Report, value reflect.Value, opts Options) {
	j := &judge{Report: r, validate: opts.Validate, Variable: opts.Variable}
	j.rules(value, nil)
	j.visit(r.Tree.Schema, value.Elem(), nil, ruled)
}

// judge judges one value.
type judge struct {
	*merge.Report
	validate *validator.Validate
	Variable func(keypath.Path) string
	printed  map[uintptr]printed // maps with values that broke a rule
}

// rules has the validator judge a pointer to a struct that is at p.
func (j *judge) rules(value reflect.Value, p keypath.Path) {
	err := guard(func() error { return j.validate.Struct(value.Interface()) })
	if err == nil {
		return
	}
	var failures validator.ValidationErrors
	if !errors.As(err, &failures) {
		j.reportAt(p, problem.Problem{Code: "check", Message: "its validation rules cannot be applied: " + err.Error()})
		return
	}
	t := j.Tree.Schema.At(p)
	for _, fe := range failures {
		s := j.locate(t, value.Elem(), fe.StructNamespace())
		s.path = p.Join(s.path)
		j.failure(s, fe)
	}
}

// guard turns a panic of a rule or method into an error. Only a runtime error
// is quoted: any other value may hold what it should not.
func guard(f func() error) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case runtime.Error:
			err = fmt.Errorf("it panicked: %w", p)
		default:
			err = fmt.Errorf("it panicked with a %T", p)
		}
	}()
	return f()
}

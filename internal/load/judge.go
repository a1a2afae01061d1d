package load

import (
	"reflect"
	"sync"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/guard"
)

// ownValidator is shared by all loaders that are given none, since a validator
// caches what it learns of a type. WithRequiredStructEnabled lets "required"
// mean something on a struct.
func ownValidator() *validator.Validate {
	own.once.Do(func() { own.validate = validator.New(validator.WithRequiredStructEnabled()) })
	return own.validate
}

var own struct {
	once     sync.Once
	validate *validator.Validate
}

// judge adds the problems that validation rules and Validate methods find with
// value, a pointer to the loader's type. A key that has a problem already gets
// no second one: it would only be a consequence.
func (b *binder) judge(value reflect.Value) {
	v := visitor{b, new(trail)}
	for _, f := range b.problems {
		if f.Code == "type" || f.Code == "conflict" {
			b.unbound.add(f.path)
		}
	}
	b.rules(value, nil)
	v.visit(b.loader.schema, value.Elem(), nil, seen)
}

// rules has the validator judge a pointer to a struct that stands at p.
func (b *binder) rules(value reflect.Value, p path) {
	if b.loader.cyclic && leadsBack(value) {
		b.blame(p, Problem{Code: "check", Message: "its validation rules cannot be applied: the value leads back to itself"})
		return
	}
	failures := b.apply(p, func() error { return b.loader.validate.Struct(value.Interface()) })
	t := b.loader.typeAt(p)
	for _, fe := range failures {
		if b.running.Over() {
			return
		}
		s := b.walkNamespace(t, value.Elem(), fe.StructNamespace())
		s.path = append(p[:len(p):len(p)], s.path...)
		b.failure(s, fe)
	}
}

// aRule names what the validator calls: its own rules, a caller's, and those methods
// of types that it knows.
var aRule = &guard.Func{Name: "a rule"}

// apply calls the validator for the value at p and returns the rules that failed.
func (b *binder) apply(p path, validate func() error) validator.ValidationErrors {
	var err error
	panicked := b.running.Call(aRule, func() { err = validate() })
	failures, ok := err.(validator.ValidationErrors) //nolint:errorlint // it is never wrapped
	switch {
	case panicked != nil:
		b.blame(p, Problem{Code: "check", Message: "its validation rules cannot be applied: " + panicked.Error(), Err: panicked})
	case err != nil && !ok:
		b.blame(p, Problem{Code: "check", Message: "its validation rules cannot be applied: " + b.redact(err.Error())})
	}
	return failures
}

// isConsequence reports whether the value at p could not be bound, because of a
// problem with it or with a section around it.
func (b *binder) isConsequence(p path) bool { return b.unbound.hasAround(p) }

package load

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"sync"

	"github.com/go-playground/validator/v10"
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
	v := visitor{binder: b}
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
	err := guard(func() error { return b.loader.validate.Struct(value.Interface()) })
	if err == nil {
		return
	}
	var failures validator.ValidationErrors
	if !errors.As(err, &failures) {
		b.blame(p, Problem{Code: "check", Message: "its validation rules cannot be applied: " + b.redact(err.Error())})
		return
	}
	t := b.loader.typeAt(p)
	for _, fe := range failures {
		if b.isOver() {
			return
		}
		s := b.walkNamespace(t, value.Elem(), fe.StructNamespace())
		s.path = append(p[:len(p):len(p)], s.path...)
		b.failure(s, fe)
	}
}

// isConsequence reports whether the value at p could not be bound, because of a
// problem with it or with a section around it.
func (b *binder) isConsequence(p path) bool { return b.unbound.hasAround(p) }

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

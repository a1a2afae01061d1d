package load

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/schema"
)

// ownValidator is shared by all loaders that are given none, since a validator
// caches what it learns of a type. WithRequiredStructEnabled lets "required"
// mean something on a struct.
var ownValidator = sync.OnceValue(func() *validator.Validate {
	return validator.New(validator.WithRequiredStructEnabled())
})

// judge adds the problems that validation rules and Validate methods find with
// value, a pointer to the loader's type. A key that has a problem already gets
// no second one: it would only be a consequence.
func (b *binder) judge(value reflect.Value) {
	known := len(b.problems)
	b.rules(value, nil)
	b.visit(b.loader.schema, value.Elem(), nil, false, known)
}

// rules has the validator judge a pointer to a struct that stands at p.
func (b *binder) rules(value reflect.Value, p path) {
	err := guard(func() error { return b.loader.validate.Struct(value.Interface()) })
	if err == nil {
		return
	}
	t := b.loader.typeAt(p)
	var failures validator.ValidationErrors
	if !errors.As(err, &failures) {
		b.blame(p, Problem{Code: "check", Message: "validation failed: " + err.Error()}, false)
		return
	}
	for _, fe := range failures {
		at, f, parent := walkNamespace(t, value.Elem(), fe.StructNamespace())
		b.failure(append(p[:len(p):len(p)], at...), f, parent, fe)
	}
}

// failure reports one failed rule.
func (b *binder) failure(p path, f *schema.Field, parent reflect.Value, fe validator.FieldError) {
	if f != nil && countsAsSet(fe) && b.isSet(p, f) {
		b.restOfRules(p, f, parent, fe)
		return
	}
	problem := Problem{Code: fe.Tag()}
	if strings.HasPrefix(fe.Tag(), "required") && !b.isSet(p, f) {
		b.missing(p, f, fe)
		return
	}
	problem.Message = describe(fe, b.siblings(p))
	secret := f != nil && f.Secret || b.secretAt(p)
	if at, exact := b.locate(p); exact && !secret && isOneValue(at) {
		problem.Message += ", got " + show(at.node)
	} else if !exact && !secret && f != nil && f.Default != nil {
		problem.Message += fmt.Sprintf(", got the default %q", shorten(*f.Default))
	}
	b.blame(p, problem, secret)
}

// countsAsSet reports whether a "required" rule failed on a bool or number. The
// validator takes an explicit false or 0 for unset there; the documents know.
func countsAsSet(fe validator.FieldError) bool {
	if !strings.HasPrefix(fe.Tag(), "required") {
		return false
	}
	switch fe.Kind() {
	case reflect.Bool, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return true
	}
	return false
}

// isSet reports whether any document or a default tag sets the value at p.
func (b *binder) isSet(p path, f *schema.Field) bool {
	_, exact := b.locate(p)
	return exact || f != nil && f.Default != nil
}

// restOfRules applies the rules behind a "required" that the validator stopped
// at.
func (b *binder) restOfRules(p path, f *schema.Field, parent reflect.Value, fe validator.FieldError) {
	_, rest, _ := strings.Cut(f.Rules+",", ruleText(fe)+",")
	rest = strings.TrimSuffix(rest, ",")
	if rest == "" || !parent.IsValid() {
		return
	}
	err := guard(func() error {
		return b.loader.validate.VarWithValue(fe.Value(), parent.Interface(), rest)
	})
	var failures validator.ValidationErrors
	if errors.As(err, &failures) {
		for _, fe := range failures {
			b.failure(p, f, parent, fe)
		}
	}
}

// ruleText is the rule as it stands in the tag.
func ruleText(fe validator.FieldError) string {
	if fe.Param() == "" {
		return fe.Tag()
	}
	return fe.Tag() + "=" + escape(fe.Param())
}

// escape undoes what the validator does to a rule's parameter.
func escape(param string) string {
	return strings.NewReplacer(",", "0x2C", "|", "0x7C").Replace(param)
}

// missing reports a value that is required but not set, at the section where
// it belongs.
func (b *binder) missing(p path, f *schema.Field, fe validator.FieldError) {
	message := "required, not set"
	if fe.Tag() != "required" {
		message = describe(fe, b.siblings(p)) + ", but not set"
	}
	problem := Problem{Code: fe.Tag(), Message: message}
	at, _ := b.locate(p)
	switch {
	case at.key != nil:
		problem.Hint = fmt.Sprintf("set it under %q (line %d)", at.key.Key, at.key.Line)
	case at.node != nil && len(p) > 1:
		problem.Hint = fmt.Sprintf("add a section %q", p[:len(p)-1])
	}
	b.blameAt(at, p, problem, f != nil && f.Secret)
}

// blame reports a problem with the value at p.
func (b *binder) blame(p path, problem Problem, secret bool) {
	at, exact := b.locate(p)
	if !exact {
		at.node, at.key = nil, nil // the section around it is not to blame
	}
	b.blameAt(at, p, problem, secret)
}

func (b *binder) blameAt(at ref, p path, problem Problem, secret bool) {
	for _, other := range b.problems {
		if other.Code != "unknown_key" && p.within(other.path) {
			return
		}
	}
	b.problems = append(b.problems, found{Problem: problem, ref: at, path: p, secret: secret, onKey: at.key != nil && problem.Code == "required"})
}

// visit judges what the validator leaves out at and below v, which stands at p:
// structs that it has not looked into, since their list or map lacks "dive", and
// Validate methods, those further down first. Problems before index known are
// those of binding.
func (b *binder) visit(t *schema.Type, v reflect.Value, p path, unseen bool, known int) {
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() == reflect.Pointer || !unseen && !t.Judged {
		return
	}
	switch t.Kind {
	case schema.Struct:
		if unseen {
			b.rules(addressable(v), p)
		}
		for _, f := range t.Fields {
			if fv, err := v.FieldByIndexErr(f.Index); err == nil { // else an embedded pointer is nil
				b.visit(f.Type, fv, p.child(step{key: f.Key, isKey: true}), f.Dive, known)
			}
		}
	case schema.List:
		for i := range v.Len() {
			b.visit(t.Elem, v.Index(i), p.child(step{index: i}), unseen, known)
		}
	case schema.Map:
		for it := v.MapRange(); it.Next(); {
			s := step{key: fmt.Sprint(it.Key().Interface()), isKey: true, data: true}
			b.visit(t.Elem, it.Value(), p.child(s), unseen, known)
		}
	}
	if t.Validates && b.soundBelow(p, known) {
		b.callValidate(v, p)
	}
}

// addressable returns a pointer to v, or to a copy of a map's element.
func addressable(v reflect.Value) reflect.Value {
	if v.CanAddr() {
		return v.Addr()
	}
	c := reflect.New(v.Type())
	c.Elem().Set(v)
	return c
}

// soundBelow reports whether every value at and below p was bound, so that a
// Validate method sees what the documents say.
func (b *binder) soundBelow(p path, known int) bool {
	for _, f := range b.problems[:known] {
		if f.Code != "unknown_key" && f.path.within(p) {
			return false
		}
	}
	return true
}

// callValidate calls a Validate method. Each of the errors it joined becomes a
// problem of its own.
func (b *binder) callValidate(v reflect.Value, p path) {
	m, ok := addressable(v).Interface().(interface{ Validate() error })
	if !ok {
		return
	}
	err := guard(m.Validate)
	if err == nil {
		return
	}
	errs := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		errs = joined.Unwrap()
	}
	at, exact := b.locate(p)
	if !exact {
		at = ref{}
	}
	for _, err := range errs {
		if err != nil {
			b.problems = append(b.problems, found{ref: at, path: p, secret: b.secretAt(p), onKey: true,
				Problem: Problem{Code: "check", Message: err.Error(), Err: err}})
		}
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

package load

import (
	"fmt"
	"reflect"
	"strings"

	"example.com/lastgood/internal/schema"
)

// attention says what the validator has done with a value, and so what is left
// to do.
type attention uint8

const (
	seen   attention = iota // its rules have been applied
	unseen                  // the rules of the structs in it have not
	exempt                  // they shall not be, by a tag
)

// visitor judges what the validator leaves out: structs in a list or map whose
// tag lacks "dive", and Validate methods.
type visitor struct{ *binder }

// visit judges what is at and below v, which stands at p. Methods of what lies
// further down come first.
func (b visitor) visit(t *schema.Type, v reflect.Value, p path, a attention) {
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() == reflect.Pointer || b.full() || a != unseen && !t.Judged {
		return
	}
	switch t.Kind {
	case schema.Struct:
		b.visitStruct(t, v, p, a)
	case schema.List:
		for i := range v.Len() {
			b.visit(t.Elem, v.Index(i), p.child(step{index: i}), a)
		}
	case schema.Map:
		for it := v.MapRange(); it.Next(); {
			b.visit(t.Elem, it.Value(), p.child(keyStep(it.Key())), a)
		}
	}
	if t.Validates {
		b.callValidate(v, p)
	}
}

func (b visitor) visitStruct(t *schema.Type, v reflect.Value, p path, a attention) {
	if a == unseen {
		b.rules(addressable(v), p)
		a = seen
	}
	for _, f := range t.All() {
		fv, err := v.FieldByIndexErr(f.Index)
		if err != nil {
			continue // an embedded pointer is nil
		}
		inner := a
		switch {
		case a == exempt || f.Rules == "-":
			inner = exempt
		case f.Dive:
			inner = unseen
		}
		at := p
		if f != t.Remain {
			at = p.child(step{key: f.Key, isKey: true})
		}
		b.visit(f.Type, fv, at, inner)
	}
	for _, index := range t.Inlined {
		if fv, err := v.FieldByIndexErr(index); err == nil && (fv.Kind() != reflect.Pointer || !fv.IsNil()) {
			b.callValidate(reflect.Indirect(fv), p)
		}
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

// isSound reports whether every value at, below and around p was bound, so that
// a Validate method sees what the documents say.
func (b *binder) isSound(p path) bool {
	for _, q := range b.unbound {
		if q.within(p) || p.within(q) {
			return false
		}
	}
	return true
}

// isBlamed reports whether a rule of the value at p has failed already. What its
// own method says then would only be the same in other words.
func (b *binder) isBlamed(p path) bool {
	for _, f := range b.problems {
		switch f.Code {
		case "check", "unknown_key", "duplicate_key":
			continue
		}
		if len(p) > 0 && len(f.path) == len(p) && f.path.within(p) {
			return true
		}
	}
	return false
}

// callValidate calls a Validate method. Each of the errors it joined becomes a
// problem of its own.
func (b *binder) callValidate(v reflect.Value, p path) {
	m, ok := addressable(v).Interface().(interface{ Validate() error })
	if !ok || !b.isSound(p) {
		return
	}
	err := guard(m.Validate)
	if err == nil || b.isBlamed(p) {
		return
	}
	for _, err := range unjoin(err) {
		b.objection(err, p)
	}
}

// unjoin returns the errors of which errors.Join made err, or err itself. An
// error of another kind that unwraps to several has a text of its own to keep.
func unjoin(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var errs []error
	var texts []string
	for _, e := range joined.Unwrap() {
		if e != nil {
			errs = append(errs, unjoin(e)...)
			texts = append(texts, textOf(e))
		}
	}
	if len(errs) == 0 || textOf(err) != strings.Join(texts, "\n") {
		return []error{err}
	}
	return errs
}

// textOf returns an error's text, which may be a caller's code and panic, as it
// does for a nil pointer that was returned as an error.
func textOf(err error) (text string) {
	failed := guard(func() error { text = err.Error(); return nil })
	switch {
	case failed != nil:
		return fmt.Sprintf("it returned a %T without a text: %v", err, failed)
	case text == "":
		return fmt.Sprintf("it returned a %T without a text", err)
	}
	return text
}

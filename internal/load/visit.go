package load

import (
	"errors"
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
	if v.Kind() == reflect.Pointer || b.full() || b.isOver() || a != unseen && !t.Judged {
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
func (b *binder) isSound(p path) bool { return !b.unbound.touches(p) }

// isBlamed reports whether a rule of the value at p has failed already. What its
// own method says then would only be the same in other words.
func (b *binder) isBlamed(p path) bool { return len(p) > 0 && b.failed.has(p) }

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
// error of another kind that unwraps to several has a text of its own to keep,
// unless that is theirs, each on a line.
func unjoin(err error) []error { return appendJoined(nil, err, 0) }

// mostOwn is how deep errors of a caller's own kinds may hold each other to be taken
// apart. What their texts are is found out at every level.
const mostOwn = 8

func appendJoined(to []error, err error, own int) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return append(to, err)
	}
	isOwn := reflect.TypeOf(err) != reflect.TypeOf(errors.Join(err))
	if isOwn {
		own++
	}
	before := len(to)
	var texts []string
	for _, e := range joined.Unwrap() {
		if e == nil {
			continue
		}
		if to = appendJoined(to, e, own); isOwn {
			texts = append(texts, textOf(e))
		}
	}
	if len(to) == before || isOwn && (own > mostOwn || textOf(err) != strings.Join(texts, "\n")) {
		return append(to[:before], err)
	}
	return to
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

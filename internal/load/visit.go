package load

import (
	"fmt"
	"reflect"

	"example.com/lastgood/internal/guard"
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
type visitor struct {
	*binder
	trail *trail
}

// visit judges what is at and below v, which stands at p. Methods of what lies
// further down come first.
func (b visitor) visit(t *schema.Type, v reflect.Value, p path, a attention) {
	defer b.trail.cut(len(*b.trail))
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		if !b.trail.enter(v) {
			return
		}
		v = v.Elem()
	}
	if !b.trail.enter(v) {
		return
	}
	if v.Kind() == reflect.Pointer || b.running.Over() || a != unseen && !t.Judged {
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
		for _, e := range b.entriesOf(v) {
			b.visit(t.Elem, e.value, p.child(e.step), a)
		}
	}
	if t.Validates {
		b.callValidate(t, v, p)
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
			b.callValidate(t, reflect.Indirect(fv), p)
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
func (b *binder) callValidate(t *schema.Type, v reflect.Value, p path) {
	m, ok := addressable(v).Interface().(interface{ Validate() error })
	if !ok || !b.isSound(p) {
		return
	}
	fn := &guard.Func{Name: "Validate", Type: v.Type()}
	if t.Go == v.Type() {
		fn = t.Validate
	}
	var err error
	panicked := b.running.Call(fn, func() { err = m.Validate() })
	switch {
	case panicked != nil:
		b.blame(p, Problem{Code: "check", Message: panicked.Error(), Hint: promotedFromNil(v), Err: panicked})
		return
	case err == nil || b.isBlamed(p):
		return
	}
	for _, err := range b.unjoin(err) {
		b.objection(err, p)
	}
}

// promotedFromNil tells of an embedded pointer that is nil and has a Validate method,
// which may be the struct's own by promotion.
func promotedFromNil(v reflect.Value) string {
	for i := 0; v.Kind() == reflect.Struct && i < v.NumField(); i++ {
		f := v.Type().Field(i)
		if _, ok := f.Type.MethodByName("Validate"); ok && f.Anonymous && f.Type.Kind() == reflect.Pointer && v.Field(i).IsNil() {
			return fmt.Sprintf("the embedded %v, which has a Validate method, is nil", f.Type)
		}
	}
	return ""
}

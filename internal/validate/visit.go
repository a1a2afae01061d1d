package validate

import (
	"reflect"

	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/schema"
)

// ruleState says what the validator has done with a value, and so what is left to do.
type ruleState uint8

const (
	ruled   ruleState = iota // its rules have been applied
	unruled                  // the rules of the structs in it have not
	exempt                   // they shall not be, by a tag
)

// visit judges what the validator leaves out at and below v, which is at p: structs in a
// list or map whose tag lacks "dive", and Validate methods. Methods of what is further
// down come first.
func (j *judge) visit(t *schema.Type, v reflect.Value, p keypath.Path, state ruleState) {
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() == reflect.Pointer || j.Full() || state != unruled && !t.Judged {
		return
	}
	switch t.Kind {
	case schema.Struct:
		j.visitStruct(t, v, p, state)
	case schema.List:
		for i := range v.Len() {
			j.visit(t.Elem, v.Index(i), p.Child(keypath.Item(i)), state)
		}
	case schema.Map:
		for it := v.MapRange(); it.Next(); {
			j.visit(t.Elem, it.Value(), p.Child(merge.EntryStep(it.Key())), state)
		}
	}
	if t.Validates {
		j.callValidate(v, p)
	}
}

func (j *judge) visitStruct(t *schema.Type, v reflect.Value, p keypath.Path, state ruleState) {
	if state == unruled {
		j.rules(addressable(v), p)
		state = ruled
	}
	for _, f := range t.All() {
		fv, err := v.FieldByIndexErr(f.Index)
		if err != nil {
			continue // an embedded pointer is nil
		}
		inner := state
		switch {
		case state == exempt || f.Rules.Off:
			inner = exempt
		case f.Dive:
			inner = unruled
		}
		at := p
		if f != t.Remain {
			at = p.Child(keypath.Field(f.Key))
		}
		j.visit(f.Type, fv, at, inner)
	}
	for _, index := range t.Inlined {
		if fv, err := v.FieldByIndexErr(index); err == nil && (fv.Kind() != reflect.Pointer || !fv.IsNil()) {
			j.callValidate(reflect.Indirect(fv), p)
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

// callValidate calls a Validate method. Each of the errors it joined becomes a
// problem of its own.
func (j *judge) callValidate(v reflect.Value, p keypath.Path) {
	m, ok := addressable(v).Interface().(interface{ Validate() error })
	if !ok || j.Incomplete(p) {
		return
	}
	if err := guard(m.Validate); err != nil && !j.Ruled(p) {
		reportError(j.Report, err, p)
	}
}

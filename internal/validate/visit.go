package validate

import (
	"fmt"
	"reflect"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/value"
)

// ruleState is whether the rules for a value were applied.
type ruleState uint8

const (
	rulesApplied ruleState = iota // the validator has applied them
	rulesPending                  // the validator has not applied those of the structs in the value
	rulesOff                      // a tag turns them off
)

// visit validates what the validator leaves out at and below v, which is at p: structs in a
// list or map whose tag lacks "dive", and Validate methods. Methods of inner values are
// called first.
func (r *validation) visit(t *schema.Type, v reflect.Value, p keypath.Path, state ruleState) {
	if state != rulesPending && !t.NeedsVisit || r.Running.Over() {
		return
	}
	defer r.trail.Cut(len(r.trail))
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		if !r.trail.Enter(v) {
			return
		}
		v = v.Elem()
	}
	if v.Kind() == reflect.Pointer || !r.trail.Enter(v) {
		return
	}
	switch t.Kind {
	case schema.Struct:
		r.visitStruct(t, v, p, state)
	case schema.List:
		for i := range v.Len() {
			r.visit(t.Elem, v.Index(i), p.Child(keypath.Item(i)), state)
		}
	case schema.Map:
		r.visitMap(t, v, p, state)
	case schema.Scalar:
		if state == rulesPending && t.ValidatorEntersScalar() {
			r.validateStruct(value.Pointer(v), p)
		}
	}
	if t.Validate != nil {
		r.callValidate(t, v, p)
	}
}

func (r *validation) visitStruct(t *schema.Type, v reflect.Value, p keypath.Path, state ruleState) {
	if state == rulesPending {
		r.validateStruct(value.Pointer(v), p)
		state = rulesApplied
	}
	for _, f := range t.All() {
		fv, err := v.FieldByIndexErr(f.Index)
		if err != nil {
			continue // an embedded pointer is nil
		}
		inner := state
		switch {
		case state == rulesOff || f.Rules.Off:
			inner = rulesOff
		case f.Dive:
			inner = rulesPending
		}
		at := p
		if f != t.Remain {
			at = p.Child(keypath.Field(f.Key))
		}
		r.visit(f.Type, fv, at, inner)
	}
	for _, index := range t.Inlined {
		if fv, err := v.FieldByIndexErr(index); err == nil && (fv.Kind() != reflect.Pointer || !fv.IsNil()) {
			r.callValidate(t, reflect.Indirect(fv), p)
		}
	}
}

// visitMap visits the entries of a map. Their Validate methods may set fields, so each
// entry is stored again.
func (r *validation) visitMap(t *schema.Type, v reflect.Value, p keypath.Path, state ruleState) {
	for _, e := range value.Entries(r.Running, v) {
		entry := value.Pointer(e.Value).Elem()
		r.visit(t.Elem, entry, p.Child(e.Step), state)
		if entry.Kind() != reflect.Pointer && e.Key.Equal(e.Key) { //nolint:gocritic // a NaN key cannot be set again
			v.SetMapIndex(e.Key, entry)
		}
	}
}

// callValidate calls a Validate method. Each error that it joined becomes a problem.
func (r *validation) callValidate(t *schema.Type, v reflect.Value, p keypath.Path) {
	m, ok := value.Pointer(v).Interface().(interface{ Validate() error })
	if !ok || r.Incomplete(p) {
		return
	}
	fn := &guard.Func{Name: "Validate", Type: v.Type()}
	if t.Go == v.Type() {
		fn = t.Validate
	}
	var err error
	panicked := r.Running.Call(fn, func() { err = m.Validate() })
	switch {
	case panicked != nil:
		r.reportAt(p, problem.Problem{Code: "check", Message: panicked.Error(), Hint: promotedFromNil(v), Err: panicked})
	case err != nil:
		if !r.HasRuleFailure(p) {
			r.reportErrors(err, p)
		}
		r.recordErrors(err, p)
	}
}

// promotedFromNil returns a hint at an embedded nil pointer with a Validate method, which
// may be promoted to the struct.
func promotedFromNil(v reflect.Value) string {
	for i := 0; v.Kind() == reflect.Struct && i < v.NumField(); i++ {
		f := v.Type().Field(i)
		if _, ok := f.Type.MethodByName("Validate"); ok && f.Anonymous && f.Type.Kind() == reflect.Pointer && v.Field(i).IsNil() {
			return fmt.Sprintf("the embedded %v, which has a Validate method, is nil", f.Type)
		}
	}
	return ""
}

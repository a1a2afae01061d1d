package rules

import (
	"reflect"
	"slices"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/schema"
)

// Needs reports whether f, a field of the Struct t, must be set where defaults, by key
// and with sections as maps, are all the section has: a rule of its own rejects the
// zero value, or one in it does. Rules that depend on other fields, and those of a
// caller's validator, do not count, and no code of a caller's is called. v is the validator
// that judges.
func Needs(v *validator.Validate, t *schema.Type, f *schema.Field, defaults map[string]any) bool {
	if behindPointer(t.Go, f.Index) {
		return false // it is judged only if something else there is set
	}
	def, has := defaults[f.Key]
	if f.Type.Kind != schema.Struct {
		return !has && rejectsZero(v, t, f)
	}
	inner, _ := def.(map[string]any)
	switch {
	case len(inner) == 0 && rejectsZero(v, t, f):
		return true
	case f.Pointer || f.Rules.Off || f.Rules.Text != "" && f.Rules.Text != "required":
		return false // it may be left out, or not be looked into
	}
	return slices.ContainsFunc(f.Type.Fields, func(g *schema.Field) bool { return Needs(v, f.Type, g, inner) })
}

// rejectsZero reports whether one of a field's rules rejects its zero value.
func rejectsZero(v *validator.Validate, t *schema.Type, f *schema.Field) bool {
	all := f.Rules.At(0)
	if slices.ContainsFunc(all, func(r schema.Rule) bool { e := Known(r.Any[0].Name); return e != nil && e.Omits != "" }) {
		return false
	}
	typ := convert.Judged(fieldType(t.Go, f.Index))
	isStruct := typ.Kind() == reflect.Struct
	if !isStruct && judgesOther(typ) {
		return false // only its method knows
	}
	zero := reflect.Zero(typ).Interface()
	return slices.ContainsFunc(all, func(r schema.Rule) bool {
		for _, a := range r.Any {
			if e := Known(a.Name); a.Name != "required" && (e != nil && (e.Neutral || e.Fields != none) || !isBuiltIn(a.Name)) {
				return false
			}
		}
		if isStruct {
			return r.Text == "required" && requiresStructs(v)
		}
		failed := false
		panicked := guardText(func() { failed = Own().Var(zero, r.Text) != nil })
		return failed && panicked == ""
	})
}

// requiresStructs reports whether "required" means something on a struct.
func requiresStructs(v *validator.Validate) bool {
	type inner struct{ A int }
	var outer struct {
		V inner `validate:"required"`
	}
	return v.Struct(outer) != nil
}

// behindPointer reports whether a field lies in an embedded pointer.
func behindPointer(t reflect.Type, index []int) bool {
	for _, i := range index[:len(index)-1] {
		if t = t.Field(i).Type; t.Kind() == reflect.Pointer {
			return true
		}
	}
	return false
}

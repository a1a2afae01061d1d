package rules

import (
	"reflect"
	"slices"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/schema"
)

// Needs reports whether f, a field of the struct t, must be set by a configuration: because
// one of its rules rejects the zero value, or because a field in it must be set. defaults
// are the section's defaults by key, with sections as maps. Rules that depend on other
// fields, and those of a caller, are ignored; no code of a caller is called. v is the
// validator in use.
func Needs(v *validator.Validate, t *schema.Type, f *schema.Field, defaults map[string]any) bool {
	if behindPointer(t.Go, f.Index) {
		return false // it is validated only if another field there is set
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
		return false // it is optional, or not validated
	}
	return slices.ContainsFunc(f.Type.Fields, func(g *schema.Field) bool { return Needs(v, f.Type, g, inner) })
}

// rejectsZero reports whether one of a field's rules rejects its zero value.
func rejectsZero(v *validator.Validate, t *schema.Type, f *schema.Field) bool {
	all := f.Rules.At(0)
	if slices.ContainsFunc(all, func(r schema.Rule) bool { e := Lookup(r.Any[0].Name); return e != nil && e.Omits != "" }) {
		return false
	}
	typ := convert.ValidatedType(fieldType(t.Go, f.Index))
	isStruct := typ.Kind() == reflect.Struct
	if !isStruct && hasValuer(typ) {
		return false // the method decides
	}
	zero := reflect.Zero(typ).Interface()
	return slices.ContainsFunc(all, func(r schema.Rule) bool {
		for _, a := range r.Any {
			if e := Lookup(a.Name); a.Name != "required" && (e != nil && (e.Neutral || e.Fields != none) || !isBuiltIn(a.Name)) {
				return false
			}
		}
		if isStruct {
			return r.Text == "required" && requiresStructs(v)
		}
		failed := false
		panicked := panicText(func() { failed = DefaultValidator().Var(zero, r.Text) != nil })
		return failed && panicked == ""
	})
}

// requiresStructs reports whether "required" has an effect on a struct.
func requiresStructs(v *validator.Validate) bool {
	type inner struct{ A int }
	var outer struct {
		V inner `validate:"required"`
	}
	return v.Struct(outer) != nil
}

// behindPointer reports whether a field is behind an embedded pointer.
func behindPointer(t reflect.Type, index []int) bool {
	for _, i := range index[:len(index)-1] {
		if t = t.Field(i).Type; t.Kind() == reflect.Pointer {
			return true
		}
	}
	return false
}

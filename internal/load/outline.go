package load

import (
	"reflect"
	"slices"
	"strings"

	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
)

// Schema returns the schema of the loader's type.
func (l *Loader) Schema() *schema.Type { return l.schema }

// Defaults returns what the loader's type has where nothing is set, by default tags
// and the options' defaults: by key, in the form of settings, sections as maps. What
// has no default is not in it.
func (l *Loader) Defaults() map[string]any {
	b := &binder{loader: l, layers: l.static.below}
	return b.shown(l.schema, b.roots())
}

// DefaultsOf returns what default tags give a section of type t, wherever it is.
func (l *Loader) DefaultsOf(t *schema.Type) map[string]any {
	return (&binder{loader: l}).shown(t, nil)
}

// shown returns the values that refs have for a section, to show them.
func (b *binder) shown(t *schema.Type, refs []ref) map[string]any {
	out := map[string]any{}
	slots, _ := b.align(t, refs, false)
	for i, f := range t.Fields {
		refs := withoutNulls(slots[i])
		switch {
		case len(refs) == 0 && (f.Pointer || !f.Type.Defaults):
		case f.Secret:
			out[f.Key] = redact.Mask
		case f.Type.Kind == schema.Struct:
			out[f.Key] = b.shown(f.Type, refs)
		default:
			v := reflect.New(f.Type.Go).Elem()
			b.bindTo(v, f.Type, refs, false)
			out[f.Key] = b.render(f.Type, v, false)
		}
	}
	return out
}

// Needs reports whether f, a field of the Struct t, must be set where defaults, in the
// form of Defaults, are all the section has: a rule of its own rejects the zero
// value, or one in it does. Rules that depend on other fields, and those of a
// caller's validator, do not count.
func (l *Loader) Needs(t *schema.Type, f *schema.Field, defaults map[string]any) bool {
	if behindPointer(t.Go, f.Index) {
		return false // it is judged only if something else there is set
	}
	def, has := defaults[f.Key]
	if f.Type.Kind != schema.Struct {
		return !has && l.rejectsZero(t, f)
	}
	inner, _ := def.(map[string]any)
	switch {
	case len(inner) == 0 && l.rejectsZero(t, f):
		return true
	case f.Pointer || f.Rules != "" && f.Rules != "required":
		return false // it may be left out, or not be looked into
	}
	return slices.ContainsFunc(f.Type.Fields, func(g *schema.Field) bool { return l.Needs(f.Type, g, inner) })
}

// rejectsZero reports whether one of a field's rules rejects its zero value.
func (l *Loader) rejectsZero(t *schema.Type, f *schema.Field) bool {
	rules := rulesAt(f.Rules, 0)
	for _, optional := range []string{"omitempty", "omitzero", "omitnil", "-"} {
		if slices.Contains(rules, optional) {
			return false
		}
	}
	typ := fieldType(t.Go, f.Index)
	zero := reflect.Zero(typ).Interface()
	return slices.ContainsFunc(rules, func(rule string) bool {
		name := parseRule(rule).name
		if strings.Contains(rule, "|") || name != "required" && (isStructural(name) || refersToFields(name) || !isBuiltIn(name)) {
			return false
		}
		if schema.Judged(typ).Kind() == reflect.Struct {
			return name == "required" && l.requiresStructs()
		}
		failed := false
		panicked := guardText(func() { failed = l.validate.Var(zero, rule) != nil })
		return failed && panicked == ""
	})
}

// requiresStructs reports whether "required" means something on a struct.
func (l *Loader) requiresStructs() bool {
	type inner struct{ A int }
	var outer struct {
		V inner `validate:"required"`
	}
	return l.validate.Struct(outer) != nil
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

package load

import (
	"reflect"
	"slices"

	"example.com/lastgood/internal/schema"
)

// Schema returns the schema of the loader's type.
func (l *Loader) Schema() *schema.Type { return l.schema }

// Defaults returns what the loader's type has where nothing is set, by default tags
// and the options' defaults: by key, in the form of settings, sections as maps. What
// has no default is not in it.
func (l *Loader) Defaults() map[string]any {
	b := &binder{loader: l, layers: l.static.below}
	return renderTree(l.schema, b.bindRoot())
}

// DefaultsOf returns what default tags give a section of type t, wherever it is.
func (l *Loader) DefaultsOf(t *schema.Type) map[string]any {
	b := &binder{loader: l}
	return renderTree(t, b.bindStruct(t, nil, false))
}

// renderTree renders a section that is bound, but not decoded yet.
func renderTree(t *schema.Type, tree map[string]any) map[string]any {
	out := map[string]any{}
	for _, f := range t.Fields {
		if v := lookup(tree, f.Input); v != nil {
			out[f.Key] = renderBound(f.Type, v, f.Secret)
		}
	}
	return out
}

// lookup is the reverse of put.
func lookup(tree opaque, input []string) any {
	for _, name := range input[:len(input)-1] {
		tree, _ = tree[name].(opaque)
	}
	return tree[input[len(input)-1]]
}

func renderBound(t *schema.Type, v any, secret bool) any {
	if secret {
		return redacted
	}
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = renderBound(elemOf(t), v[i], false)
		}
		return out
	case map[string]any:
		if t.Kind == schema.Struct {
			return renderTree(t, v)
		}
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[key] = renderBound(elemOf(t), item, false)
		}
		return out
	case map[any]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[keyStep(reflect.ValueOf(key)).key] = renderBound(t.Elem, item, false)
		}
		return out
	}
	return renderScalar(reflect.ValueOf(v))
}

// elemOf is the type of what is in a list or map of type t.
func elemOf(t *schema.Type) *schema.Type {
	if t.Elem == nil {
		return anyType
	}
	return t.Elem
}

// Needs reports whether f, a field of the Struct t, must be set, unless it has a
// default: a rule of its own rejects the zero value. Rules that depend on other
// fields, and those of a caller's validator, do not count.
func (l *Loader) Needs(t *schema.Type, f *schema.Field) bool {
	if behindPointer(t.Go, f.Index) {
		return false // it is judged only if something else there is set
	}
	rules := rulesAt(f.Rules, 0)
	for _, optional := range []string{"omitempty", "omitzero", "omitnil", "-"} {
		if slices.Contains(rules, optional) {
			return false
		}
	}
	zero := reflect.Zero(fieldType(t.Go, f.Index)).Interface()
	return slices.ContainsFunc(rules, func(rule string) bool {
		name := parseRule(rule).name
		if name != "required" && (structural[name] || refersToFields(name) || !isBuiltIn(name)) {
			return false
		}
		failed := false
		panicked := guardText(func() { failed = l.validate.Var(zero, rule) != nil })
		return failed && panicked == ""
	})
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

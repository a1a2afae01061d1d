package merge_test

import (
	"fmt"
	"reflect"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/schema"
)

// layered is a value of a layer.
type layered struct {
	layer int
	value any
}

// reference merges by overriding, in the simplest way, and counts the problems.
type reference struct{ problems int }

// merge merges the values of one key, given from the lowest layer to the highest, which
// overrides lower. It returns false if they have different shapes.
func (r *reference) merge(t *schema.Type, all, lower []layered) (any, bool) {
	top := all[len(all)-1]
	wrong := 0
	for _, v := range all {
		if shape(v.value) != wantedShape(t, top.value) {
			wrong++
		}
	}
	switch {
	case len(all) > 1 && wrong > 0 && t.Kind == schema.Any:
		r.problems++
		return nil, false
	case len(all) > 1 && wrong > 0:
		r.problems += wrong
		return nil, false
	case shape(top.value) != "map":
		return r.plain(t, top, lower), true
	case t.Kind == schema.Struct:
		return r.sections(t, all), true
	case t.Kind == schema.Map:
		return r.entries(t, all), true
	}
	return r.entries(schema.AnyMap(), all), true
}

// sections merges the values that layers have for a struct, where null means not set.
func (r *reference) sections(t *schema.Type, all []layered) map[string]any {
	out, rest := map[string]any{}, map[string][]layered{}
	byField := map[*schema.Field][]layered{}
	for _, f := range t.Fields {
		if f.HasDefault {
			byField[f] = []layered{{merge.Default, map[string]any{"k0": "default", "k1": "default"}}}
		}
	}
	for _, v := range all {
		for key, value := range asMap(v.value) {
			switch f := t.Field(key); {
			case f == nil && t.Remain == nil:
				r.problems++ // it is unknown
			case f == nil:
				rest[key] = append(rest[key], layered{v.layer, value})
			case value != nil:
				byField[f] = append(byField[f], layered{v.layer, value})
			}
		}
	}
	for f, values := range byField {
		if len(values) == 1 && values[0].layer == merge.Default {
			continue // the decoder applies the defaults
		}
		if value, ok := r.merge(f.Type, values, values[:len(values)-1]); ok {
			out[f.Key] = value
		}
	}
	for key, values := range rest {
		r.entry(out, key, t.Remain.Type.Elem, false, values)
	}
	return out
}

// entries merges the values that layers have for a map.
func (r *reference) entries(t *schema.Type, all []layered) map[string]any {
	byKey, out := map[string][]layered{}, map[string]any{}
	for _, v := range all {
		for key, value := range asMap(v.value) {
			byKey[key] = append(byKey[key], layered{v.layer, value})
		}
	}
	canBeNil := t.Elem.Kind != schema.Struct && t.Go.Elem().Kind() != reflect.String
	for key, values := range byKey {
		r.entry(out, key, t.Elem, canBeNil, values)
	}
	return out
}

// entry merges the values of one key of a map. A null is an empty section, or nil, which
// replaces lower values, or no value.
func (r *reference) entry(out map[string]any, key string, elem *schema.Type, canBeNil bool, values []layered) {
	top, lower := values[len(values)-1], values[:len(values)-1]
	var kept []layered
	for _, v := range values {
		switch {
		case v.value != nil:
			kept = append(kept, v)
		case canBeNil:
			kept = nil
		}
	}
	switch {
	case elem.Kind != schema.Struct && top.value == nil:
		out[key] = r.plain(elem, top, lower)
	case len(kept) == 0:
		out[key] = map[string]any{}
	default:
		if elem.Kind == schema.Struct {
			lower = kept[:len(kept)-1]
		}
		if value, ok := r.merge(elem, kept, lower); ok {
			out[key] = value
		}
	}
}

// plain returns a value that is not merged, in the form of view.
func (r *reference) plain(t *schema.Type, v layered, lower []layered) any {
	switch value := v.value.(type) {
	case []any:
		elem := schema.AnyScalar()
		if t.Elem != nil && t.Kind == schema.List {
			elem = t.Elem
		}
		out := make([]any, len(value))
		for i, item := range value {
			if item != nil {
				out[i], _ = r.merge(elem, []layered{{v.layer, item}}, nil)
			} else {
				out[i] = show(nil, v.layer, nil)
			}
		}
		return out
	case nil:
		return show(nil, v.layer, texts(lower))
	default:
		return show(value, v.layer, texts(lower))
	}
}

func texts(lower []layered) (all []any) {
	for i := len(lower) - 1; i >= 0; i-- {
		switch text := lower[i].value.(type) {
		case string:
			all = append(all, text)
		case nil:
			all = append(all, "null")
		}
	}
	return all
}

func show(value any, layer int, overrides []any) string {
	return fmt.Sprintf("%v of %d over %q", value, layer, overrides)
}

func asMap(v any) map[string]any { m, _ := v.(map[string]any); return m }

func shape(v any) string {
	switch v.(type) {
	case map[string]any:
		return "map"
	case []any:
		return "list"
	}
	return "scalar"
}

func wantedShape(t *schema.Type, top any) string {
	switch t.Kind {
	case schema.Struct, schema.Map:
		return "map"
	case schema.List:
		return "list"
	case schema.Any:
		return shape(top)
	}
	return "scalar"
}

// view returns the values of a tree, with the layer of each text and the values that it
// overrides.
func view(tree *merge.Tree, t *schema.Type, v merge.Value, entry bool) any {
	switch v.Node.Kind {
	case document.List:
		out := make([]any, len(v.Node.Children))
		for i := range out {
			out[i] = view(tree, elemOf(t), v.Child(i), false)
		}
		return out
	case document.Map:
		out := map[string]any{}
		for i := range v.Node.Children {
			child := v.Child(i)
			f := fieldOf(t, child.Key.Key)
			switch {
			case f != nil && child.Node.Kind == document.Null: // not set here
			case f != nil:
				out[f.Key] = view(tree, f.Type, child, false)
			case t.Kind == schema.Struct && t.Remain == nil: // unknown
			case t.Kind == schema.Struct:
				out[child.Key.Key] = view(tree, t.Remain.Type.Elem, child, true)
			default:
				out[child.Key.Key] = view(tree, elemOf(t), child, true)
			}
		}
		return out
	}
	if entry && t.Kind == schema.Struct && v.Node.Kind == document.Null {
		return map[string]any{}
	}
	var overrides []any
	for below := range tree.Below(v) {
		if kind := below.Node.Kind; kind != document.List && kind != document.Map {
			overrides = append(overrides, below.Node.Text)
		}
	}
	if v.Node.Kind == document.Null {
		return show(nil, int(v.Layer), overrides)
	}
	return show(v.Node.Text, int(v.Layer), overrides)
}

func fieldOf(t *schema.Type, key string) *schema.Field {
	if t.Kind != schema.Struct {
		return nil
	}
	return t.Field(key)
}

// elemOf returns the type of the items or entries of t.
func elemOf(t *schema.Type) *schema.Type {
	if t.Elem != nil {
		return t.Elem
	}
	return schema.AnyMap().Elem
}

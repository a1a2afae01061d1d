package explain

import (
	"maps"
	"reflect"
	"strings"

	"github.com/spf13/viper"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/value"
)

// Viper returns a new Viper with the values of v, a struct that tree was decoded to: each as
// Viper reads it from its layer, and default tags in the types of their fields. It has the
// keys of the type and, where a document spells a key in another way, that key as well. r is
// the run that calls of the caller's methods are part of.
func Viper(r *guard.Running, tree *merge.Tree, v reflect.Value) *viper.Viper {
	w := viperWriter{running: r, tree: tree}
	const root = "config"
	outer := viper.New()
	if err := outer.MergeConfigMap(map[string]any{root: w.section(tree.Schema, tree.Root, v)}); err != nil {
		panic(err) // MergeConfigMap always returns nil
	}
	// Merging a map by itself costs the square of its keys. A Viper that does
	// not know the type of its configuration searches for a file when asked for it.
	inner := outer.Sub(root)
	inner.SetConfigType("yaml")
	return inner
}

// viperWriter builds the maps of a Viper.
type viperWriter struct {
	running *guard.Running
	tree    *merge.Tree
}

// section returns the map for a section of type t whose value is v.
func (w *viperWriter) section(t *schema.Type, in merge.Value, v reflect.Value) map[string]any {
	out, set := map[string]any{}, make([]bool, len(t.Fields))
	if in.Node != nil {
		for i := range in.Node.Children {
			child := in.Child(i)
			switch f := t.Field(child.Key.Key); {
			case f == nil:
				out[child.Key.Key] = w.tree.Natural(child)
			case child.Node.Kind != document.Null:
				set[f.Ordinal] = true
				out[f.Key] = w.value(f.Type, child, valueOf(v, f))
				if !strings.EqualFold(child.Key.Key, f.Key) { // RegisterAlias would hide the keys below
					out[child.Key.Key] = w.asSpelled(f.Type, child, out[f.Key])
				}
			}
		}
	}
	for i, f := range t.Fields {
		if !set[i] {
			w.addDefault(out, f, valueOf(v, f))
		}
	}
	return out
}

// addDefault adds the default of a field that nothing sets.
func (w *viperWriter) addDefault(out map[string]any, f *schema.Field, v reflect.Value) {
	switch {
	case f.Default != nil && (f.Hidden || f.Type.Secrets): // its users need the text
		out[f.Key] = w.tree.Natural(merge.DefaultOf(f))
	case f.Default != nil:
		out[f.Key] = value.Copy(v).Interface()
	case f.Type.Defaults && !f.Pointer:
		out[f.Key] = w.section(f.Type, merge.Value{}, v)
	}
}

// valueOf returns a field of a struct, without pointers.
func valueOf(v reflect.Value, f *schema.Field) reflect.Value {
	fv, err := v.FieldByIndexErr(f.Index)
	if err != nil {
		return reflect.Zero(f.Type.Go)
	}
	return pointee(fv, f.Type)
}

// pointee returns the value of type t.Go that v leads to, or a zero value.
func pointee(v reflect.Value, t *schema.Type) reflect.Value {
	for v.Kind() == reflect.Pointer && v.Type() != t.Go {
		if v.IsNil() {
			return reflect.Zero(t.Go)
		}
		v = v.Elem()
	}
	return v
}

// asSpelled returns of, the result of value for in, with the keys that documents have; only
// defaults have the keys of the type.
func (w *viperWriter) asSpelled(t *schema.Type, in merge.Value, of any) any {
	m, ok := of.(map[string]any)
	if !ok || in.Node.Kind != document.Map || t.Kind != schema.Struct && t.Kind != schema.Map {
		return of
	}
	out := maps.Clone(m)
	for i := range in.Node.Children {
		child := in.Child(i)
		key, inner := child.Key.Key, t.Elem
		if t.Kind == schema.Struct {
			f := t.Field(key)
			if f == nil || child.Node.Kind == document.Null {
				continue
			}
			key, inner = f.Key, f.Type
		}
		if v, ok := m[key]; ok {
			delete(out, key)
			out[child.Key.Key] = w.asSpelled(inner, child, v)
		}
	}
	return out
}

// value returns the value for a value of type t. It descends into lists and maps of sections
// with defaults.
func (w *viperWriter) value(t *schema.Type, in merge.Value, v reflect.Value) any {
	isSection := in.Node.Kind == document.Map || in.Node.Kind == document.Null // a hook may have decoded anything else
	switch {
	case t.Kind == schema.Struct && v.Kind() == reflect.Struct && isSection:
		return w.section(t, in, v)
	case t.Kind == schema.Map && in.Node.Kind == document.Map && hasDefaults(t):
		out := make(map[string]any, len(in.Node.Children))
		for i := range in.Node.Children {
			child := in.Child(i)
			key, miss := t.Key.Convert(w.running, child.Key.Key)
			if miss != nil {
				continue // it was not decoded
			}
			entry := v.MapIndex(key)
			out[child.Key.Key] = w.value(t.Elem, child, pointee(entry, t.Elem))
		}
		return out
	case t.Kind == schema.List && in.Node.Kind == document.List && hasDefaults(t):
		out := make([]any, len(in.Node.Children))
		for i := range out {
			if item := in.Child(i); item.Node.Kind != document.Null { // nil, not a section
				out[i] = w.value(t.Elem, item, pointee(v.Index(i), t.Elem))
			}
		}
		return out
	}
	return w.tree.Natural(in)
}

// hasDefaults reports whether a list or map contains sections with defaults.
func hasDefaults(t *schema.Type) bool {
	for range maxNesting { // a type can be a list of itself
		if t.Elem == nil {
			return t.Defaults
		}
		t = t.Elem
	}
	return false
}

// maxNesting bounds the nesting of lists and maps, since a type can be a list of itself.
const maxNesting = 20

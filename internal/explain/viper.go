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

// Viper returns a Viper with what v, a struct, has that was decoded from a tree: each
// value as a Viper would have read it from where it comes from, and default tags in the
// types of their fields. It has the keys of the type, and where a document has another
// spelling of one, that as well. Nothing is written to it by reading. It is made as part
// of what r runs.
func Viper(r *guard.Running, tree *merge.Tree, v reflect.Value) *viper.Viper {
	w := viperWriter{running: r, tree: tree}
	const root = "config"
	outer := viper.New()
	if err := outer.MergeConfigMap(map[string]any{root: w.section(tree.Schema, tree.Root, v)}); err != nil {
		panic(err) // it has no other than nil to return
	}
	// Merged by itself, a map would cost the square of its keys; and a Viper that does
	// not know the type of its configuration looks for a file when it is asked for one.
	inner := outer.Sub(root)
	inner.SetConfigType("yaml")
	return inner
}

type viperWriter struct {
	running *guard.Running
	tree    *merge.Tree
}

// section returns what a section of type t has, whose value is v.
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
				if !strings.EqualFold(child.Key.Key, f.Key) { // an alias would hide what is below it
					out[child.Key.Key] = w.spelt(f.Type, child, out[f.Key])
				}
			}
		}
	}
	for i, f := range t.Fields {
		if !set[i] {
			w.fallback(out, f, valueOf(v, f))
		}
	}
	return out
}

// fallback adds what a field has that nothing sets.
func (w *viperWriter) fallback(out map[string]any, f *schema.Field, v reflect.Value) {
	switch {
	case f.Default != nil && (f.Hidden || f.Type.Secrets): // such code needs the text
		out[f.Key] = w.tree.Natural(merge.DefaultOf(f))
	case f.Default != nil:
		out[f.Key] = value.Copy(v).Interface()
	case f.Type.Defaults && !f.Pointer:
		out[f.Key] = w.section(f.Type, merge.Value{}, v)
	}
}

// valueOf returns a field of a struct without its pointers.
func valueOf(v reflect.Value, f *schema.Field) reflect.Value {
	fv, err := v.FieldByIndexErr(f.Index)
	if err != nil {
		return reflect.Zero(f.Type.Go)
	}
	return pointee(fv, f.Type)
}

func pointee(v reflect.Value, t *schema.Type) reflect.Value {
	for v.Kind() == reflect.Pointer && v.Type() != t.Go {
		if v.IsNil() {
			return reflect.Zero(t.Go)
		}
		v = v.Elem()
	}
	return v
}

// spelt returns what value returned for a value of type t with the keys that documents
// have, and those of the type only for defaults.
func (w *viperWriter) spelt(t *schema.Type, in merge.Value, of any) any {
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
			out[child.Key.Key] = w.spelt(inner, child, v)
		}
	}
	return out
}

// value returns what there is for a value of type t. It goes into lists and maps where
// there are sections in them that have defaults.
func (w *viperWriter) value(t *schema.Type, in merge.Value, v reflect.Value) any {
	isSection := in.Node.Kind == document.Map || in.Node.Kind == document.Null // a hook may take anything else for one
	switch {
	case t.Kind == schema.Struct && v.Kind() == reflect.Struct && isSection:
		return w.section(t, in, v)
	case t.Kind == schema.Map && in.Node.Kind == document.Map && hasDefaults(t):
		out := make(map[string]any, len(in.Node.Children))
		for i := range in.Node.Children {
			child := in.Child(i)
			key, miss := t.Key.Convert(w.running, child.Key.Key)
			if miss != nil {
				continue // it would not have been decoded
			}
			entry := v.MapIndex(key)
			out[child.Key.Key] = w.value(t.Elem, child, pointee(entry, t.Elem))
		}
		return out
	case t.Kind == schema.List && in.Node.Kind == document.List && hasDefaults(t):
		out := make([]any, len(in.Node.Children))
		for i := range out {
			if item := in.Child(i); item.Node.Kind != document.Null { // which is nil, and no section
				out[i] = w.value(t.Elem, item, pointee(v.Index(i), t.Elem))
			}
		}
		return out
	}
	return w.tree.Natural(in)
}

// hasDefaults reports whether there are sections with defaults in a list or map.
func hasDefaults(t *schema.Type) bool {
	for range maxNesting { // a type can be a list of itself
		if t.Elem == nil {
			return t.Defaults
		}
		t = t.Elem
	}
	return false
}

// maxNesting bounds how deep lists and maps are nested in each other.
const maxNesting = 20

package explain

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/value"
)

// renderSelf returns a value whose type decodes itself, or that is inside such a value, in a
// form to show: the text of its String method, or what MarshalJSON returns, or its parts. It
// returns false for a single value with neither.
func (r *renderer) renderSelf(v reflect.Value) (shown any, ok bool) {
	switch m := value.Pointer(v).Interface().(type) {
	case fmt.Stringer:
		text, panicked := r.running.Sprint(m)
		if panicked != nil {
			text = panicked.Error()
		}
		return text, true
	case json.Marshaler:
		if shown, ok := r.fromJSON(m, v.Type()); ok {
			return shown, true
		}
	}
	return r.parts(v)
}

// fromJSON returns what MarshalJSON returns, decoded, or the text of its panic.
func (r *renderer) fromJSON(m json.Marshaler, t reflect.Type) (shown any, ok bool) {
	var out []byte
	var err error
	panicked := r.running.Call(&guard.Func{Name: "MarshalJSON", Type: t}, func() { out, err = m.MarshalJSON() })
	if panicked != nil {
		return panicked.Error(), true
	}
	return shown, err == nil && json.Unmarshal(out, &shown) == nil
}

// parts returns the exported fields, the entries or the items of a value. It returns false for
// a struct without exported fields.
func (r *renderer) parts(v reflect.Value) (shown any, ok bool) {
	defer func(before bool) { r.inSelf = before }(r.inSelf)
	r.inSelf = true
	inner := func(v reflect.Value) any { return r.render(schema.AnyScalar(), v, false) }
	switch v.Kind() {
	case reflect.Struct:
		out := map[string]any{}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				if name := fieldName(f); name != "-" {
					out[name] = inner(v.Field(i))
				}
			}
		}
		return out, len(out) > 0
	case reflect.Map:
		out := make(map[string]any, v.Len())
		for it := v.MapRange(); it.Next(); {
			out[value.Step(r.running, it.Key()).Key] = inner(it.Value())
		}
		return out, true
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return nil, false
		}
		out := make([]any, v.Len())
		for i := range out {
			out[i] = inner(v.Index(i))
		}
		return out, true
	}
	return nil, false
}

// fieldName returns the key that the method of a struct probably reads a field from.
func fieldName(f reflect.StructField) string {
	for _, tag := range []string{"yaml", "json", "mapstructure"} {
		if name, _, _ := strings.Cut(f.Tag.Get(tag), ","); name != "" {
			return name
		}
	}
	return schema.Snake(f.Name)
}

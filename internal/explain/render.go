package explain

import (
	"encoding"
	"encoding/base64"
	"fmt"
	"math"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
)

// Render returns a value in a form to show: nil, a bool, int64, uint64, float64 or
// string; a []any or map[string]any of those; or the text "[redacted]".
func Render(t *schema.Type, v reflect.Value, secret bool) any {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return nil
		}
		if v.Kind() == reflect.Interface { // of whatever a document had
			t = schema.TypeOf(v.Elem())
		}
		v = v.Elem()
	}
	if secret {
		return redact.Mask
	}
	if (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.IsNil() {
		return nil
	}
	switch t.Kind {
	case schema.List:
		out := make([]any, v.Len())
		for i := range out {
			out[i] = Render(t.Elem, v.Index(i), false)
		}
		return out
	case schema.Map:
		out := make(map[string]any, v.Len())
		for it := v.MapRange(); it.Next(); {
			out[merge.EntryStep(it.Key()).Key] = Render(t.Elem, it.Value(), false)
		}
		return out
	case schema.Struct:
		out := make(map[string]any, len(t.Fields))
		for _, f := range t.Fields {
			if fv, err := v.FieldByIndexErr(f.Index); err == nil {
				out[f.Key] = Render(f.Type, fv, f.Secret)
			}
		}
		return out
	}
	return renderScalar(v)
}

func renderScalar(v reflect.Value) any {
	switch value := v.Interface().(type) {
	case time.Duration:
		return shortDuration(value)
	case url.URL:
		return value.Redacted()
	case []byte:
		if utf8.Valid(value) {
			return string(value)
		}
		return base64.StdEncoding.EncodeToString(value)
	}
	if text, ok := marshalled(v); ok {
		return text
	}
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return v.Uint()
	case reflect.Float32, reflect.Float64:
		return renderFloat(v)
	case reflect.String:
		return v.String()
	}
	return fmt.Sprintf("a %v", v.Type())
}

// renderFloat returns a number as it is written, so that 0.1 of 32 bits does not
// become 0.10000000149. Infinities, for which JSON has no numbers, are texts.
func renderFloat(v reflect.Value) any {
	text := strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return text
	}
	return f
}

// marshalled returns the text that a type makes of its values. That is a caller's
// code, which may fail.
func marshalled(v reflect.Value) (text string, ok bool) {
	m, ok := v.Interface().(encoding.TextMarshaler)
	if !ok {
		if m, ok = pointerTo(v).Interface().(encoding.TextMarshaler); !ok {
			return "", false
		}
	}
	defer func() {
		if recover() != nil {
			text, ok = "", false
		}
	}()
	b, err := m.MarshalText()
	return string(b), err == nil
}

// pointerTo returns a pointer to v, or to a copy of it.
func pointerTo(v reflect.Value) reflect.Value {
	if v.CanAddr() {
		return v.Addr()
	}
	c := reflect.New(v.Type())
	c.Elem().Set(v)
	return c
}

// shortDuration writes 5m, not 5m0s.
func shortDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

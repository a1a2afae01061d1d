package load

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

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
)

// render returns a value in a form to show: nil, a bool, int64, uint64, float64 or
// string; a []any or map[string]any of those; or the text "[redacted]".
func (b *binder) render(t *schema.Type, v reflect.Value, secret bool) any {
	r := renderer{b, new(trail)}
	return r.render(t, v, secret)
}

type renderer struct {
	*binder
	trail *trail
}

func (r renderer) render(t *schema.Type, v reflect.Value, secret bool) any {
	defer r.trail.cut(len(*r.trail))
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		switch {
		case v.IsNil():
			return nil
		case !r.trail.enter(v):
			return itself
		case v.Kind() == reflect.Interface: // of whatever a document had
			t = naturalType(v.Elem())
		}
		v = v.Elem()
	}
	if secret {
		return redact.Mask
	}
	if (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.IsNil() {
		return nil
	}
	if !r.trail.enter(v) {
		return itself
	}
	switch t.Kind {
	case schema.List:
		out := make([]any, v.Len())
		for i := range out {
			out[i] = r.render(t.Elem, v.Index(i), false)
		}
		return out
	case schema.Map:
		out := make(map[string]any, v.Len())
		for it := v.MapRange(); it.Next(); {
			out[r.keyStep(it.Key()).key] = r.render(t.Elem, it.Value(), false)
		}
		return out
	case schema.Struct:
		out := make(map[string]any, len(t.Fields))
		for _, f := range t.Fields {
			if fv, err := v.FieldByIndexErr(f.Index); err == nil {
				out[f.Key] = r.render(f.Type, fv, f.Secret)
			}
		}
		return out
	}
	return r.scalar(v)
}

// itself is shown for a value that leads back to one around it.
const itself = "(itself)"

// naturalType is the type of a value that stands where any may.
func naturalType(v reflect.Value) *schema.Type {
	switch v.Kind() {
	case reflect.Map:
		return anyMap()
	case reflect.Slice:
		return anyList()
	}
	return anyScalar
}

func (b *binder) scalar(v reflect.Value) any {
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
	if text, ok := b.marshalled(v); ok {
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
// code, which may fail: where it panics, the text says so.
func (b *binder) marshalled(v reflect.Value) (text string, ok bool) {
	m, ok := v.Interface().(encoding.TextMarshaler)
	if !ok {
		if m, ok = addressable(v).Interface().(encoding.TextMarshaler); !ok {
			return "", false
		}
	}
	var err error
	panicked := b.running.Call(&guard.Func{Name: "MarshalText", Type: v.Type()}, func() {
		var out []byte
		out, err = m.MarshalText()
		text = string(out)
	})
	if panicked != nil {
		return panicked.Error(), true
	}
	return text, err == nil
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

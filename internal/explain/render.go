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

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/value"
)

// Render returns a value in a form to show: nil, a bool, int64, uint64, float64 or string; a
// []any or map[string]any of those; or the text "[redacted]". r is the run that calls of the
// caller's methods are part of.
func Render(r *guard.Running, t *schema.Type, v reflect.Value, secret bool) any {
	renderer := renderer{running: r}
	return renderer.render(t, v, secret)
}

// renderer renders one value.
type renderer struct {
	running    *guard.Running
	trail      value.Trail
	inSelf     bool // inside a value whose type decodes itself
	incomplete bool // something was left out: a secret, or a value that cannot be rendered
}

func (r *renderer) render(t *schema.Type, v reflect.Value, secret bool) any {
	defer r.trail.Cut(len(r.trail))
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		switch {
		case v.IsNil():
			return nil
		case !r.trail.Enter(v):
			return cycleText
		case v.Kind() == reflect.Interface: // a field of type any
			t = schema.TypeOf(v.Elem())
		}
		v = v.Elem()
	}
	if secret {
		r.incomplete = true
		return redact.Mask
	}
	if (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.IsNil() {
		return nil
	}
	if !r.trail.Enter(v) {
		return cycleText
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
			out[value.Step(r.running, it.Key()).Key] = r.render(t.Elem, it.Value(), false)
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
	return r.scalar(t, v)
}

// cycleText is shown for a value that contains itself.
const cycleText = "(itself)"

// scalar renders a leaf.
func (r *renderer) scalar(t *schema.Type, v reflect.Value) any {
	switch known := v.Interface().(type) {
	case time.Duration:
		return shortDuration(known)
	case url.URL:
		r.incomplete = r.incomplete || known.User != nil
		return known.Redacted()
	}
	if text, ok := marshaledText(r.running, v); ok {
		r.incomplete = r.incomplete || text == redact.Mask
		return text
	}
	if !t.Scalar.Plain() || r.inSelf {
		if shown, ok := r.renderSelf(v); ok {
			return shown
		}
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
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			break
		}
		if b := v.Bytes(); utf8.Valid(b) {
			return string(b)
		}
		return base64.StdEncoding.EncodeToString(v.Bytes())
	}
	r.incomplete = true
	return fmt.Sprintf("a %v", v.Type())
}

// renderFloat returns the shortest number that decodes to v, so that 0.1 of 32 bits does not
// become 0.10000000149. NaN and infinities, which JSON does not have, are texts.
func renderFloat(v reflect.Value) any {
	text := strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return text
	}
	return f
}

// marshaledText returns the result of MarshalText, or the text of its panic. ok is false if
// the type has no such method, or it returns an error.
func marshaledText(r *guard.Running, v reflect.Value) (text string, ok bool) {
	m, ok := value.Pointer(v).Interface().(encoding.TextMarshaler)
	if !ok {
		return "", false
	}
	var err error
	panicked := r.Call(&guard.Func{Name: "MarshalText", Type: v.Type()}, func() {
		var out []byte
		out, err = m.MarshalText()
		text = string(out)
	})
	if panicked != nil {
		return panicked.Error(), true
	}
	return text, err == nil
}

// shortDuration formats 5m, not 5m0s.
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

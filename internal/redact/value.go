package redact

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"time"

	"example.com/lastgood/internal/guard"
)

// AddValue adds all that is in a Go value: texts, numbers, what it lists, its keys and
// fields, also those that are not exported, and the texts that its own methods Reveal,
// MarshalText and String make of it. Those are a caller's code, which may panic, or end
// its goroutine; one that has not returned within a second is left behind. Values that
// point to themselves do no harm.
func (s *Secrets) AddValue(v reflect.Value) {
	w := walker{secrets: s, seen: map[reference]bool{}, stuck: map[reflect.Type]bool{}}
	w.value(v, 0)
}

type walker struct {
	secrets *Secrets
	seen    map[reference]bool
	stuck   map[reflect.Type]bool // types with a method that does not return
}

// reference is what can lead to a value again.
type reference struct {
	typ     reflect.Type
	pointer uintptr
	length  int
}

// deepest bounds how far a value is followed: one can hold itself in a map of maps.
const deepest = 100

func (w walker) value(v reflect.Value, depth int) {
	if !v.IsValid() || v.IsZero() || depth > deepest {
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		at := reference{v.Type(), v.Pointer(), 0}
		if v.Kind() == reflect.Slice {
			at.length = v.Len()
		}
		if w.seen[at] {
			return
		}
		w.seen[at] = true
	}
	if known := w.byMethod(v); known {
		return
	}
	s := w.secrets
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		w.value(v.Elem(), depth+1)
	case reflect.String:
		s.Add(v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		s.Add(strconv.FormatInt(v.Int(), 10))
		if v.Type() == reflect.TypeFor[time.Duration]() {
			s.addDuration(time.Duration(v.Int()))
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		s.Add(strconv.FormatUint(v.Uint(), 10))
	case reflect.Float32, reflect.Float64:
		s.Add(strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits()))
		s.addFloat(v.Float(), v.Type().Bits())
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			s.Add(bytesOf(v))
			return
		}
		for i := range v.Len() {
			w.value(v.Index(i), depth+1)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			w.value(it.Key(), depth+1)
			w.value(it.Value(), depth+1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			w.value(v.Field(i), depth+1)
		}
	}
}

// byMethod adds the texts that a value makes of itself, and reports whether these are all
// there is to know of it.
func (w walker) byMethod(v reflect.Value) (known bool) {
	if !v.CanInterface() || v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer && v.IsNil() {
		return false
	}
	value := v.Interface()
	if t, ok := value.(time.Time); ok {
		w.time(t)
		return true
	}
	if v.Kind() != reflect.Pointer { // those of a pointer receiver as well
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		value = p.Interface()
	}
	if r, ok := value.(interface{ Reveal() string }); ok { // it may reveal a part
		w.call(v.Type(), r.Reveal)
	}
	if m, ok := value.(encoding.TextMarshaler); ok {
		w.call(v.Type(), func() string { return text(m.MarshalText()) })
	}
	if m, ok := value.(fmt.Stringer); ok {
		w.call(v.Type(), m.String)
	}
	return isOfLibrary(v.Type())
}

// isOfLibrary reports whether a type is one of Go's own whose fields mean nothing to
// anybody else. The pointers to them come here, too.
func isOfLibrary(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.PkgPath() {
	case "time", "math/big", "net/netip", "net/url", "regexp":
		return t.Kind() == reflect.Struct
	}
	return false
}

func text(b []byte, err error) string {
	if err != nil {
		return ""
	}
	return string(b)
}

// patience is how long a method may take.
const patience = time.Second

// call adds what a method of the type t returns.
func (w walker) call(t reflect.Type, method func() string) {
	if w.stuck[t] {
		return
	}
	result := make(chan string, 1)
	go func() {
		text := ""
		defer func() {
			_ = recover() // there is no text then
			result <- text
		}()
		text = method()
	}()
	text, ok := guard.Within(result, patience)
	switch {
	case !ok:
		w.stuck[t] = true
	case text != Mask:
		w.secrets.Add(text)
	}
}

func (w walker) time(t time.Time) {
	if t.IsZero() {
		return
	}
	for _, layout := range []string{time.RFC3339Nano, time.RFC3339, time.DateTime, time.DateOnly, time.RFC1123, time.RFC1123Z} {
		w.secrets.Add(t.Format(layout))
	}
	w.secrets.Add(t.String())
	w.secrets.Add(strconv.FormatInt(t.Unix(), 10))
}

// bytesOf returns the bytes of a slice or array, also of one in a field that is not
// exported.
func bytesOf(v reflect.Value) string {
	if v.Kind() == reflect.Slice {
		return string(v.Bytes())
	}
	b := make([]byte, v.Len())
	for i := range b {
		b[i] = byte(v.Index(i).Uint())
	}
	return string(b)
}

// Package convert reads texts as values of Go types, strictly: nothing is ever lost
// on the way. What does not fit, as a fraction into an integer, is a [Mismatch],
// which never holds the text.
package convert

import (
	"encoding"
	"net/url"
	"reflect"
	"strconv"
	"time"

	"example.com/lastgood/internal/guard"
)

// Mismatch is why a text is not a value of a type.
type Mismatch struct {
	Want string // what would have been right: "an integer from -128 to 127"
	Hint string // what to do about it, or ""
}

func want(what string) *Mismatch { return &Mismatch{Want: what} }

// Type reads texts as values of one Go type. The zero reading is the one that the
// type's kind suggests.
type Type struct {
	Go reflect.Type
	by reading

	method *guard.Func // by which it reads its text; nil if it has none
}

// reading is how a type reads its text. It is found out once, because looking for a
// method takes longer than most conversions.
type reading uint8

const (
	byKind   reading = iota // as its Go kind suggests
	byMethod                // its own UnmarshalText
	asSecret                // its own UnmarshalText, which takes any text
	asDuration
	asTime
	asURL
)

// For returns what reads texts as values of t, and whether there is any: whether a
// value of t is written as one text.
func For(t reflect.Type) (Type, bool) {
	c := Type{Go: t, by: readingOf(t)}
	if c.by == byMethod {
		c.method = &guard.Func{Name: "UnmarshalText", Type: reflect.PointerTo(t)}
	}
	switch t.Kind() {
	case reflect.Chan, reflect.Uintptr, reflect.UnsafePointer:
		return c, false // whatever their methods, mapstructure cannot set them
	case reflect.String, reflect.Bool, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return c, true
	}
	return c, c.by != byKind || isBytes(t)
}

func readingOf(t reflect.Type) reading {
	switch t {
	case reflect.TypeFor[time.Duration]():
		return asDuration
	case reflect.TypeFor[time.Time]():
		return asTime
	case reflect.TypeFor[url.URL]():
		return asURL
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return readingOfSecret(t)
	}
	return byKind
}

// isBytes reports whether t is []byte or a type made of it.
func isBytes(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8
}

// Plain reports whether texts are read as the type's Go kind suggests.
func (t Type) Plain() bool { return t.by == byKind }

// TakesText reports whether any text is a value.
func (t Type) TakesText() bool {
	return t.by == asSecret || t.Plain() && t.Go.Kind() == reflect.String
}

// Bytes reports whether a value can be any bytes, not just a text.
func (t Type) Bytes() bool { return t.Plain() && isBytes(t.Go) }

// Set sets dst, an addressable value of the type, to the value of the text, as part
// of what r runs. After a mismatch it is zero.
func (t Type) Set(r *guard.Running, dst reflect.Value, text string) (miss *Mismatch) {
	switch t.by {
	case byMethod, asSecret:
		return t.unmarshalText(r, dst, text)
	case asDuration:
		var d time.Duration
		d, miss = toDuration(text)
		dst.SetInt(int64(d))
		return miss
	case asTime:
		var v time.Time
		v, miss = toTime(text)
		dst.Set(reflect.ValueOf(v))
		return miss
	case asURL:
		u, err := url.Parse(text)
		if err != nil {
			return want(t.Name())
		}
		dst.Set(reflect.ValueOf(*u))
		return nil
	}
	switch k := dst.Kind(); {
	case k == reflect.String:
		dst.SetString(text)
	case k == reflect.Slice:
		dst.SetBytes([]byte(text))
	case k == reflect.Bool:
		v, err := strconv.ParseBool(text)
		if err != nil {
			return &Mismatch{Want: "true or false", Hint: boolHint(text)}
		}
		dst.SetBool(v)
	case dst.CanInt():
		var v int64
		v, miss = toInt(text, dst.Type().Bits())
		dst.SetInt(v)
	case dst.CanUint():
		var v uint64
		v, miss = toUint(text, dst.Type().Bits())
		dst.SetUint(v)
	default:
		var v float64
		v, miss = toFloat(text, dst.Type().Bits())
		dst.SetFloat(v)
	}
	return miss
}

// unmarshalText has the type read its text.
func (t Type) unmarshalText(r *guard.Running, dst reflect.Value, text string) (miss *Mismatch) {
	if dst.Kind() == reflect.Map {
		dst.Set(reflect.MakeMap(dst.Type())) // its method may well write into it
	}
	var err error
	panicked := r.Call(t.method, func() {
		err = dst.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text))
	})
	switch {
	case panicked != nil:
		miss = &Mismatch{Want: t.Name(), Hint: panicked.Error()}
	case err != nil:
		miss = want(t.Name())
	default:
		return nil
	}
	dst.SetZero()
	return miss
}

// Takes reports whether a text is a value of the type.
func (t Type) Takes(text string) bool { return t.Set(nil, reflect.New(t.Go).Elem(), text) == nil }

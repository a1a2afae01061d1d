// Package convert reads texts as values of Go types, strictly: nothing is ever lost
// on the way. What does not fit, as a fraction into an integer, is a [Mismatch],
// which does not hold the text unless a method of the type put it there.
package convert

import (
	"reflect"
	"strconv"
	"time"

	"example.com/lastgood/internal/guard"
)

// Mismatch is why a value of a document is not one of a type.
type Mismatch struct {
	Want string // what would have been right: "an integer from -128 to 127"
	Hint string // what to do about it, or ""

	// Said, if not empty, is the text of Err, the error of the type's own method. It is shown
	// in the place of Want and, unlike that, can quote the value.
	Said string
	Err  error
}

func want(what string) *Mismatch { return &Mismatch{Want: what} }

// Type reads texts as values of one Go type. The zero reading is the one that the
// type's kind suggests.
type Type struct {
	Go reflect.Type
	by reading

	own   *methods // by which it reads itself; nil if it has none
	parse parser   // of a type of the standard library; nil for others
}

// reading is how a type reads its text. It is found out once, because looking for a
// method takes longer than most conversions.
type reading uint8

const (
	byKind   reading = iota // as its Go kind suggests
	byMethod                // its own methods
	asSecret                // its own UnmarshalText, which takes any text
	asDuration
	asTime
	asParsed
)

// For returns what reads values of t, and whether one is written as one text, or in
// whatever form the type reads itself: whether there is nothing in it for others to read.
func For(t reflect.Type) (Type, bool) {
	c := Type{Go: t}
	switch t.Kind() {
	case reflect.Chan, reflect.Uintptr, reflect.UnsafePointer:
		return c, false // whatever their methods, mapstructure cannot set them
	}
	c.by, c.own, c.parse = readingOf(t)
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return c, true
	}
	return c, c.by != byKind && !c.IsAlsoList() || isBytes(t)
}

func readingOf(t reflect.Type) (by reading, own *methods, parse parser) {
	switch t {
	case reflect.TypeFor[time.Duration]():
		return asDuration, nil, nil
	case reflect.TypeFor[time.Time]():
		return asTime, nil, nil
	}
	if parse = parserOf(t); parse != nil {
		return asParsed, nil, parse
	}
	own = methodsOf(t)
	switch {
	case own == nil:
		return byKind, nil, nil
	case own.text != nil:
		switch by := readingOfSecret(t); by {
		case byKind:
			if own.text = nil; *own == (methods{}) {
				return byKind, nil, nil
			}
		case asSecret:
			return asSecret, &methods{text: own.text}, nil
		}
	}
	return byMethod, own, nil
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

// New returns a pointer to a new value of the type, the value of the text, as part of what
// r runs.
func (t Type) New(r *guard.Running, text string) (reflect.Value, *Mismatch) {
	if t.by == asParsed {
		return t.parsed(text)
	}
	v := reflect.New(t.Go)
	return v, t.Set(r, v.Elem(), text)
}

// Set sets dst, an addressable value of the type, to the value of the text, as part
// of what r runs. After a mismatch it is zero.
func (t Type) Set(r *guard.Running, dst reflect.Value, text string) (miss *Mismatch) {
	switch t.by {
	case byMethod, asSecret:
		return t.Read(r, dst, Text(text))
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
	case asParsed:
		v, miss := t.parsed(text)
		if miss == nil {
			dst.Set(v.Elem())
		}
		return miss
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

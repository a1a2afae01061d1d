// Package convert converts texts to values of Go types, strictly: nothing is lost. A text that
// does not fit, such as a fraction for an integer, is a [Mismatch], which does not contain the
// text unless a method of the type put it there.
//
// All functions are safe for concurrent use.
package convert

import (
	"reflect"
	"strconv"
	"time"

	"example.com/lastgood/internal/guard"
)

// Mismatch is the reason why a value of a document is not valid for a type.
type Mismatch struct {
	Want string // what would be valid: "an integer from -128 to 127"
	Hint string // what to do about it, or ""

	// MethodError, if not empty, is the text of Err, the error of the type's own method.
	// It is shown in place of Want and, unlike that, may quote the value.
	MethodError string
	Err         error
}

func want(what string) *Mismatch { return &Mismatch{Want: what} }

// Type converts texts to values of one Go type. A Type with only Go set goes by the kind of
// that.
type Type struct {
	Go reflect.Type
	by reading

	methods *methods // by which it decodes itself; nil if there are none
	parse   parser   // of a type of the standard library; nil for others
}

// reading is how the texts of a type are read. It is determined once, because searching for
// methods costs more than most conversions.
type reading uint8

const (
	byKind   reading = iota // by its Go kind
	byMethod                // by its own methods
	asSecret                // by its own UnmarshalText, which accepts any text
	asDuration
	asTime
	asParsed
)

// For returns the Type for t. The second result reports whether values of t are written as
// one text or decode themselves, so that they have no parts which others decode.
func For(t reflect.Type) (Type, bool) {
	c := Type{Go: t}
	switch t.Kind() {
	case reflect.Chan, reflect.Uintptr, reflect.UnsafePointer:
		return c, false // whatever their methods, mapstructure cannot set them
	}
	c.by, c.methods, c.parse = readingOf(t)
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return c, true
	}
	return c, c.by != byKind && !c.IsListOrText() || isBytes(t)
}

// readingOf determines the reading of a type.
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

// isBytes reports whether t is []byte or a type declared as it.
func isBytes(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8
}

// Plain reports whether texts are read by the type's Go kind.
func (t Type) Plain() bool { return t.by == byKind }

// AcceptsAnyText reports whether any text is a valid value.
func (t Type) AcceptsAnyText() bool {
	return t.by == asSecret || t.Plain() && t.Go.Kind() == reflect.String
}

// Bytes reports whether a value may be any bytes, not only valid UTF-8.
func (t Type) Bytes() bool { return t.Plain() && isBytes(t.Go) }

// New returns a pointer to a new value of the type for a text. r is the pass that its
// methods are called in.
func (t Type) New(r *guard.Running, text string) (reflect.Value, *Mismatch) {
	if t.by == asParsed {
		return t.parsed(text)
	}
	v := reflect.New(t.Go)
	return v, t.Set(r, v.Elem(), text)
}

// Set sets dst, an addressable value of the type, to the value of a text. After a mismatch
// dst is zero. r is the pass that its methods are called in.
func (t Type) Set(r *guard.Running, dst reflect.Value, text string) (miss *Mismatch) {
	switch t.by {
	case byMethod, asSecret:
		return t.Read(r, dst, Text(text))
	case asDuration:
		var d time.Duration
		d, miss = parseDuration(text)
		dst.SetInt(int64(d))
		return miss
	case asTime:
		var v time.Time
		v, miss = parseTime(text)
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
		v, miss = parseInt(text, dst.Type().Bits())
		dst.SetInt(v)
	case dst.CanUint():
		var v uint64
		v, miss = parseUint(text, dst.Type().Bits())
		dst.SetUint(v)
	default:
		var v float64
		v, miss = parseFloat(text, dst.Type().Bits())
		dst.SetFloat(v)
	}
	return miss
}

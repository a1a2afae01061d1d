package schema

import (
	"encoding"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"time"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
)

// Mismatch is why a text is not a value of a type. It never holds the text.
type Mismatch struct {
	Want string // what would have been right: "an integer from -128 to 127"
	Hint string // what to do about it, or ""
}

func want(what string) *Mismatch { return &Mismatch{Want: what} }

// reading is how a Scalar reads its text. It is found out when the type is built,
// because looking for a method takes longer than most conversions.
type reading uint8

const (
	byKind   reading = iota // as its Go kind suggests
	byMethod                // its own UnmarshalText
	asSecret                // its own UnmarshalText, which takes any text
	asDuration
	asTime
	asURL
)

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

// Convert returns the value of the Scalar type t that a document's scalar
// stands for. A scalar is its text, whether quoted or not, and the type decides
// how to read it; but nothing is ever lost on the way: what does not fit, as a
// fraction into an integer, is a mismatch.
func (t *Type) Convert(n *document.Node) (any, *Mismatch) {
	switch t.reads {
	case byMethod, asSecret:
		return t.unmarshalText(n.Text)
	case asDuration:
		return convertDuration(n)
	case asTime:
		return convertTime(n)
	case asURL:
		u, err := url.Parse(n.Text)
		if err != nil {
			return nil, want(t.Name())
		}
		return *u, nil
	}
	switch t.Go.Kind() {
	case reflect.Slice:
		return []byte(n.Text), nil
	case reflect.String:
		return n.Text, nil
	case reflect.Bool:
		v, err := strconv.ParseBool(n.Text)
		if err != nil {
			return nil, want("true or false")
		}
		return v, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return convertInt(n, t.Go)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return convertUint(n, t.Go)
	default:
		return convertFloat(n, t.Go.Bits())
	}
}

// unmarshalText has the type read its text.
func (t *Type) unmarshalText(text string) (any, *Mismatch) {
	v := reflect.New(t.Go)
	if t.Go.Kind() == reflect.Map {
		v.Elem().Set(reflect.MakeMap(t.Go)) // its method may well write into it
	}
	var err error
	panicked := guard.Call(t.Unmarshal, func() {
		err = v.Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text))
	})
	switch {
	case panicked != nil:
		return nil, &Mismatch{Want: t.Name(), Hint: panicked.Error()}
	case err != nil:
		return nil, want(t.Name())
	}
	return v.Elem().Interface(), nil
}

const (
	aDuration = "a duration such as 300ms, 5s or 1h30m"
	aTime     = "a date or time such as 2006-01-02T15:04:05Z"
)

// Name says in words what a value of the Scalar type t is.
func (t *Type) Name() string {
	switch t.reads {
	case byMethod:
		return methodName(t.Go)
	case asDuration:
		return aDuration
	case asTime:
		return aTime
	case asURL:
		return "a URL"
	case asSecret:
		return "a string"
	}
	switch t.Go.Kind() {
	case reflect.String, reflect.Slice:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Float32, reflect.Float64:
		return "a number"
	default:
		return "an integer"
	}
}

// methodName says what the well-known types look like that read their text
// themselves. The libraries' own errors quote the text, which may be a secret.
func methodName(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[netip.Addr](), reflect.TypeFor[net.IP]():
		return "an IP address"
	case reflect.TypeFor[netip.AddrPort]():
		return "an IP address with a port, such as 127.0.0.1:80"
	case reflect.TypeFor[netip.Prefix]():
		return "a network, such as 10.0.0.0/8"
	case reflect.TypeFor[regexp.Regexp]():
		return "a regular expression"
	case reflect.TypeFor[slog.Level]():
		return "DEBUG, INFO, WARN or ERROR"
	}
	return article(TypeName(t))
}

// TakesBytes reports whether a value of type t can be any bytes, not just a text.
func (t *Type) TakesBytes() bool { return t.Kind == Scalar && isBytes(t.Go) && t.Plain() }

// Plain reports whether the Scalar type t is read as its Go kind suggests.
func (t *Type) Plain() bool { return t.reads == byKind }

// TakesText reports whether any text is a value of the Scalar type t.
func (t *Type) TakesText() bool {
	return t.reads == asSecret || t.Plain() && t.Go.Kind() == reflect.String
}

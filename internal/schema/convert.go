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

	"example.com/lastgood/internal/document"
)

// Mismatch is why a text is not a value of a type. It never holds the text.
type Mismatch struct {
	Want string // what would have been right: "an integer from -128 to 127"
	Hint string // what to do about it, or ""
}

func want(what string) *Mismatch { return &Mismatch{Want: what} }

// Convert returns the value of the Scalar type t that a document's scalar
// stands for. A scalar is its text, whether quoted or not, and the type decides
// how to read it; but nothing is ever lost on the way: what does not fit, as a
// fraction into an integer, is a mismatch.
func (t *Type) Convert(n *document.Node) (any, *Mismatch) {
	switch t.Go {
	case durationType:
		return convertDuration(n)
	case timeType:
		return convertTime(n)
	case urlType:
		u, err := url.Parse(n.Text)
		if err != nil {
			return nil, want(names[urlType])
		}
		return *u, nil
	}
	if reflect.PointerTo(t.Go).Implements(textUnmarshalerType) {
		return t.unmarshalText(n.Text)
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
func (t *Type) unmarshalText(text string) (value any, miss *Mismatch) {
	defer func() {
		if p := recover(); p != nil {
			value, miss = nil, want(t.Name())
		}
	}()
	v := reflect.New(t.Go)
	if t.Go.Kind() == reflect.Map {
		v.Elem().Set(reflect.MakeMap(t.Go)) // its method may well write into it
	}
	if err := v.Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)); err != nil {
		return nil, want(t.Name())
	}
	return v.Elem().Interface(), nil
}

// names says what the well-known types look like. The libraries' own errors
// quote the text, which may be a secret.
var names = map[reflect.Type]string{
	reflect.TypeFor[netip.Addr]():     "an IP address",
	reflect.TypeFor[netip.AddrPort](): "an IP address with a port, such as 127.0.0.1:80",
	reflect.TypeFor[netip.Prefix]():   "a network, such as 10.0.0.0/8",
	reflect.TypeFor[regexp.Regexp]():  "a regular expression",
	reflect.TypeFor[slog.Level]():     "DEBUG, INFO, WARN or ERROR",
	reflect.TypeFor[net.IP]():         "an IP address",
	durationType:                      "a duration such as 300ms, 5s or 1h30m",
	timeType:                          "a date or time such as 2006-01-02T15:04:05Z",
	urlType:                           "a URL",
}

// Name says in words what a value of the Scalar type t is.
func (t *Type) Name() string {
	if name := names[t.Go]; name != "" {
		return name
	}
	if !t.Plain() {
		return article(TypeName(t.Go))
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

// TakesBytes reports whether a value of type t can be any bytes, not just a text.
func (t *Type) TakesBytes() bool { return t.Kind == Scalar && isBytes(t.Go) && t.Plain() }

// Plain reports whether the Scalar type t is read as its Go kind suggests.
func (t *Type) Plain() bool {
	switch t.Go {
	case durationType, timeType, urlType:
		return false
	}
	return !reflect.PointerTo(t.Go).Implements(textUnmarshalerType)
}

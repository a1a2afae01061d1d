package schema

import (
	"encoding"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

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
	case bytesType:
		return []byte(n.Text), nil
	}
	if reflect.PointerTo(t.Go).Implements(textUnmarshalerType) {
		return t.unmarshalText(n.Text)
	}
	switch t.Go.Kind() {
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
	bytesType:                         "a string",
}

// Name says in words what a value of the Scalar type t is.
func (t *Type) Name() string {
	if name := names[t.Go]; name != "" {
		return name
	}
	if !t.Plain() {
		return article(t.Go.String())
	}
	switch t.Go.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Float32, reflect.Float64:
		return "a number"
	default:
		return "an integer"
	}
}

// Plain reports whether the Scalar type t is read as its Go kind suggests.
func (t *Type) Plain() bool {
	switch t.Go {
	case durationType, timeType, urlType, bytesType:
		return false
	}
	return !reflect.PointerTo(t.Go).Implements(textUnmarshalerType)
}

func convertDuration(n *document.Node) (any, *Mismatch) {
	d, err := time.ParseDuration(n.Text)
	if err == nil {
		return d, nil
	}
	miss := want(names[durationType])
	if n.Kind == document.Int || n.Kind == document.Float || isDigits(n.Text) {
		miss.Hint = "a duration needs a unit"
	}
	return nil, miss
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// timeLayouts are those of YAML timestamps and TOML dates. Without a zone, a
// time is UTC.
var timeLayouts = []string{
	time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999 Z07:00",
	"2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", time.DateOnly,
}

func convertTime(n *document.Node) (any, *Mismatch) {
	text := strings.ToUpper(n.Text) // "t" and "z" are allowed by RFC 3339 and by TOML
	for _, layout := range timeLayouts {
		if v, err := time.Parse(layout, text); err == nil {
			return v, nil
		}
	}
	return nil, want(names[timeType])
}

func convertInt(n *document.Node, t reflect.Type) (any, *Mismatch) {
	bits := t.Bits()
	text, miss := integer(n)
	if miss != nil {
		return nil, miss
	}
	v, err := strconv.ParseInt(text, 0, bits)
	if err == nil {
		return v, nil
	}
	if errors.Is(err, strconv.ErrRange) {
		high := uint64(1)<<(bits-1) - 1
		return nil, want(fmt.Sprintf("an integer from -%d to %d", high+1, high))
	}
	return nil, want("an integer")
}

func convertUint(n *document.Node, t reflect.Type) (any, *Mismatch) {
	bits := t.Bits()
	text, miss := integer(n)
	if miss != nil {
		return nil, miss
	}
	v, err := strconv.ParseUint(strings.TrimPrefix(text, "+"), 0, bits)
	if err == nil {
		return v, nil
	}
	if _, negative := strconv.ParseInt(text, 0, 64); errors.Is(err, strconv.ErrRange) || negative == nil {
		return nil, want(fmt.Sprintf("an integer from 0 to %d", uint64(1)<<(bits-1)-1+uint64(1)<<(bits-1)))
	}
	return nil, want("an integer")
}

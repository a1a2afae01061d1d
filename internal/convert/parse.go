package convert

import (
	"encoding"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net"
	"net/url"
	"reflect"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"time"
)

// parser returns a pointer to the value of a text.
type parser func(text string) (any, *Mismatch)

// parserOf returns the parser for a type of the standard library that has no suitable
// method of its own, and nil for other types.
func parserOf(t reflect.Type) parser {
	switch t {
	case reflect.TypeFor[url.URL]():
		return func(text string) (any, *Mismatch) { return parseResult(url.Parse(text)) }
	case reflect.TypeFor[net.IPNet]():
		return func(text string) (any, *Mismatch) {
			_, n, err := net.ParseCIDR(text)
			return parseResult(n, err)
		}
	case reflect.TypeFor[net.HardwareAddr]():
		return func(text string) (any, *Mismatch) {
			a, err := net.ParseMAC(text)
			return parseResult(&a, err)
		}
	case reflect.TypeFor[net.IPMask]():
		return func(text string) (any, *Mismatch) {
			m, err := parseMask(text)
			return parseResult(&m, err)
		}
	case reflect.TypeFor[time.Location]():
		return parseLocation
	case reflect.TypeFor[regexp.Regexp]():
		return parseRegexp
	case reflect.TypeFor[json.Number]():
		return func(text string) (any, *Mismatch) {
			number, miss := jsonNumber(text)
			n := json.Number(number)
			return &n, miss
		}
	}
	if bigName(t) == "Int" {
		return func(text string) (any, *Mismatch) { return parseBig(t, text) }
	}
	return nil
}

// bigName returns the name of a type of math/big, or "". Naming such a type here would link
// all of its methods, 130 KB of them, into every program.
func bigName(t reflect.Type) string {
	if t.PkgPath() != "math/big" {
		return ""
	}
	return t.Name()
}

// parseResult returns v, or a mismatch without words if there is an error.
func parseResult[V any](v V, err error) (any, *Mismatch) {
	if err != nil {
		return nil, &Mismatch{}
	}
	return v, nil
}

// parsed returns a pointer to the value that the type's parser returns for a text.
func (t Type) parsed(text string) (reflect.Value, *Mismatch) {
	v, miss := t.parse(text)
	if miss != nil {
		if miss.Want == "" {
			miss.Want = t.Name()
		}
		return reflect.Value{}, miss
	}
	return reflect.ValueOf(v), nil
}

// parseMask parses a mask written as an address, or in hexadecimal as it is printed.
func parseMask(text string) (net.IPMask, error) {
	var m net.IPMask
	if ip := net.ParseIP(text); ip != nil {
		m = net.IPMask(ip)
		if four := ip.To4(); four != nil && !strings.Contains(text, ":") {
			m = net.IPMask(four)
		}
	} else if b, err := hex.DecodeString(text); err == nil {
		m = b
	}
	if _, bits := m.Size(); bits == 0 {
		return nil, errors.New("not a mask")
	}
	return m, nil
}

func parseLocation(text string) (any, *Mismatch) {
	loc, err := time.LoadLocation(text)
	if err != nil {
		return nil, &Mismatch{Hint: "it must be in the time zone database of this system, or the program import time/tzdata"}
	}
	_ = loc.String() // initializes time.Local, which is copied
	return loc, nil
}

func parseRegexp(text string) (any, *Mismatch) {
	re, err := regexp.Compile(text)
	if err == nil {
		return re, nil
	}
	miss := &Mismatch{}
	if at := (*syntax.Error)(nil); errors.As(err, &at) { // without the text, which may be a secret
		miss.Hint = at.Code.String()
	}
	return nil, miss
}

// parseBig parses an integer of math/big.
func parseBig(t reflect.Type, text string) (any, *Mismatch) {
	switch {
	case hasLeadingZero(text):
		return nil, leadingZero("an integer")
	case len(text) > maxBig:
		return nil, want("an integer of at most " + strconv.Itoa(maxBig) + " digits")
	case !isPrefixed(text) && strings.ContainsAny(text, ".eE"):
		return nil, want("an integer, written with all its digits")
	}
	i := reflect.New(t).Interface()
	if i.(encoding.TextUnmarshaler).UnmarshalText([]byte(text)) != nil {
		return nil, wantNumber("an integer", text)
	}
	return i, nil
}

// maxBig bounds the number of digits, because parsing many takes long.
const maxBig = 10_000

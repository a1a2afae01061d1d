package convert

import (
	"encoding/json"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"time"

	"example.com/lastgood/internal/problem"
)

const (
	aDuration = "a duration such as 300ms, 5s or 1h30m"
	aTime     = "a date or time such as 2006-01-02T15:04:05Z"
)

// Name returns the words for a value of the type, with their article.
func (t Type) Name() string {
	switch t.by {
	case byMethod, asParsed:
		return methodName(t.Go)
	case asDuration:
		return aDuration
	case asTime:
		return aTime
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

// methodName returns the words for the values of a type that is not read by its kind.
func methodName(t reflect.Type) string {
	switch name := libraryName(t); {
	case name != "":
		return name
	case t == reflect.TypeFor[json.RawMessage](), nodeOf(t) != nil:
		return "any value"
	}
	return problem.Article(TypeName(t))
}

// libraryName returns the words for the values of a type of the standard library that is
// written as one text, and "" for others. The errors of such types' methods are written for
// programmers and quote the text.
func libraryName(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[url.URL]():
		return "a URL"
	case reflect.TypeFor[netip.Addr](), reflect.TypeFor[net.IP]():
		return "an IP address"
	case reflect.TypeFor[netip.AddrPort]():
		return "an IP address with a port, such as 127.0.0.1:80"
	case reflect.TypeFor[netip.Prefix](), reflect.TypeFor[net.IPNet]():
		return "a network, such as 10.0.0.0/8"
	case reflect.TypeFor[net.IPMask]():
		return "a network mask, such as 255.255.255.0"
	case reflect.TypeFor[net.HardwareAddr]():
		return "a hardware address, such as 00:00:5e:00:53:01"
	case reflect.TypeFor[time.Location]():
		return "a time zone, such as Europe/Berlin"
	case reflect.TypeFor[regexp.Regexp]():
		return "a regular expression"
	case reflect.TypeFor[slog.Level](), reflect.TypeFor[slog.LevelVar]():
		return "DEBUG, INFO, WARN or ERROR"
	case reflect.TypeFor[json.Number]():
		return "a number"
	}
	return map[string]string{
		"Int":   "an integer",
		"Float": "a number",
		"Rat":   "a number or a fraction, such as 3/4",
	}[bigName(t)]
}

// TypeName returns the name of a type for messages. For an unnamed struct it is short, not
// the whole declaration.
func TypeName(t reflect.Type) string {
	if name, _, long := strings.Cut(t.String(), "struct {"); long {
		return name + "struct"
	}
	return t.String()
}

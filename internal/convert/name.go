package convert

import (
	"log/slog"
	"net"
	"net/netip"
	"reflect"
	"regexp"
	"strings"

	"example.com/lastgood/internal/problem"
)

const (
	aDuration = "a duration such as 300ms, 5s or 1h30m"
	aTime     = "a date or time such as 2006-01-02T15:04:05Z"
)

// Name returns in words what a value of the type is.
func (t Type) Name() string {
	switch t.by {
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

// methodName names the form of the texts that well-known types read
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
	return problem.Article(TypeName(t))
}

// TypeName is the name of a type in messages. That of a type without a name would
// be the whole of its declaration.
func TypeName(t reflect.Type) string {
	if name, _, long := strings.Cut(t.String(), "struct {"); long {
		return name + "struct"
	}
	return t.String()
}

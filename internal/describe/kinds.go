package describe

import (
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"time"

	"example.com/lastgood/internal/schema"
)

// anyScalar is for what is read as a text: YAML and TOML have other types for what
// looks like a number, a date or a switch, and it is taken as it is written.
func anyScalar() object {
	return object{{"type", list("string", "number", "boolean", "null")}}
}

// text is for what can only be a string.
func text(pattern string) object {
	return object{{"type", list("string", "null")}, {"pattern", pattern}}
}

const (
	durationPattern = `^[-+]?(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$`
	integerPattern  = `^[-+]?[0-9][0-9a-fA-FxXoO_]*(\.[0-9]*)?([eE][-+]?[0-9]+)?$|^[-+]?\.[0-9]+([eE][-+]?[0-9]+)?$`
	ipv4            = `([0-9]{1,3}\.){3}[0-9]{1,3}`
	ipv6            = `[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*`
	notFinite       = `\.?([iI][nN][fF]([iI][nN][iI][tT][yY])?|[nN][aA][nN])`
	numberPattern   = `^[-+]?(\.?[0-9][-+.0-9a-fA-FxXoO_]*|` + notFinite + `)$`
	quantityPattern = `^ *[-+]?(\.?[0-9][-+.,_0-9a-zA-Zµμ ]*|` + notFinite + `)$`
	timePattern     = `^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}` +
		`([Tt ][0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}([.,][0-9]+)?)?( ?([Zz]|[-+][0-9]{2}:[0-9]{2}))?)?$`
)

// shared returns the definition of a scalar that takes more than one type of JSON: a
// number may be quoted, as templates often leave it.
func shared(name string) object {
	switch name {
	case "boolean":
		return object{
			{"type", list("boolean", "string", "integer", "null")},
			{"pattern", `^([01tTfF]|true|True|TRUE|false|False|FALSE)$`},
			{"minimum", 0}, {"maximum", 1},
		}
	case "integer":
		return object{{"type", list("integer", "string", "null")}, {"pattern", integerPattern}}
	case "number":
		return object{{"type", list("number", "string", "null")}, {"pattern", numberPattern}}
	case "duration":
		return object{
			{"anyOf", list(text(durationPattern), object{{"const", 0}})}, // only 0 needs no unit
			{"examples", list("300ms", "5s", "1h30m")},
		}
	case "time":
		return text(timePattern).with("examples", list("2006-01-02T15:04:05Z", "2006-01-02"))
	case "quantity": // a number, with a unit if need be
		return object{{"type", list("string", "number", "null")}, {"pattern", quantityPattern}}
	}
	return nil
}

// known describes the types that read their text themselves and whose texts are
// known, and is nil for others. An empty text is the zero value of most.
func known(t reflect.Type) object {
	switch t {
	case reflect.TypeFor[url.URL]():
		return anyScalar().with("format", "uri-reference")
	case reflect.TypeFor[regexp.Regexp]():
		return anyScalar().with("format", "regex")
	case reflect.TypeFor[netip.Addr]():
		return text(`^(` + ipv4 + `|` + ipv6 + `(%.+)?)?$`)
	case reflect.TypeFor[net.IP]():
		return text(`^(` + ipv4 + `|` + ipv6 + `)?$`)
	case reflect.TypeFor[netip.AddrPort]():
		return text(`^((` + ipv4 + `|\[` + ipv6 + `(%[^\]]+)?\]):[0-9]+)?$`)
	case reflect.TypeFor[netip.Prefix]():
		return text(`^((` + ipv4 + `|` + ipv6 + `)/[0-9]{1,3})?$`)
	case reflect.TypeFor[slog.Level]():
		return object{{"type", list("string", "integer", "null")},
			{"pattern", `^([Dd][Ee][Bb][Uu][Gg]|[Ii][Nn][Ff][Oo]|[Ww][Aa][Rr][Nn]|[Ee][Rr][Rr][Oo][Rr])([-+][0-9]+)?$|^[-+]?[0-9]+$`}}.
			with("examples", list("DEBUG", "INFO", "WARN", "ERROR"))
	}
	return nil
}

// scalar describes what a value of the Scalar type t may be.
func (b *builder) scalar(t *schema.Type) object {
	if o := known(t.Go); o != nil {
		return o
	}
	switch {
	case t.Scalar.TakesAll():
		return object{}
	case t.Go == reflect.TypeFor[time.Duration]():
		return b.share("duration")
	case t.Go == reflect.TypeFor[time.Time]():
		return b.share("time")
	case isQuantity(t):
		return b.share("quantity")
	case !t.Scalar.Plain() || t.Scalar.Bytes():
		return anyScalar()
	}
	switch k := t.Go.Kind(); {
	case k == reflect.String:
		return anyScalar()
	case k == reflect.Bool:
		return b.share("boolean")
	case k == reflect.Float32 || k == reflect.Float64:
		return b.share("number")
	default:
		return b.share("integer")
	}
}

// bounds are those of an integer's Go type, as far as numbers of JSON reach them.
func bounds(t reflect.Type) object {
	var o object
	switch k := t.Kind(); {
	case reflect.Int <= k && k <= reflect.Int64 && t.Bits() < 64:
		half := int64(1) << (t.Bits() - 1)
		o = object{{"minimum", -half}, {"maximum", half - 1}}
	case reflect.Uint <= k && k <= reflect.Uint64:
		o = object{{"minimum", int64(0)}}
		if t.Bits() < 64 {
			o = o.with("maximum", int64(1)<<t.Bits()-1)
		}
	}
	return o
}

// isQuantity reports whether a type that reads its text itself takes a number with
// a unit, as sizes in bytes do. It is asked, as nothing else tells; one that also
// takes words is left alone.
func isQuantity(t *schema.Type) bool {
	k := t.Go.Kind()
	if t.Scalar.Plain() || k < reflect.Int || k > reflect.Float64 || known(t.Go) != nil || t.Go == reflect.TypeFor[time.Duration]() {
		return false
	}
	takes := func(text string) bool {
		return t.Scalar.Takes(text)
	}
	return !slices.ContainsFunc([]string{"", "x", "max", "none", "off", "unlimited"}, takes) &&
		slices.ContainsFunc(quantities, takes)
}

// quantities are what a type may take for a number with a unit.
var quantities = []string{"1MiB", "1MB", "1Mi", "1M", "1KiB", "1KB", "1kB", "1Ki", "1K", "1k", "1B", "1s", "1m"}

// arrayItems is how many items an array has.
func arrayItems(t *schema.Type) object {
	if t.Go.Kind() != reflect.Array {
		return nil
	}
	return object{{"minItems", int64(t.Go.Len())}, {"maxItems", int64(t.Go.Len())}}
}

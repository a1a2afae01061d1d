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

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/schema"
)

var (
	durationType = reflect.TypeFor[time.Duration]()
	timeType     = reflect.TypeFor[time.Time]()
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

// shared are the definitions of scalars that take more than one type of JSON: a
// number may be quoted, as templates often leave it.
var shared = map[string]object{
	"boolean": {
		{"type", list("boolean", "string", "integer", "null")},
		{"pattern", `^([01tTfF]|true|True|TRUE|false|False|FALSE)$`},
		{"minimum", 0}, {"maximum", 1},
	},
	"integer": {{"type", list("integer", "string", "null")}, {"pattern", integerPattern}},
	"number":  {{"type", list("number", "string", "null")}, {"pattern", numberPattern}},
	"duration": {
		{"anyOf", list(text(durationPattern), object{{"const", 0}})}, // only 0 needs no unit
		{"examples", list("300ms", "5s", "1h30m")},
	},
	"time": append(text(timePattern), member{"examples", list("2006-01-02T15:04:05Z", "2006-01-02")}),
	"quantity": { // a number, with a unit if need be
		{"type", list("string", "number", "null")},
		{"pattern", quantityPattern},
	},
}

// known are the types that read their text themselves and whose texts are known.
// An empty text is the zero value of most.
var known = map[reflect.Type]object{
	reflect.TypeFor[url.URL]():        anyScalar().with("format", "uri-reference"),
	reflect.TypeFor[regexp.Regexp]():  anyScalar().with("format", "regex"),
	reflect.TypeFor[netip.Addr]():     text(`^(` + ipv4 + `|` + ipv6 + `(%.+)?)?$`),
	reflect.TypeFor[net.IP]():         text(`^(` + ipv4 + `|` + ipv6 + `)?$`),
	reflect.TypeFor[netip.AddrPort](): text(`^((` + ipv4 + `|\[` + ipv6 + `(%[^\]]+)?\]):[0-9]+)?$`),
	reflect.TypeFor[netip.Prefix]():   text(`^((` + ipv4 + `|` + ipv6 + `)/[0-9]{1,3})?$`),
	reflect.TypeFor[slog.Level](): append(text(`^([Dd][Ee][Bb][Uu][Gg]|[Ii][Nn][Ff][Oo]|[Ww][Aa][Rr][Nn]|[Ee][Rr][Rr][Oo][Rr])([-+][0-9]+)?$`),
		member{"examples", list("DEBUG", "INFO", "WARN", "ERROR")}),
}

// scalar describes what a value of the Scalar type t may be.
func (b *builder) scalar(t *schema.Type) object {
	switch {
	case t.Go == durationType:
		return b.share("duration")
	case t.Go == timeType:
		return b.share("time")
	case known[t.Go] != nil:
		return slices.Clone(known[t.Go])
	case isQuantity(t):
		return b.share("quantity")
	case !t.Plain() || t.TakesBytes():
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
	if t.Plain() || k < reflect.Int || k > reflect.Float64 || known[t.Go] != nil || t.Go == durationType {
		return false
	}
	takes := func(text string) bool {
		_, miss := t.Convert(&document.Node{Kind: document.String, Text: text})
		return miss == nil
	}
	return !slices.ContainsFunc([]string{"", "x", "max", "none", "off", "unlimited"}, takes) &&
		slices.ContainsFunc(quantities, takes)
}

// quantities are what a type may take for a number with a unit.
var quantities = []string{"1MiB", "1MB", "1Mi", "1M", "1KiB", "1KB", "1kB", "1Ki", "1K", "1k", "1B", "1s", "1m"}

// mostItems bounds an array.
func mostItems(t *schema.Type) object {
	if t.Go.Kind() != reflect.Array {
		return nil
	}
	return object{{"maxItems", int64(t.Go.Len())}}
}

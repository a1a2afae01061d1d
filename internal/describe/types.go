package describe

import (
	"encoding/json"
	"log/slog"
	"math/big"
	"net"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"time"

	"example.com/lastgood/internal/rules"
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
	integerPattern = `^[-+]?[0-9][0-9a-fA-FxXoO_]*(\.[0-9]*)?([eE][-+]?[0-9]+)?$|^[-+]?\.[0-9]+([eE][-+]?[0-9]+)?$`
	numberPattern  = `^[-+]?(\.?[0-9][-+.0-9a-fA-FxXoO_]*|\.?([iI][nN][fF]([iI][nN][iI][tT][yY])?|[nN][aA][nN]))$`
	timePattern    = `^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}` +
		`([Tt ][0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}([.,][0-9]+)?)?( ?([Zz]|[-+][0-9]{2}:[0-9]{2}))?)?$`
	levelPattern = `^([Dd][Ee][Bb][Uu][Gg]|[Ii][Nn][Ff][Oo]|[Ww][Aa][Rr][Nn]|[Ee][Rr][Rr][Oo][Rr])([-+][0-9]+)?$|^[-+]?[0-9]+$`
	addrPattern  = rules.IPv4Pattern + `|` + rules.IPv6Pattern
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
			{"anyOf", list(text(rules.DurationPattern), object{{"const", 0}})}, // only 0 needs no unit
			{"examples", list("300ms", "5s", "1h30m")},
		}
	case "reference": // to a variable, which is expanded
		return object{{"type", "string"}, {"pattern", `\$\{[A-Za-z_]`}, {"examples", list("${NAME}", "${NAME:-default}")}}
	}
	return text(timePattern).with("examples", list("2006-01-02T15:04:05Z", "2006-01-02"))
}

// library describes a type of the standard library that reads its text itself, and
// returns an example. It is nil and "" for others. An empty text is the zero value of most.
func library(t reflect.Type) (o object, example string) {
	switch t {
	case reflect.TypeFor[url.URL]():
		return anyScalar().with("format", "uri-reference"), "https://example.com"
	case reflect.TypeFor[regexp.Regexp]():
		return anyScalar().with("format", "regex"), "^example$"
	case reflect.TypeFor[netip.Addr]():
		return text(`^(` + addrPattern + `(%.+)?)?$`), "192.0.2.1"
	case reflect.TypeFor[net.IP]():
		return text(`^(` + addrPattern + `)?$`), "192.0.2.1"
	case reflect.TypeFor[netip.AddrPort]():
		return text(`^((` + rules.IPv4Pattern + `|\[` + rules.IPv6Pattern + `(%[^\]]+)?\]):[0-9]+)?$`), "192.0.2.1:8080"
	case reflect.TypeFor[netip.Prefix]():
		return text(`^((` + addrPattern + `)/[0-9]{1,3})?$`), "192.0.2.0/24"
	case reflect.TypeFor[slog.Level]():
		o = object{{"type", list("string", "integer", "null")}, {"pattern", levelPattern}}
		return o.with("examples", list("DEBUG", "INFO", "WARN", "ERROR")), "INFO"
	case reflect.TypeFor[slog.LevelVar]():
		return anyScalar(), "INFO"
	case reflect.TypeFor[net.IPNet]():
		return anyScalar(), "192.0.2.0/24"
	case reflect.TypeFor[net.IPMask]():
		return anyScalar(), "255.255.255.0"
	case reflect.TypeFor[net.HardwareAddr]():
		return anyScalar(), "00:00:5e:00:53:01"
	case reflect.TypeFor[time.Location]():
		return anyScalar(), "UTC"
	case reflect.TypeFor[big.Int](), reflect.TypeFor[big.Float](), reflect.TypeFor[big.Rat](), reflect.TypeFor[json.Number]():
		return anyScalar(), "1"
	}
	return nil, ""
}

// scalar describes what a value of the Scalar type t may be.
func (b *builder) scalar(t *schema.Type) object {
	if o, _ := library(t.Go); o != nil {
		return o
	}
	switch k := t.Go.Kind(); {
	case t.Scalar.DecodesAll():
		return object{}
	case t.Go == reflect.TypeFor[time.Duration]():
		return b.share("duration")
	case t.Go == reflect.TypeFor[time.Time]():
		return b.share("time")
	case !t.Scalar.Plain(), t.Scalar.Bytes(), k == reflect.String:
		return anyScalar()
	case k == reflect.Bool:
		return b.share("boolean")
	case k == reflect.Float32, k == reflect.Float64:
		return b.share("number")
	}
	return b.share("integer")
}

// bounds returns those of an integer's Go type, as far as numbers of JSON reach them.
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

package config_test

import (
	"bytes"
	"encoding/asn1"
	"encoding/base64"
	"encoding/binary"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"expvar"
	"fmt"
	htmltemplate "html/template"
	"log"
	"log/slog"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"text/template"

	toml "github.com/pelletier/go-toml/v2"
	"go.yaml.in/yaml/v3"

	"example.com/lastgood/config"
)

// encoders are ways to encode a value. Each returns the output and the text of the error,
// neither of which may contain a secret.
var encoders = map[string]func(v any) string{
	"JSON":  func(v any) string { return encoded(json.Marshal(v)) },
	"YAML":  func(v any) string { return encoded(guarded(yaml.Marshal, v)) },
	"TOML":  func(v any) string { return encoded(guarded(toml.Marshal, map[string]any{"v": v})) },
	"XML":   func(v any) string { return encoded(xml.Marshal(v)) },
	"gob":   func(v any) string { var b bytes.Buffer; return encoded(nil, gob.NewEncoder(&b).Encode(v)) + b.String() },
	"ASN.1": func(v any) string { return encoded(guarded(asn1.Marshal, v)) },
	"binary": func(v any) string {
		var b bytes.Buffer
		return encoded(nil, binary.Write(&b, binary.LittleEndian, v)) + b.String()
	},
	"expvar": func(v any) string { return expvar.Func(func() any { return v }).String() },
	"slog as text": func(v any) string {
		var b bytes.Buffer
		slog.New(slog.NewTextHandler(&b, nil)).With("a", v).WithGroup("g").Info("m", "v", v, slog.Group("h", "v", v))
		return b.String()
	},
	"slog as JSON": func(v any) string {
		var b bytes.Buffer
		slog.New(slog.NewJSONHandler(&b, nil)).With("a", v).WithGroup("g").Info("m", "v", v, slog.Group("h", "v", v))
		return b.String()
	},
	"log": func(v any) string { var b bytes.Buffer; log.New(&b, "", 0).Println(v); return b.String() },
	"a template": func(v any) string {
		var b bytes.Buffer
		t := template.Must(template.New("").Parse(`{{.}} {{print .}} {{printf "%x" .}} {{html .}} {{js .}} {{urlquery .}}`))
		return encoded(nil, t.Execute(&b, v)) + b.String()
	},
	"a template of HTML": func(v any) string {
		var b bytes.Buffer
		t := htmltemplate.Must(htmltemplate.New("").Parse(`<a href="/?q={{.}}" title="{{.}}" style="color: {{.}}">{{.}}</a><script>var x = {{.}}</script>`))
		return encoded(nil, t.Execute(&b, v)) + b.String()
	},
	"an error": func(v any) string {
		format := "%w and %v" // which vet would reject here
		err := fmt.Errorf(format, v, v)
		return err.Error() + errors.Join(err, err).Error() + fmt.Sprintf("%+v %#v", err, err)
	},
	"misused verbs": func(v any) string {
		wrong, none := fmt.Sprint("%!", "%z %[5]d %*d %s %s"), fmt.Sprint()
		return fmt.Sprintf(wrong, v, v, v, v, v, v) + fmt.Sprintf(none, v) + fmt.Sprint(reflect.ValueOf(v))
	},
}

// verbs are those of fmt, misused ones among them.
var verbs = strings.Fields("%v %+v %#v %T %t %b %c %d %o %O %q %x %X %U %e %g %s %p %w %10v %-10s %#x %+q %#q %.2s")

func encoded(b []byte, err error) string { return fmt.Sprint(string(b), err) }

// guarded returns an error for the panic of an encoder that does not support a kind of value.
func guarded(marshal func(any) ([]byte, error), v any) (b []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("it panicked: %v", p)
		}
	}()
	return marshal(v)
}

type generic[T any] struct{ V T }

type hidden[T any] struct{ v T }

type keyed[K comparable] map[K]int

type embedsSecret struct{ config.Secret }

type embedsPointer struct{ *config.Secret }

type embedsHidden struct{ hidden[config.Secret] }

type inXML struct {
	XMLName  xml.Name      `xml:"x"`
	Attr     config.Secret `xml:"a,attr"`
	Element  config.Secret
	Nested   config.Secret    `xml:"b>c"`
	Data     config.Secret    `xml:",chardata"`
	Pointers []*config.Secret `xml:"p"`
}

type inXMLComment struct {
	S config.Secret `xml:",comment"`
}

type inXMLRaw struct {
	S config.Secret `xml:",innerxml"`
}

// positions are values with a secret in them, by where it is.
func positions(s config.Secret) map[string]any {
	p := &s
	var holder atomic.Pointer[config.Secret]
	holder.Store(p)
	var value atomic.Value
	value.Store(s)
	return map[string]any{
		"itself":                  s,
		"a pointer":               p,
		"a pointer to a pointer":  &p,
		"a field":                 generic[config.Secret]{s},
		"an unexported field":     hidden[config.Secret]{s},
		"a pointer's field":       &generic[config.Secret]{s},
		"a pointer's own field":   &hidden[config.Secret]{s},
		"a field's pointer":       generic[*config.Secret]{p},
		"an own field's pointer":  hidden[*config.Secret]{p},
		"a slice":                 []config.Secret{s, s},
		"an array":                [2]config.Secret{s},
		"a slice of pointers":     []*config.Secret{p},
		"an own field's slice":    hidden[[]config.Secret]{[]config.Secret{s}},
		"a map's value":           map[string]config.Secret{"a": s},
		"a map's key":             map[config.Secret]int{s: 1},
		"a map's key of a struct": map[generic[config.Secret]]int{{s}: 1},
		"a map's key of a field":  generic[keyed[config.Secret]]{keyed[config.Secret]{s: 1}},
		"an own field's map":      hidden[map[config.Secret]config.Secret]{map[config.Secret]config.Secret{s: s}},
		"an interface":            generic[any]{s},
		"an own interface":        hidden[any]{s},
		"a Stringer":              hidden[fmt.Stringer]{s},
		"a slice of any":          []any{s, p, []any{s}},
		"a map of any":            map[string]any{"a": s, "b": map[string]any{"c": s}},
		"embedded":                embedsSecret{s},
		"embedded by pointer":     embedsPointer{p},
		"an embedded struct":      embedsHidden{hidden[config.Secret]{s}},
		"a deep field":            generic[hidden[generic[config.Secret]]]{hidden[generic[config.Secret]]{generic[config.Secret]{s}}},
		"an atomic pointer":       &holder,
		"an atomic value":         &value,
		"attributes":              slog.GroupValue(slog.Any("a", s), slog.Any("b", hidden[config.Secret]{s})),
		"XML":                     inXML{Attr: s, Element: s, Nested: s, Data: s, Pointers: []*config.Secret{p}},
		"a comment of XML":        inXMLComment{s},
		"raw XML":                 inXMLRaw{s},
	}
}

// spellings are forms in which an encoder may write a text.
func spellings(text string) []string {
	return []string{
		text,
		hex.EncodeToString([]byte(text)),
		base64.StdEncoding.EncodeToString([]byte(text)),
		strings.Trim(fmt.Sprint([]byte(text)), "[]"),
		strings.Trim(fmt.Sprintf("%x", []rune(text)), "[]"),
	}
}

func TestNoEncoderWritesASecretWhereverItIs(t *testing.T) {
	s := config.NewSecret(marker)
	for where, v := range positions(s) {
		outputs := map[string]string{}
		for _, verb := range verbs {
			outputs[verb] = fmt.Sprintf(verb, v)
		}
		for name, encode := range encoders {
			outputs[name] = encode(v)
		}
		for name, got := range outputs {
			for _, spelling := range spellings(marker) {
				if strings.Contains(strings.ToLower(got), strings.ToLower(spelling)) {
					t.Errorf("%s, %s: %s", name, where, got)
				}
			}
		}
	}
}

func TestWhatCanBeAskedForATextGivesRedacted(t *testing.T) {
	s := config.NewSecret(marker)
	all := positions(s)
	for _, where := range []string{"itself", "a pointer", "a field", "a pointer's field", "a slice", "an array", "a map's value", "an interface", "embedded"} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if got := fmt.Sprintf(verb, all[where]); !strings.Contains(got, "[redacted]") {
				t.Errorf("%s, %s: %s", verb, where, got)
			}
		}
		for _, name := range []string{"JSON", "YAML", "TOML", "log", "expvar", "slog as text", "slog as JSON"} {
			if got := encoders[name](all[where]); !strings.Contains(got, "[redacted]") {
				t.Errorf("%s, %s: %s", name, where, got)
			}
		}
	}
	for name, want := range map[string]string{
		"JSON": `{"[redacted]":1}<nil>`, "YAML": "'[redacted]': 1\n<nil>", "log": "map[[redacted]:1]", "slog as JSON": `{"[redacted]":1}`,
	} {
		if got := encoders[name](all["a map's key"]); !strings.Contains(got, want) {
			t.Errorf("%s, a map's key: %s, want %s", name, got, want)
		}
	}
	want := `<x a="[redacted]"><Element>[redacted]</Element><b><c>[redacted]</c></b>[redacted]<p>[redacted]</p></x><nil>`
	if got := encoders["XML"](all["XML"]); got != want {
		t.Errorf("XML: %s, want %s", got, want)
	}
	for where, v := range all {
		if got := encoders["gob"](v); strings.HasPrefix(where, "a ") && strings.HasSuffix(got, "<nil>") {
			t.Errorf("gob, %s: %q, no error", where, got)
		}
	}
}

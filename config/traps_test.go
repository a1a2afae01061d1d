package config_test

import (
	"log/slog"
	"net"
	"net/netip"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"
	"github.com/spf13/pflag"

	"example.com/lastgood/config"
)

// trap is a silent behavior of Viper, mapstructure or the validator. Its document, YAML unless
// the name of the file has another extension, either gives the wanted value or is rejected with
// the wanted problems.
type trap struct {
	name  string
	file  string // "" for c.yaml
	doc   string
	good  any // a function that reports whether the value is right
	wants []string
}

type trapped struct {
	Int8     int8
	Uint     uint
	Int      int
	Float32  float32
	Text     string
	Duration time.Duration
	Port     int
	Map      map[string]any
	Named    map[string]int
	IP       net.IP     `mapstructure:"ip"`
	Addr     netip.Addr `mapstructure:"addr"`
	Level    slog.Level
	Time     time.Time
	Date     toml.LocalDate
	On       bool `default:"true"`
	Zero     int  `default:"7"`
	List     []string
	Optional *struct {
		Keys map[string]int `default:"Case.Kept=1"`
		N    int            `default:"3"`
	}
	Section struct {
		A int `validate:"required"`
	}
	Needed struct{ B int } `validate:"required"`
	Items  []struct {
		N int `validate:"min=1"`
	}
}

func TestTrapsOfTheLibrariesBelow(t *testing.T) {
	const rest = "\nsection: {a: 1}\nneeded: {b: 0}\n"
	for _, test := range []trap{
		{name: "keys of maps are lower-cased and split at dots [373, 324]", doc: "map: {A.b: {C: 1}, E: {}}\nnamed: {X.y: 1}" + rest,
			good: func(c *trapped) bool {
				return reflect.DeepEqual(c.Map, map[string]any{"A.b": map[string]any{"C": 1}, "E": map[string]any{}}) && c.Named["X.y"] == 1
			}},
		{name: "an explicit false or 0 becomes the default again", doc: "on: false\nzero: 0" + rest,
			good: func(c *trapped) bool { return !c.On && c.Zero == 0 }},
		{name: "a default below an optional section makes it non-nil", doc: rest, good: func(c *trapped) bool { return c.Optional == nil }},
		{name: "a default map below an optional section is lower-cased", doc: "optional: {}" + rest,
			good: func(c *trapped) bool { return c.Optional.Keys["Case.Kept"] == 1 && c.Optional.N == 3 }},
		{name: "an upper-case extension is rejected", file: "C.YAML", doc: "port: 3" + rest, good: func(c *trapped) bool { return c.Port == 3 }},
		{name: "int8 300 becomes 44", doc: "int8: 300" + rest, wants: []string{"c.yaml:1:7: int8: want an integer from -128 to 127, got 300 [type]"}},
		{name: "uint -1 becomes 18446744073709551615", doc: "uint: -1" + rest, wants: []string{"c.yaml:1:7: uint: want an integer from 0 to 18446744073709551615, got -1 [type]"}},
		{name: "1.9 becomes 1", doc: "int: 1.9" + rest, wants: []string{"c.yaml:1:6: int: want an integer, without a fraction, got 1.9 [type]"}},
		{name: "1e300 in a float32 becomes infinity", doc: "float32: 1e300" + rest, wants: []string{"c.yaml:1:10: float32: want a number from -3.4e+38 to 3.4e+38, got 1e300 [type]"}},
		{name: "a duration of 5 becomes 5ns", doc: "duration: 5" + rest,
			wants: []string{"c.yaml:1:11: duration: want a duration such as 300ms, 5s or 1h30m, got 5; a duration needs a unit [type]"}},
		{name: "an unquoted text that looks like a number or bool is changed", doc: "text: 1.10" + rest, good: func(c *trapped) bool { return c.Text == "1.10" }},
		{name: "true in a text becomes 1", doc: "text: true" + rest, good: func(c *trapped) bool { return c.Text == "true" }},
		{name: "the slice hook breaks net.IP", doc: "ip: 10.0.0.1\naddr: fd00::1\nlevel: WARN\ntime: 2026-01-02\nlist: [a]" + rest, good: func(c *trapped) bool {
			return c.IP.String() == "10.0.0.1" && c.Addr.String() == "fd00::1" && c.Level == slog.LevelWarn && c.Time.Month() == 1 && len(c.List) == 1
		}},
		{name: "TOML's local dates become the zero time", file: "c.toml", doc: "time = 2026-01-02T03:04:05\ndate = 2026-01-02\nsection = {a = 1}\nneeded = {b = 0}\n",
			good: func(c *trapped) bool {
				return c.Time.Equal(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)) && c.Date.Day == 2
			}},
		{name: "unknown keys beside a type error are lost", doc: "section: {a: x, c: 1}\nneeded: {b: 0}\n",
			wants: []string{"c.yaml:1:14: section.a: want an integer, got \"x\" [type]", "c.yaml:1:17: section.c: unknown key; the only key here is a [unknown_key]"}},
		{name: "an unknown key without a value is lost", doc: "extra: ~" + rest, wants: []string{"c.yaml:1:1: extra: unknown key; the keys here are int8, uint, int, float32, text, duration, port, map, named, ip, addr and 10 others [unknown_key]"}},
		{name: "of several documents, all but the first are lost", doc: "port: 1" + rest + "---\nport: 2\n", wants: []string{
			"c.yaml:4:1: only one YAML document is allowed in a file; remove everything from this line on, or make it a file of its own [syntax]"}},
		{name: "JSON takes the last of two", file: "c.json", doc: `{"port": 1, "port": 2}`, wants: []string{`c.json:1:13: key "port" is already set on line 1 [duplicate_key]`}},
		{name: "of Port, port and PORT a random one wins", doc: "Port: 1\nport: 2" + rest,
			wants: []string{`c.yaml:2:1: port: "port" is the same key as "Port" on line 1; keep one, "port" [duplicate_key]`}},
		{name: "the rules of items are not looked at without dive", doc: "items: [{n: 1}, {n: 0}]" + rest,
			wants: []string{"c.yaml:1:21: items[1].n: must be 1 or greater, got 0 [min]"}},
		{name: "required on a section is ignored", doc: "section: {a: 1}\n", wants: []string{"c.yaml: needed: required, not set; set it at the top level [required]"}},
		{name: "required rejects an explicit 0", doc: "section: {a: 0}\nneeded: {b: 0}\n", good: func(c *trapped) bool { return c.Section.A == 0 }},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.file == "" {
				test.file = "c.yaml"
			}
			path := filepath.Join(files(t, test.file, test.doc), test.file)
			if test.good == nil {
				wantProblems(t, config.Check[trapped](config.WithFile(path)), test.wants...)
				return
			}
			if c := open[trapped](t, config.WithFile(path), config.WithoutWatch()).Current(); !test.good.(func(*trapped) bool)(c) {
				t.Errorf("got %+v", c)
			}
		})
	}
}

// A key that was removed keeps its old value, and a map its old entries, if a reload
// decodes into the running value.
func TestAReloadStartsFromNothing(t *testing.T) {
	type fresh struct {
		A   int
		Map map[string]int
	}
	path := yamlFile(t, "a: 1\nmap: {x: 1}\n")
	s := open[fresh](t, config.WithFile(path))
	if c := accepts(t, s, path, "map: {y: 2}\n"); c.A != 0 || len(c.Map) != 1 || c.Map["y"] != 2 {
		t.Errorf("got %+v", c)
	}
}

// Viper: changed flag > env > file > default > flag's own default.
func TestAFlagsOwnDefaultIsNoSetting(t *testing.T) {
	fs := pflag.NewFlagSet("x", pflag.ContinueOnError)
	fs.Int("port", 99, "")
	if err := fs.Parse(nil); err != nil {
		t.Fatal(err)
	}
	type ported struct {
		Port int `default:"1"`
	}
	if c := open[ported](t, config.WithFlags(fs), config.WithoutFile()).Current(); c.Port != 1 {
		t.Errorf("got %d", c.Port)
	}
}

// Each of these panics in the validator, some only once a pointer is set, or means
// nothing. They are found before anything is loaded.
func TestTrapsOfValidateTagsAreFoundAtLoad(t *testing.T) {
	type late struct {
		N int `validate:"nope"`
	}
	for name, err := range map[string]error{
		"an unknown rule behind a nil pointer": config.Check[struct{ P *late }](config.WithoutFile()),
		"a bound that is no number": config.Check[struct {
			N int `validate:"min=abc"`
		}](config.WithoutFile()),
		"dive on an int": config.Check[struct {
			N int `validate:"dive"`
		}](config.WithoutFile()),
		"a field that does not exist": config.Check[struct {
			N int `validate:"required_if=Nope 1"`
		}](config.WithoutFile()),
		"another that does not exist": config.Check[struct {
			N int `validate:"gtfield=Nope"`
		}](config.WithoutFile()),
	} {
		if got := problems(t, err); !strings.HasSuffix(got, "[schema]") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

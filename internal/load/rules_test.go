package load_test

import (
	"strings"
	"testing"
	"time"
)

type ruled struct {
	Port    int           `validate:"max=65535"`
	Level   string        `validate:"omitempty,oneof=debug info"`
	Timeout time.Duration `validate:"omitempty,min=1s"`
	Section struct {
		Name string `validate:"omitempty,min=3"`
		Deep struct {
			Addr string `validate:"omitempty,hostname_port"`
		}
	}
	Optional *struct {
		N int `validate:"min=1"`
	}
	Pointer *int `validate:"omitempty,min=5"`
	List    []element
	Lists   [][]element
	Half    [][]*element `validate:"dive"`
	Keyed   map[string]element
	ByInt   map[int]*element
	Nested  map[string][]element
	Tags    []string          `validate:"max=2,dive,min=2"`
	Labels  map[string]string `validate:"dive,keys,min=2,endkeys,max=3"`
	Items   []element         `validate:"min=0"`
	Exempt  struct {
		List []element
		N    int `validate:"min=5"`
	} `validate:"-"`
}

type element struct {
	N    int `validate:"max=9"`
	Deep []struct {
		M int `validate:"max=9"`
	}
}

func TestRulesAreAppliedEverywhere(t *testing.T) {
	bad[ruled](t, yaml(`
port: 99999
level: warn
timeout: 5ms
section: {name: ab, deep: {addr: nowhere}}
optional: {n: 0}
pointer: 4
`),
		`c.yaml:2:7 port: must be 65535 or less, got 99999 [max]`,
		`c.yaml:3:8 level: must be one of debug, info, got "warn" [oneof]`,
		`c.yaml:4:10 timeout: must be 1s or greater, got "5ms" [min]`,
		`c.yaml:5:17 section.name: must be at least 3 characters long, got "ab" [min]`,
		`c.yaml:5:34 section.deep.addr: must be host:port, such as :8080, got "nowhere" [hostname_port]`,
		`c.yaml:6:15 optional.n: must be 1 or greater, got 0 [min]`,
		`c.yaml:7:10 pointer: must be 5 or greater, got 4 [min]`)
	good[ruled](t, yaml("{}")) // nothing behind a nil pointer is judged
}

// The validator does not check the items of a list or map of structs without "dive".
func TestListsAndMapsOfStructsNeedNoDive(t *testing.T) {
	bad[ruled](t, yaml(`
list: [{n: 1}, {n: 10, deep: [{m: 10}]}]
lists: [[{n: 11}]]
half: [[{n: 12}, null]]
keyed: {a.b: {n: 13}, "x]y": {n: 14}, "": {n: 15}}
byint: {0x10: {n: 16}}
nested: {"k[0]": [{deep: [{m: 17}]}]}
items: [{n: 18}]
exempt: {list: [{n: 19}], n: 1}
`),
		`c.yaml:2:20 list[1].n: must be 9 or less, got 10 [max]`,
		`c.yaml:2:35 list[1].deep[0].m: must be 9 or less, got 10 [max]`,
		`c.yaml:3:14 lists[0][0].n: must be 9 or less, got 11 [max]`,
		`c.yaml:4:13 half[0][0].n: must be 9 or less, got 12 [max]`,
		`c.yaml:5:18 keyed["a.b"].n: must be 9 or less, got 13 [max]`,
		`c.yaml:5:34 keyed["x]y"].n: must be 9 or less, got 14 [max]`,
		`c.yaml:5:47 keyed[""].n: must be 9 or less, got 15 [max]`,
		`c.yaml:6:19 by_int.16.n: must be 9 or less, got 16 [max]`,
		`c.yaml:7:31 nested["k[0]"][0].deep[0].m: must be 9 or less, got 17 [max]`,
		`c.yaml:8:13 items[0].n: must be 9 or less, got 18 [max]`)
}

func TestRulesOfItemsAndKeys(t *testing.T) {
	bad[ruled](t, yaml(`
tags: [ab, c, d]
`), `c.yaml:2:7 tags: must have at most 2 items, got 3 [max]`)
	bad[ruled](t, yaml(`
tags: [ab, c]
labels: {a: x, bb: long, c: long, dd: dd}
`),
		`c.yaml:2:12 tags[1]: must be at least 2 characters long, got "c" [min]`,
		`c.yaml:3:10 labels.a: the key must be at least 2 characters long [min]`,
		`c.yaml:3:20 labels.bb: must be at most 3 characters long, got "long" [max]`,
		`c.yaml:3:26 labels.c: the key must be at least 2 characters long [min]`,
		`c.yaml:3:29 labels.c: must be at most 3 characters long, got "long" [max]`)
}

func TestNamesOfMapKeysDoNotMislead(t *testing.T) {
	type inner struct {
		Name string `validate:"max=3"`
	}
	type config struct {
		M map[string]map[string]inner `validate:"dive,dive"`
		N map[stringer]inner          `validate:"dive"`
	}
	bad[config](t, yaml(`m: {"a].Name": {"b][c": {name: long}}, a: {b: {name: long}}}`),
		`c.yaml:1:32 m["a].Name"]["b][c"].name: must be at most 3 characters long, got "long" [max]`,
		`c.yaml:1:54 m.a.b.name: must be at most 3 characters long, got "long" [max]`)
	bad[config](t, yaml(`n: {x: {name: long}, y: {name: long}}`),
		`c.yaml:1:15 n.x.name: must be at most 3 characters long, got "long" [max]`,
		`c.yaml:1:32 n.y.name: must be at most 3 characters long, got "long" [max]`)
}

// stringer prints itself as something that is not its key.
type stringer string

func (s stringer) String() string { return "<" + string(s) + ">" }

func TestAValueWithATypeErrorHasNoOtherProblem(t *testing.T) {
	type config struct {
		Min  int `validate:"required,min=5"`
		Max  int `validate:"gtfield=Min"`
		Same int `validate:"eqfield=Min"`
		List []element
	}
	bad[config](t, yaml("min: x\nmax: 0\nsame: 3\nlist: [5, {n: x}, {n: 10}]"),
		`c.yaml:1:6 min: want an integer, got "x" [type]`,
		`c.yaml:4:8 list[0]: want a map of keys, got 5 [type]`,
		`c.yaml:4:15 list[1].n: want an integer, got "x" [type]`,
		`c.yaml:4:23 list[2].n: must be 9 or less, got 10 [max]`)
}

func TestRulesBetweenFieldsAreNamedByKeys(t *testing.T) {
	type config struct {
		MinConns int    `validate:"min=0"`
		MaxConns int    `mapstructure:"max" validate:"gtfield=MinConns"`
		Mode     string `validate:"omitempty,oneof=tls plain"`
		Cert     string `validate:"required_if=Mode tls"`
		Key      string `validate:"required_with=Cert CA"`
		CA       string `validate:"excluded_if=Mode plain"`
		Both     string `validate:"required_with_all=Mode CA"`
		Section  struct {
			Inner struct{ Low int }
			High  int `validate:"gtefield=Inner.Low"`
			Limit int `validate:"gtecsfield=Inner.Low"`
		}
		Quoted string `validate:"required_if=Cert 'a b'"`
	}
	bad[config](t, yaml("min_conns: 5\nmax: 5\nmode: tls\nsection: {limit: 1, inner: {low: 3}, high: 2}\nca: x\n"),
		`c.yaml both: required when mode and ca are set, but it is not set; set it at the top level; mode is "tls" (/etc/app/c.yaml:3:7); ca is "x" (/etc/app/c.yaml:5:5) [required_with_all]`,
		`c.yaml cert: required when mode is tls, but it is not set; set it at the top level; mode is "tls" (/etc/app/c.yaml:3:7) [required_if]`,
		`c.yaml key: required when cert or ca is set, but it is not set; set it at the top level; cert is not set; ca is "x" (/etc/app/c.yaml:5:5) [required_with]`,
		`c.yaml:2:6 max: must be greater than min_conns, got 5; min_conns is 5 (/etc/app/c.yaml:1:12) [gtfield]`,
		`c.yaml:4:18 section.limit: must be at least inner.low, got 1; inner.low is 3 (/etc/app/c.yaml:4:34) [gtecsfield]`,
		`c.yaml:4:44 section.high: must be at least inner.low, got 2; inner.low is 3 (/etc/app/c.yaml:4:34) [gtefield]`)
	bad[config](t, yaml("max: 1\nmode: plain\nca: x\nkey: ''\ncert: a b\n"),
		`c.yaml both: required when mode and ca are set, but it is not set; set it at the top level; mode is "plain" (/etc/app/c.yaml:2:7); ca is "x" (/etc/app/c.yaml:3:5) [required_with_all]`,
		`c.yaml quoted: required when cert is a b, but it is not set; set it at the top level; cert is "a b" (/etc/app/c.yaml:5:7) [required_if]`,
		`c.yaml:3:5 ca: must not be set when mode is plain, got "x"; mode is "plain" (/etc/app/c.yaml:2:7) [excluded_if]`,
		`c.yaml:4:6 key: required when cert or ca is set, got ""; cert is "a b" (/etc/app/c.yaml:5:7); ca is "x" (/etc/app/c.yaml:3:5) [required_with]`)
}

func TestAlternativesAndBuiltInAliases(t *testing.T) {
	type config struct {
		Addr  string   `validate:"omitempty,ip|fqdn|startswith=unix:"`
		Color string   `validate:"omitempty,iscolor"`
		Size  int      `validate:"eq=0|min=10"`
		Codes []string `validate:"dive,len=2|len=3"`
	}
	problems := bad[config](t, yaml("addr: a_b\ncolor: pink\nsize: 5\ncodes: [a]\n"),
		`c.yaml:1:7 addr: must be an IP address or a full domain name, such as db.example.com or must start with "unix:", got "a_b" [ip|fqdn|startswith=unix:]`,
		`c.yaml:2:8 color: must be a color such as #0a0b0c or an RGB color or an RGBA color or an HSL color or an HSLA color or a CMYK color, got "pink" [iscolor]`,
		`c.yaml:3:7 size: must be 0 or 10 or greater, got 5 [eq=0|min=10]`,
		`c.yaml:4:9 codes[0]: must be exactly 2 characters long or exactly 3 characters long, got "a" [len=2|len=3]`)
	for _, p := range problems {
		if p.Excerpt == nil {
			t.Errorf("no excerpt for %s", format(p))
		}
	}
}

func TestTimesAgainstNow(t *testing.T) {
	type config struct {
		From time.Time `validate:"omitempty,lt"`
		To   time.Time `validate:"omitempty,gt"`
	}
	bad[config](t, yaml("from: 9000-01-01\nto: 2000-01-01"),
		`c.yaml:1:7 from: must be in the past, got 9000-01-01 [lt]`,
		`c.yaml:2:5 to: must be in the future, got 2000-01-01 [gt]`)
}

func TestLongValuesAreCut(t *testing.T) {
	p := bad[ruled](t, yaml("level: "+strings.Repeat("x", 5000)), `c.yaml:1:8 level: must be one of debug, info, got "`+strings.Repeat("x", 60)+`…" [oneof]`)
	if len(p[0].Excerpt.Text) > 200 {
		t.Errorf("excerpt of %d bytes", len(p[0].Excerpt.Text))
	}
}

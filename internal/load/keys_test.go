package load_test

import (
	"reflect"
	"strings"
	"testing"

	"example.com/lastgood/internal/load"
)

type server struct {
	Server struct {
		Port        int
		ReadTimeout string
	}
	Labels map[string]string
	Ups    []struct{ Name string }
}

// Viper's trap 12: of Port, port and PORT together, it takes a random one.
func TestTwoSpellingsInOneFileAreADuplicate(t *testing.T) {
	p := bad[server](t, yaml("server:\n  readTimeout: a\n  read-timeout: b\n  READ_TIMEOUT: c\n"),
		`c.yaml:3:3 server.read_timeout: "read-timeout" is the same key as "readTimeout" on line 2; keep one, "read_timeout" [duplicate_key]`,
		`c.yaml:4:3 server.read_timeout: "READ_TIMEOUT" is the same key as "readTimeout" on line 2; keep one, "read_timeout" [duplicate_key]`)
	if x := p[0].Excerpt; x == nil || x.Text != "  read-timeout: b" || x.Column != 3 || x.Width != len("read-timeout") {
		t.Errorf("excerpt %+v", x)
	}
	bad[server](t, file("c.toml", "[server]\nport = 1\n[Server]\nport = 2\n"),
		`c.toml:3:2 server: "Server" is the same key as "server" on line 1; keep one, "server" [duplicate_key]`)
}

// Viper's trap 1.
func TestKeysOfMapsAreData(t *testing.T) {
	v := good[server](t, yaml("labels:\n  a.b: '1'\n  A.B: '2'\n  a_b: '3'\n  a-b: '4'\n  AB: '5'\n  '': '6'\n  ' x ': '7'\n"))
	if want := map[string]string{"a.b": "1", "A.B": "2", "a_b": "3", "a-b": "4", "AB": "5", "": "6", " x ": "7"}; !reflect.DeepEqual(v.Labels, want) { //nolint:gocritic // blanks count
		t.Errorf("got %q", v.Labels)
	}
}

func TestUnknownKeysAreReportedWithASuggestion(t *testing.T) {
	p := bad[server](t, yaml("server:\n  prot: 80\n  zzz:\nlabls: {}\nups:\n- nmae: x\nserver2: {a: {b: 1}}\n"),
		`c.yaml:2:3 server.prot: unknown key; did you mean "port"? [unknown_key]`,
		`c.yaml:3:3 server.zzz: unknown key; the keys here are port and read_timeout [unknown_key]`,
		`c.yaml:4:1 labls: unknown key; did you mean "labels"? [unknown_key]`,
		`c.yaml:6:3 ups[0].nmae: unknown key; did you mean "name"? [unknown_key]`,
		`c.yaml:7:1 server2: unknown key; did you mean "server"? [unknown_key]`)
	// What an unknown key is set to may be a misspelled secret.
	if x := p[0].Excerpt; x == nil || x.Text != "  prot: …" || x.Column != 3 || x.Width != 4 {
		t.Errorf("excerpt %+v", x)
	}
}

// Viper's trap 10: Metadata.Unused loses unknown keys of structs that also have
// type errors, and never sees one that is null.
func TestUnknownKeysBesideTypeErrorsAreNotLost(t *testing.T) {
	bad[server](t, yaml("server: {port: x, nope: 1}\nextra: ~\n"),
		`c.yaml:1:16 server.port: want an integer, got "x" [type]`,
		`c.yaml:1:19 server.nope: unknown key; the keys here are port and read_timeout [unknown_key]`,
		`c.yaml:2:1 extra: unknown key; the keys here are server, labels and ups [unknown_key]`)
}

func TestAKeyWithADotIsNoPath(t *testing.T) {
	bad[server](t, yaml("server.port: 1\n"), `c.yaml:1:1 ["server.port"]: unknown key; a key is not split at its dots; write "port" in the section "server" [unknown_key]`)
}

func TestXKeysAreFreeAtTheTopOnly(t *testing.T) {
	good[server](t, yaml("x-port: &p 80\nserver: {port: *p}\n"))
	bad[server](t, yaml("x-port: 1\nX-port: 1\nserver: {x-port: 1}\n"),
		`c.yaml:2:1 X-port: unknown key; the keys here are server, labels and ups [unknown_key]`,
		`c.yaml:3:10 server.x-port: unknown key; did you mean "port"? [unknown_key]`)
}

func TestUnknownKeysCanBeAllowed(t *testing.T) {
	v, problems := passWith[server](t, load.Options{AllowUnknown: true}, yaml("nope: 1\nserver: {nope: {}, port: 1}\nups: [{x: y}]\n"))
	if problems != nil || v.Server.Port != 1 {
		t.Errorf("got %+v and\n%s", v, formatAll(problems))
	}
}

func TestRemainTakesUnknownKeys(t *testing.T) {
	type config struct {
		Known int
		Rest  map[string]any `mapstructure:",remain"`
		Typed struct {
			Name string
			Rest map[string]struct {
				Port int `validate:"min=1" default:"5"`
			} `mapstructure:",remain"`
		}
	}
	v := good[config](t, file("a.yaml", "known: 1\nOther.Key: {a: 1}\nnothing: null\ntyped: {name: x, one: {port: 2}, two: {}}"), file("b.yaml", "Other.Key: {b: 2}"))
	if want := map[string]any{"Other.Key": map[string]any{"a": 1, "b": 2}, "nothing": nil}; !reflect.DeepEqual(v.Rest, want) {
		t.Errorf("rest is %v", v.Rest)
	}
	if v.Typed.Rest["one"].Port != 2 || v.Typed.Rest["two"].Port != 5 || len(v.Typed.Rest) != 2 {
		t.Errorf("typed rest is %v", v.Typed.Rest)
	}
	bad[config](t, yaml("typed:\n  one: {port: 0}\n  two: {port: x}\n  three: {prot: 1}\n"),
		`c.yaml:2:15 typed.one.port: must be 1 or greater, got 0 [min]`,
		`c.yaml:3:15 typed.two.port: want an integer, got "x" [type]`,
		`c.yaml:4:11 typed.three.prot: unknown key; did you mean "port"? [unknown_key]`)
}

func TestVeryManyProblemsAreNotAllKept(t *testing.T) {
	_, problems := pass[server](t, yaml("ups:\n"+strings.Repeat("- {nope: 1, name: [1]}\n", 20_000)))
	if len(problems) != 1000 {
		t.Errorf("%d problems", len(problems))
	}
}

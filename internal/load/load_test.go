package load_test

import (
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"testing"
	"time"

	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/source"
)

type everything struct {
	Server struct {
		Addr        string        `mapstructure:"addr"`
		ReadTimeout time.Duration `mapstructure:"read_timeout"`
		TLS         *struct {
			Cert string
		}
	}
	Retries   int8
	Ratio     float32
	Debug     bool
	Since     time.Time
	Home      *url.URL
	Bind      netip.AddrPort
	Match     *regexp.Regexp
	Raw       []byte
	Tags      []string
	Pair      [2]int
	Ups       []struct{ Name string }
	Flags     map[string]bool
	Ports     map[int]string
	Zones     map[string]map[string]*struct{ Weight *int }
	Anything  any
	Password  secret
	Base      `mapstructure:",squash"`
	Other     Base
	ID        ID
	Endpoints []netip.Addr
}

type Base struct{ Region string }

type ID string

const everythingYAML = `
server: {addr: ":80", readTimeout: 5s, tls: {cert: /c.pem}}
retries: -3
ratio: 0.5
debug: true
since: 2001-12-14T21:59:43Z
home: https://example.com/x
bind: 127.0.0.1:80
match: ^a+$
raw: bytes
tags: [a, b]
pair: [1, 2]
ups:
- name: one
- name: two
flags: {Some.Dotted.Key: true, UPPER: false}
ports: {80: http}
zones: {Eu.West: {A: {weight: 0}}}
anything: {Mixed.Case: [1, x, null, 1.5]}
password: hunter2
region: eu
other: {region: us}
id: "007"
endpoints: [10.0.0.1, "::1"]
`

const everythingTOML = `
retries = -3
ratio = 0.5
debug = true
since = 2001-12-14T21:59:43Z
home = "https://example.com/x"
bind = "127.0.0.1:80"
match = "^a+$"
raw = "bytes"
tags = ["a", "b"]
pair = [1, 2]
password = "hunter2"
region = "eu"
id = "007"
endpoints = ["10.0.0.1", "::1"]
flags = {"Some.Dotted.Key" = true, UPPER = false}
[server]
addr = ":80"
read-timeout = "5s"
tls.cert = "/c.pem"
[[ups]]
name = "one"
[[ups]]
name = "two"
[ports]
80 = "http"
[zones."Eu.West".A]
weight = 0
[anything]
"Mixed.Case" = [1, "x", {}, 1.5]
[other]
region = "us"
`

const everythingJSON = `{
"server": {"addr": ":80", "READ_TIMEOUT": "5s", "tls": {"cert": "/c.pem"}},
"retries": -3, "ratio": 0.5, "debug": true, "since": "2001-12-14T21:59:43Z",
"home": "https://example.com/x", "bind": "127.0.0.1:80", "match": "^a+$", "raw": "bytes",
"tags": ["a", "b"], "pair": [1, 2], "ups": [{"name": "one"}, {"name": "two"}],
"flags": {"Some.Dotted.Key": true, "UPPER": false}, "ports": {"80": "http"},
"zones": {"Eu.West": {"A": {"weight": 0}}}, "anything": {"Mixed.Case": [1, "x", null, 1.5]},
"password": "hunter2", "region": "eu", "other": {"region": "us"}, "id": "007", "endpoints": ["10.0.0.1", "::1"]
}`

func TestTheFormatsGiveTheSameValue(t *testing.T) {
	var want everything
	want.Server.Addr, want.Server.ReadTimeout = ":80", 5*time.Second
	want.Server.TLS = &struct{ Cert string }{"/c.pem"}
	want.Retries, want.Ratio, want.Debug = -3, 0.5, true
	want.Since = time.Date(2001, 12, 14, 21, 59, 43, 0, time.UTC)
	want.Home, _ = url.Parse("https://example.com/x")
	want.Bind, want.Match, want.Raw = netip.MustParseAddrPort("127.0.0.1:80"), regexp.MustCompile("^a+$"), []byte("bytes")
	want.Tags, want.Pair = []string{"a", "b"}, [2]int{1, 2}
	want.Ups = []struct{ Name string }{{"one"}, {"two"}}
	// Viper's trap 1: it lower-cases keys and splits them at dots.
	want.Flags = map[string]bool{"Some.Dotted.Key": true, "UPPER": false}
	want.Ports = map[int]string{80: "http"}
	want.Zones = map[string]map[string]*struct{ Weight *int }{"Eu.West": {"A": {new(int)}}}
	want.Anything = map[string]any{"Mixed.Case": []any{1, "x", nil, 1.5}}
	want.Password, want.Region, want.Other.Region, want.ID = "hunter2", "eu", "us", "007"
	want.Endpoints = []netip.Addr{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("::1")}

	for _, doc := range []source.Document{file("c.yaml", everythingYAML), file("c.YML", everythingYAML), file("c.toml", everythingTOML), file("c.json", everythingJSON)} {
		got := good[everything](t, doc)
		if m, ok := got.Anything.(map[string]any)["Mixed.Case"].([]any); ok && len(m) == 4 && doc.Path == "/etc/app/c.toml" {
			m[2] = nil // TOML has no null
		}
		if !reflect.DeepEqual(*got, want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", doc.Path, *got, want)
		}
	}
}

// Viper's trap 6: a value decoded into twice keeps keys that have been removed.
func TestEveryPassStartsFromNothing(t *testing.T) {
	l := newLoader[everything](t, load.Options{})
	first, problems := once(l, yaml("tags: [a]\nflags: {a: true}\nretries: 3\n"))
	if problems != nil {
		t.Fatal(formatAll(problems))
	}
	second, _ := once(l, yaml("tags: [b]\n"))
	if v := second.(*everything); v.Retries != 0 || v.Flags != nil || v.Tags[0] != "b" {
		t.Errorf("the second pass gave %+v", v)
	}
	if v := first.(*everything); v.Retries != 3 || !v.Flags["a"] || v.Tags[0] != "a" {
		t.Errorf("the first value changed to %+v", v)
	}
}

func TestNoDocumentIsAnEmptyOne(t *testing.T) {
	type config struct {
		Port int `default:"80"`
	}
	for _, docs := range [][]source.Document{nil, {{Path: "/etc/app/c.yaml", Absent: true}}, {yaml("{}")}} {
		if v := good[config](t, docs...); v.Port != 80 {
			t.Errorf("port is %d", v.Port)
		}
	}
}

func TestDocumentsThatCannotBeReadAreReportedTogether(t *testing.T) {
	type config struct{ Port int }
	_, problems := pass[config](t,
		file("a.ini", "port=1"),
		source.Document{Path: "/etc/app/gone.yaml", Err: &source.Error{Code: "missing_file", Message: "no such file"}},
		source.Document{Path: "/etc/app/absent.yaml", Absent: true},
		file("broken.yaml", "port: 1\n  x: 2\n"),
		file("empty.toml", ""),
		file("unknown.yaml", "prot: 1\nport: abc\n"),
		file("twice.yaml", "port: 1\nPORT: 2\n"),
	)
	same(t, problems,
		`a.ini unknown file type; name it .yaml, .yml, .toml or .json [syntax]`,
		`gone.yaml no such file [missing_file]`,
		format(problems[2]),
		format(problems[3]),
		`unknown.yaml:1:1 prot: unknown key; did you mean "port"? [unknown_key]`,
		`twice.yaml:2:1 port: "PORT" is the same key as "port" on line 1; keep one, "port" [duplicate_key]`,
	)
	if problems[2].Code != "syntax" || problems[3].Code != "empty" {
		t.Errorf("got\n%s", formatAll(problems))
	}
}

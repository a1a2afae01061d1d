package load_test

import (
	"strings"
	"testing"
)

type sections struct {
	Name   string
	Server struct {
		Addr    string
		Timeout string
		TLS     struct{ Cert string }
	}
	DB struct {
		PoolSize int `mapstructure:"pool_size"`
		Timeout  string
	} `mapstructure:"db"`
	Labels    map[string]string
	Upstreams []struct {
		Weight int
		Health struct{ Path string }
	}
	Tenants map[string]struct {
		Quota int
		Plan  struct{ Tier string }
	}
}

func TestAKeyOfAnotherSectionIsSuggestedThere(t *testing.T) {
	for text, want := range map[string]string{
		"server:\n  pool_size: 4":         `c.yaml:2:3 server.pool_size: unknown key; did you mean db.pool_size? [unknown_key]`,
		"server:\n  poolSize: 4":          `c.yaml:2:3 server.poolSize: unknown key; did you mean db.pool_size? [unknown_key]`,
		"pool_size: 4":                    `c.yaml:1:1 pool_size: unknown key; did you mean db.pool_size? [unknown_key]`,
		"cert: x":                         `c.yaml:1:1 cert: unknown key; did you mean server.tls.cert? [unknown_key]`,
		"timeout: x":                      `c.yaml:1:1 timeout: unknown key; did you mean server.timeout or db.timeout? [unknown_key]`,
		"server:\n  tls:\n    timeout: x": `c.yaml:3:5 server.tls.timeout: unknown key; did you mean server.timeout? [unknown_key]`,
		"server:\n  tls:\n    addr: x":    `c.yaml:3:5 server.tls.addr: unknown key; did you mean server.addr? [unknown_key]`,
		"server:\n  server:\n    addr: x": `c.yaml:2:3 server.server: unknown key; did you mean server at the top level? [unknown_key]`,
		"db:\n  name: x":                  `c.yaml:2:3 db.name: unknown key; did you mean name at the top level? [unknown_key]`,
		"weight: 1":                       `c.yaml:1:1 weight: unknown key; did you mean upstreams[].weight? [unknown_key]`,
		"upstreams: [{}, {path: /}]":      `c.yaml:1:18 upstreams[1].path: unknown key; did you mean upstreams[1].health.path? [unknown_key]`,
		"tenants: {a: {tier: x}}":         `c.yaml:1:15 tenants.a.tier: unknown key; did you mean tenants.a.plan.tier? [unknown_key]`,
		"quota: 1":                        `c.yaml:1:1 quota: unknown key; did you mean tenants.*.quota? [unknown_key]`,
	} {
		bad[sections](t, yaml(text+"\n"), want)
	}
}

func TestAKeyThatIsLikeOneHereAndTheSameElsewhereHasBothSuggested(t *testing.T) {
	type config struct {
		Server struct{ Ports string }
		Admin  struct{ Port string }
	}
	bad[config](t, yaml("server: {port: 1}\n"), `c.yaml:1:10 server.port: unknown key; did you mean "ports" or admin.port? [unknown_key]`)
}

func TestTheKeysOfASectionAreListedWhereNoneIsLikeTheUnknown(t *testing.T) {
	bad[sections](t, yaml("server:\n  zzz: 4\nupstreams:\n- health: {zzz: 1}\n"),
		`c.yaml:2:3 server.zzz: unknown key; the keys here are addr, timeout and tls [unknown_key]`,
		`c.yaml:4:12 upstreams[0].health.zzz: unknown key; the only key here is path [unknown_key]`)
	bad[struct{ A, B, C, D, E, F, G, H, I, J, K, L, M int }](t, yaml("zzz: 1"),
		`c.yaml:1:1 zzz: unknown key; the keys here are a, b, c, d, e, f, g, h, i, j, k and 2 others [unknown_key]`)
	bad[struct{ A struct{} }](t, yaml("a: {zzz: 1}"), `c.yaml:1:5 a.zzz: unknown key [unknown_key]`)
}

func TestAKeyIsNotSplitAtItsDots(t *testing.T) {
	for text, want := range map[string]string{
		"server.addr: x":           `c.yaml:1:1 ["server.addr"]: unknown key; a key is not split at its dots; write "addr" in the section "server" [unknown_key]`,
		"server.tls.cert: x":       `c.yaml:1:1 ["server.tls.cert"]: unknown key; a key is not split at its dots; write "cert" in the section "server.tls" [unknown_key]`,
		"server:\n  tls.cert: x":   `c.yaml:2:3 server["tls.cert"]: unknown key; a key is not split at its dots; write "cert" in the section "tls" [unknown_key]`,
		"server:\n  db.timeout: x": `c.yaml:2:3 server["db.timeout"]: unknown key; a key is not split at its dots; write "timeout" in the section "db" [unknown_key]`,
		"labels.app.name: x":       `c.yaml:1:1 ["labels.app.name"]: unknown key; a key is not split at its dots; write what follows them in the section "labels" [unknown_key]`,
		"server.nope: x":           `c.yaml:1:1 ["server.nope"]: unknown key; the keys here are name, server, db, labels, upstreams and tenants [unknown_key]`,
		".: x":                     `c.yaml:1:1 ["."]: unknown key; the keys here are name, server, db, labels, upstreams and tenants [unknown_key]`,
	} {
		bad[sections](t, yaml(text+"\n"), want)
	}
}

func TestABlockForItsAnchorAloneIsCalledX(t *testing.T) {
	for text, want := range map[string]string{
		"defaults: &d {timeout: x}\nserver: {<<: *d}":          `c.yaml:1:1 defaults: unknown key; if it is there for its anchor alone, begin its name with "x-" [unknown_key]`,
		"common:\n  a: &a {timeout: x}\nserver: {<<: *a}":      `c.yaml:1:1 common: unknown key; if it is there for its anchor alone, begin its name with "x-" [unknown_key]`,
		"anchors:\n- &a {timeout: x}\nserver: {<<: *a}":        `c.yaml:1:1 anchors: unknown key; if it is there for its anchor alone, begin its name with "x-" [unknown_key]`,
		"server:\n  base: &a {cert: x}\n  tls: {<<: *a}":       `c.yaml:2:3 server.base: unknown key; if it is there for its anchor alone, begin its name with "x-", and move it to the top level [unknown_key]`,
		"x-a: &a {timeout: x}\ndefaults: *a\nserver: {<<: *a}": `c.yaml:2:1 defaults: unknown key; the keys here are name, server, db, labels, upstreams and tenants [unknown_key]`,
	} {
		bad[sections](t, yaml(text+"\n"), want)
	}
}

func TestWhatWasNotRenderedIsNamed(t *testing.T) {
	type config struct {
		Port int    `validate:"max=9"`
		URL  string `validate:"omitempty,url"`
	}
	const render = " that was not rendered; render it before it is used as configuration"
	bad[config](t, yaml("port: \"{{ .Values.x }}\"\n"), `c.yaml:1:7 port: want an integer, got "{{ .Values.x }}"; it is a template`+render+` [type]`)
	bad[config](t, yaml("port: ${PORT}\n"), `c.yaml:1:7 port: want an integer, got "${PORT}"; it is a placeholder`+render+` [type]`)
	bad[config](t, yaml("port: <%= x %>\n"), `c.yaml:1:7 port: want an integer, got "<%= x %>"; it is a template of ERB`+render+` [type]`)
	bad[config](t, yaml("port: $(PORT)\n"), `c.yaml:1:7 port: want an integer, got "$(PORT)"; it is a placeholder`+render+` [type]`)
	bad[config](t, file("c.toml", "port = \"@PORT@\"\n"), `c.toml:1:8 port: want an integer, got "@PORT@"; it is a placeholder`+render+` [type]`)
	bad[config](t, file("c.json", "{\"port\": \"<port>\"}"), `c.json:1:10 port: want an integer, got "<port>"; it is a placeholder`+render+` [type]`)
	bad[config](t, yaml("url: ${URL}\n"), `c.yaml:1:6 url: must be a URL, such as https://example.com/path, got "${URL}"; it is a placeholder`+render+` [url]`)
	bad[config](t, yaml("${X}: 1\n"), `c.yaml:1:1 ["${X}"]: unknown key; it is a placeholder`+render+` [unknown_key]`)
	bad[config](t, yaml("port: “5”\n“port”: 1\n"),
		"c.yaml:1:7 port: want an integer, got \"“5”\"; it starts with a typographic quotation mark; write \" or ' [type]",
		"c.yaml:2:1 [\"“port”\"]: unknown key; it starts with a typographic quotation mark; write \" or ' [unknown_key]")
}

// What is not shown of an unknown key is not shown by its hint either.
func TestTheHintForAnUnknownKeyHasNoTextOfTheDocument(t *testing.T) {
	type config struct {
		Keys  map[string]string `secret:"true"`
		Other struct{ Deep struct{ Name string } }
	}
	for _, text := range []string{"hunter2: x", "keys.hunter2: x", "other: {hunter2: x}", "other: {keys.hunter2: 1}", "hunter2: &a {x: y}", "${hunter2}: x", "“hunter2”: x"} {
		_, problems := pass[config](t, yaml(text))
		if len(problems) != 1 || strings.Contains(problems[0].Hint+problems[0].Message+problems[0].Key, "hunter2") {
			t.Errorf("%s: %+v", text, problems)
		}
	}
}

func TestAMismatchIsMarkedAsAWhole(t *testing.T) {
	for text, width := range map[string]int{
		"port: 1,000": 5, "port: 1000,": 5, "port: a=b,c]d": 7, "port: a ], b": 6, "port: a: b"[:7] + "x # c": 2, "port: x y z # c": 5, "port: [1, 2]": 6, "port: {a: 1}": 6, "port: a#b}": 4,
	} {
		type config struct{ Port int }
		_, problems := pass[config](t, yaml(text))
		if len(problems) != 1 || problems[0].Excerpt == nil || problems[0].Excerpt.Width != width || problems[0].Excerpt.Column != 7 {
			t.Errorf("%s: %+v", text, problems)
		}
	}
}

func TestAListOrMapInTheWrongPlaceHasItsLine(t *testing.T) {
	type config struct {
		Name   string
		Server struct {
			Addr  string
			Token string `secret:"true"`
		}
		Items []string
	}
	for text, want := range map[string]string{
		"name: [hunter2]":                  "c.yaml:1:7: name: […]",
		"name:\n- hunter2":                 "c.yaml:1:1: name:",
		"name:\n  hunter2: x":              "c.yaml:1:1: name:",
		"server: [hunter2, a]":             "c.yaml:1:9: server: […, …]",
		"server:\n- hunter2":               "c.yaml:1:1: server:",
		"items: {hunter2: x}":              "c.yaml:1:8: items: {…: …}",
		"items:\n  hunter2: x":             "c.yaml:1:1: items:",
		"server:\n  addr:\n    hunter2: a": "c.yaml:2:3:   addr:",
	} {
		_, problems := pass[config](t, yaml(text+"\n"))
		if len(problems) != 1 || problems[0].Excerpt == nil {
			t.Errorf("%q: %+v", text, problems)
			continue
		}
		if p := problems[0]; strings.TrimPrefix(p.Origin.String(), "/etc/app/")+": "+p.Excerpt.Text != want || strings.Contains(p.Text(), "hunter2") {
			t.Errorf("%q: got %s: %s; want %s", text, p.Origin, p.Excerpt.Text, want)
		}
	}
}

package config_test

import (
	"strings"
	"testing"

	"example.com/lastgood/config"
)

type renamedConfig struct {
	Server struct {
		Addr    string `alias:"bind .listen" validate:"omitempty,hostname_port"`
		Port    int    `alias:".old.port"`
		TLS     *struct{ Cert string }
		Timeout int `deprecated:"use server.addr"`
	} `alias:"srv .old.server"`
	Upstreams []struct {
		URL string `alias:"address"`
	}
	Tenants map[string]struct {
		Name string `alias:"title"`
	}
	DB struct {
		Password config.Secret `alias:"pass .db_password"`
	} `mapstructure:"db"`
	Labels map[string]string `alias:"tags"`
}

func TestAnOldKeySetsWhatItsFieldDoes(t *testing.T) {
	for text, get := range map[string]func(*renamedConfig) string{
		"server: {bind: 'a:1'}":                       func(c *renamedConfig) string { return c.Server.Addr },
		"listen: 'a:1'":                               func(c *renamedConfig) string { return c.Server.Addr },
		"Listen: 'a:1'":                               func(c *renamedConfig) string { return c.Server.Addr },
		"srv: {addr: 'a:1'}":                          func(c *renamedConfig) string { return c.Server.Addr },
		"srv: {bind: 'a:1'}":                          func(c *renamedConfig) string { return c.Server.Addr },
		"old: {server: {bind: 'a:1'}}":                func(c *renamedConfig) string { return c.Server.Addr },
		"old: {server: {tls: {cert: 'a:1'}}}":         func(c *renamedConfig) string { return c.Server.TLS.Cert },
		"old: {port: 0x1, server: {addr: 'a:1'}}":     func(c *renamedConfig) string { return c.Server.Addr },
		"upstreams: [{url: x}, {address: 'a:1'}]":     func(c *renamedConfig) string { return c.Upstreams[1].URL },
		"tenants: {x: {title: 'a:1'}}":                func(c *renamedConfig) string { return c.Tenants["x"].Name },
		"db_password: 'a:1'":                          func(c *renamedConfig) string { return c.DB.Password.Reveal() },
		"db: {pass: 'a:1'}":                           func(c *renamedConfig) string { return c.DB.Password.Reveal() },
		"tags: {a.b: 'a:1'}":                          func(c *renamedConfig) string { return c.Labels["a.b"] },
		"x-a: &a {address: 'a:1'}\nupstreams: [*a]":   func(c *renamedConfig) string { return c.Upstreams[0].URL },
		"old: ~\nsrv: {bind: 'a:1', port: 2}":         func(c *renamedConfig) string { return c.Server.Addr },
		"server: {port: 1}\nlisten: 'a:1'\nold: {}\n": func(c *renamedConfig) string { return c.Server.Addr },
	} {
		t.Run(text, func(t *testing.T) {
			s := open[renamedConfig](t, config.WithFile(yamlFile(t, text)))
			if got := get(s.Current()); got != "a:1" {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestWhatIsWrongAtAnOldKeyHasItsPlaceAndNamesIt(t *testing.T) {
	for text, want := range map[string]string{
		"listen: nope":         `c.yaml:1:9: server.addr: must be host:port, such as :8080, got "nope"; it is written as listen [hostname_port]`,
		"srv: {bind: nope}":    `c.yaml:1:13: server.addr: must be host:port, such as :8080, got "nope"; it is written as srv.bind [hostname_port]`,
		"old: {port: x}":       `c.yaml:1:13: server.port: want an integer, got "x"; it is written as old.port [type]`,
		"srv: {foo: 1}":        `c.yaml:1:7: server.foo: unknown key; the keys here are addr, port, tls and timeout; it is written as srv.foo [unknown_key]`,
		"old: {prot: 1}":       `c.yaml:1:7: old.prot: unknown key; did you mean "port"? [unknown_key]`,
		"upstreams: [address]": `c.yaml:1:13: upstreams[0]: want a map of keys, got "address" [type]`,
		"db_password: {a: 1}":  "c.yaml:1:14: db.password: want a string, got a map; it is written as db_password [type]",
	} {
		t.Run(text, func(t *testing.T) {
			wantProblems(t, config.Check[renamedConfig](config.WithFile(yamlFile(t, text))), want)
		})
	}
}

func TestAnOldKeyBesideTheOneOfNowInOneDocumentIsAnError(t *testing.T) {
	for text, want := range map[string]string{
		"listen: 'a:1'\nserver: {addr: 'b:2'}":               "c.yaml:1:1: server.addr: listen is an old key of it, and server.addr is set as well on line 2; keep one [duplicate_key]",
		"server: {addr: 'b:2',\n  bind: 'a:1'}":              "c.yaml:2:3: server.addr: server.bind is an old key of it, and server.addr is set as well on line 1; keep one [duplicate_key]",
		"server: {port: 1}\nsrv: {port: 1}":                  "c.yaml:2:1: server: srv is an old key of it, and server is set as well on line 1; keep one [duplicate_key]",
		"listen: 'a:1'\nserver: {bind: 'a:1'}":               "c.yaml:1:1: server.addr: listen is an old key of it, and server.bind is set as well on line 2; keep one [duplicate_key]",
		"listen: ~\nserver: {addr: 'b:2'}":                   "c.yaml:1:1: server.addr: listen is an old key of it, and server.addr is set as well on line 2; keep one [duplicate_key]",
		"old: {port: 1,\n  server: {port: 2}}":               "c.yaml:1:7: server.port: old.port is an old key of it, and old.server.port is set as well on line 2; keep one [duplicate_key]",
		"upstreams: [{url: a,\n    address: b}]":             "c.yaml:2:5: upstreams[0].url: upstreams[0].address is an old key of it, and upstreams[0].url is set as well on line 1; keep one [duplicate_key]",
		"tenants:\n  a: {name: a}\n  b: {title: a, name: b}": "c.yaml:3:7: tenants.b.name: tenants.b.title is an old key of it, and tenants.b.name is set as well on line 3; keep one [duplicate_key]",
		"db: {password: a}\ndb_password: b":                  "c.yaml:2:1: db.password: db_password is an old key of it, and db.password is set as well on line 1; keep one [duplicate_key]",
	} {
		t.Run(text, func(t *testing.T) {
			wantProblems(t, config.Check[renamedConfig](config.WithFile(yamlFile(t, text))), want)
		})
	}
}

func TestAcrossDocumentsTheHigherOfAnOldKeyAndTheOneOfNowWins(t *testing.T) {
	old, now := yamlFile(t, "listen: 'a:1'\ntags: {a: x, b: x}"), yamlFile(t, "server: {addr: 'b:2'}\nlabels: {b: y}")
	s := open[renamedConfig](t, config.WithFile(old, now))
	if c := s.Current(); c.Server.Addr != "b:2" || c.Labels["a"] != "x" || c.Labels["b"] != "y" {
		t.Errorf("got %+v", c)
	}
	if c := open[renamedConfig](t, config.WithFile(now, old)).Current(); c.Server.Addr != "a:1" || c.Labels["b"] != "x" {
		t.Errorf("got %+v", c)
	}
}

func TestSettingsHaveThePresentKeys(t *testing.T) {
	path := yamlFile(t, "old:\n  server:\n    bind: 'a:1'\nupstreams:\n- address: x\n")
	s := open[renamedConfig](t, config.WithFile(path))
	if o, ok := s.Origin("server.addr"); !ok || o.Name != path || o.Line != 3 || o.Column != 11 {
		t.Errorf("the origin is %v, %v", o, ok)
	}
	if _, ok := s.Value("old.server.bind"); ok {
		t.Error("there is a value by an old key")
	}
	for _, setting := range s.Settings() {
		if strings.Contains(setting.Key, "old") || strings.Contains(setting.Key, "address") {
			t.Errorf("it lists %s", setting)
		}
	}
	if v := s.Viper(); v.GetString("server.addr") != "a:1" || v.IsSet("old") || v.IsSet("server.bind") {
		t.Errorf("the Viper has %v", v.AllSettings())
	}
	put(t, path, "old: {server: {bind: 'a:2'}}\nupstreams: [{address: x}]")
	before := s.Current()
	if err := s.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if changes := s.Diff(before, s.Current()); len(changes) != 1 || changes[0].Key != "server.addr" {
		t.Errorf("the diff is %v", changes)
	}
}

func TestAnOldKeyOfASecretIsASecret(t *testing.T) {
	for _, text := range []string{"db_password: hunter22 : x", "db_password: {a: hunter22}", "db: {pass: [hunter22]}", "db_password: hunter22\nserver: {port: x, addr: hunter22}",
		"db_password:\nhunter22: 1", "db: {pass: , hunter22: 1}", "db_password: |\n  hunter22\n bad", "db_password: hunter22\ndb_password: hunter22"} {
		err := config.Check[renamedConfig](config.WithFile(yamlFile(t, text)))
		if err == nil || strings.Contains(err.Error(), "hunter22") {
			t.Errorf("%s: %v", text, err)
		}
	}
	s := open[renamedConfig](t, config.WithFile(yamlFile(t, "db_password: hunter22\n")))
	if v, ok := s.Value("db.password"); !ok || v != "[redacted]" {
		t.Errorf("got %v", v)
	}
	err := config.Check[renamedConfig](config.WithFile(yamlFile(t, "listen: 'a:1' : 2\n")))
	if err == nil || !strings.Contains(err.Error(), "listen: ") {
		t.Errorf("an old key that is no secret is hidden: %v", err)
	}
}

func TestWhatIsLeftOfAnOldSectionMakesNoOptionalOne(t *testing.T) {
	type later struct {
		Old *struct{ Other int }
		New int `alias:".old.value"`
	}
	if c := open[later](t, config.WithFile(yamlFile(t, "old: {value: 1}"))).Current(); c.Old != nil || c.New != 1 {
		t.Errorf("got %+v", c)
	}
	if c := open[later](t, config.WithFile(yamlFile(t, "old: {value: 1, other: 2}"))).Current(); c.Old == nil || c.Old.Other != 2 || c.New != 1 {
		t.Errorf("got %+v", c)
	}
}

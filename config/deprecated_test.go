package config_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/override"
)

func TestADeprecatedKeyIsLoggedOnceForEachPlace(t *testing.T) {
	log, path := &journal{}, yamlFile(t, "listen: 'a:1'\nserver:\n  timeout: 1\n")
	s := open[renamedConfig](t, config.WithFile(path), logTo(log))
	wantLogged(t, log.Take(), path+":1:1: server.addr: it is set by its old key listen; use server.addr", path+":3:3: server.timeout: it is deprecated; use server.addr")
	accepts(t, s, path, "listen: 'a:2'\nserver:\n  timeout: 2\n")
	accepts(t, s, path, "listen: 'a:2' # the same\nserver:\n  timeout: 2\n")
	if got := log.Take(); strings.Contains(got, "old key") || strings.Contains(got, "deprecated") {
		t.Errorf("it is logged again:\n%s", got)
	}
	put(t, path, "listen: 'a:3'\nserver:\n  port: x\n")
	if s.Reload(t.Context()) == nil {
		t.Fatal("accepted")
	}
	accepts(t, s, path, "# another line\nlisten: 'a:3'\n")
	wantLogged(t, log.Take(), path+":2:1: server.addr: it is set by its old key listen")
}

func TestADefaultSetsNoDeprecatedKey(t *testing.T) {
	type deprecated struct {
		A int `default:"1" deprecated:"use b"`
		B int
	}
	log := &journal{}
	open[deprecated](t, config.WithoutFile(), config.WithDefaults(deprecated{A: 2}), logTo(log))
	if got := log.String(); strings.Contains(got, "deprecated") {
		t.Error(got)
	}
	env(t, "APP_A", "1")
	open[deprecated](t, config.WithoutFile(), config.WithEnv("APP"), logTo(log))
	wantLogged(t, log.String(), "env APP_A: a: it is deprecated; use b")
}

func TestCheckWarnsOfOldAndDeprecatedKeys(t *testing.T) {
	var got []string
	path := yamlFile(t, "listen: 'a:1'\nserver: {timeout: 1}\ntenants: {}\n")
	err := config.Check[renamedConfig](config.WithFile(path), config.WithOverride(override.Override{Warned: func(p any) {
		w := p.(config.Problem)
		got = append(got, strings.TrimPrefix(w.String(), path))
		if !w.Warning || w.Code != config.CodeDeprecated {
			t.Errorf("got %+v", w)
		}
	}}))
	want := []string{":2:10: server.timeout: warning: it is deprecated; use server.addr [deprecated]", ":1:1: server.addr: warning: it is set by its old key listen; use server.addr [deprecated]"}
	if err != nil || len(got) != 2 || !(got[0] == want[0] && got[1] == want[1] || got[0] == want[1] && got[1] == want[0]) {
		t.Errorf("got %v, %q", err, got)
	}
}

func TestTheSchemaAcceptsOldKeysAndMarksThem(t *testing.T) {
	type renamed struct {
		Server struct {
			Addr string `alias:"bind .listen" validate:"required"`
		}
		Port int `deprecated:"use server.addr"`
	}
	data, err := config.JSONSchema[renamed]()
	if err != nil {
		t.Fatal(err)
	}
	type object struct {
		Properties map[string]struct {
			Deprecated  bool
			Description string
			Properties  map[string]struct{ Deprecated bool }
			Required    []string
		}
		Required []string
	}
	var o object
	if err := json.Unmarshal(data, &o); err != nil {
		t.Fatal(err)
	}
	server, listen := o.Properties["server"], o.Properties["listen"]
	if len(o.Required)+len(server.Required) > 0 || !o.Properties["port"].Deprecated || !server.Properties["bind"].Deprecated || server.Properties["addr"].Deprecated ||
		!listen.Deprecated || listen.Description != "An old key of server.addr." {
		t.Errorf("got %s", data)
	}
	if data, err = config.JSONSchema[renamedConfig](); err != nil || strings.Count(string(data), "It has nothing but old keys.") != 1 {
		t.Errorf("got %s, %v", data, err)
	}
	sample, err := config.Sample[renamed]("yaml")
	if err != nil || !strings.Contains(string(sample), "Old keys: bind, .listen.") || !strings.Contains(string(sample), "Deprecated: use server.addr.") {
		t.Errorf("got %s, %v", sample, err)
	}
	if err := config.Check[renamed](config.WithContent("sample.yaml", sample)); err != nil {
		t.Error(err)
	}
}

func TestNullOverAnEntryThatIsASectionIsWarnedOf(t *testing.T) {
	low, high, log := yamlFile(t, "tenants: {a: {name: x}, b: {name: y}}"), yamlFile(t, "tenants:\n  a:\n  c:\n  b: {}\n"), &journal{}
	c := open[renamedConfig](t, config.WithFile(low, high), logTo(log)).Current()
	if c.Tenants["a"].Name != "x" || len(c.Tenants) != 3 {
		t.Errorf("got %+v", c)
	}
	wantLogged(t, log.String(), "tenants.a: null takes nothing away of what "+low)
	if n := strings.Count(log.String(), "takes nothing away"); n != 1 {
		t.Errorf("%d warnings", n)
	}
}

// The versions of a program over which server.addr takes the place of listen.
type (
	fleetOld struct{ Listen string }
	fleetNew struct {
		Server struct {
			Addr string `alias:".listen" validate:"required"`
		}
	}
	fleetLater struct {
		Server struct {
			Addr string `validate:"required"`
		}
	}
)

const oldFile, newFile = "listen: 'a:1'\n", "server: {addr: 'b:2'}\n"

func TestAKeyIsRenamedAcrossAFleetWithoutAnError(t *testing.T) {
	path, log := yamlFile(t, oldFile), &journal{}
	open[fleetOld](t, config.WithFile(path)).Close()
	s := open[fleetNew](t, config.WithFile(path), logTo(log)) // first the program, which has both keys
	if got := s.Current().Server.Addr; got != "a:1" {
		t.Errorf("got %q", got)
	}
	accepts(t, s, path, newFile) // then the file, while it runs
	if got := s.Current().Server.Addr; got != "b:2" {
		t.Errorf("got %q", got)
	}
	accepts(t, s, path, oldFile) // which can be taken back as well
	accepts(t, s, path, newFile)
	wantLogged(t, log.String(), "set by its old key listen")
	if st := s.Status(); st.Attempts[config.Rejected] > 0 {
		t.Errorf("a reload was rejected: %+v", st)
	}
	open[fleetLater](t, config.WithFile(path)) // the alias is removed when no log contains it
}

func TestARolloutInTheOtherOrderKeepsTheLastGood(t *testing.T) {
	path := yamlFile(t, oldFile)
	old := open[fleetOld](t, config.WithFile(path))
	rejects(t, old, path, newFile, `c.yaml:1:1: server: unknown key; the only key here is listen [unknown_key]`)
	if got := old.Current().Listen; got != "a:1" {
		t.Errorf("got %q", got)
	}
	if got := open[fleetNew](t, config.WithFile(path)).Current().Server.Addr; got != "b:2" {
		t.Errorf("got %q", got)
	}
	err := config.Check[fleetLater](config.WithFile(yamlFile(t, oldFile)))
	if _, ok := errors.AsType[*config.Error](err); !ok || !strings.Contains(err.Error(), "listen: unknown key") {
		t.Errorf("got %v", err)
	}
}

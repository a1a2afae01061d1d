package config_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"example.com/lastgood/config"
)

// wantLogged wants a log with each of some texts once.
func wantLogged(t *testing.T, log string, want ...string) {
	t.Helper()
	for _, text := range want {
		if strings.Count(log, text) != 1 {
			t.Errorf("want once %q in\n%s", text, log)
		}
	}
}

func TestVariablesCountByTheirOldNames(t *testing.T) {
	for name, get := range map[string]func(*renamedConfig) string{
		"APP_SERVER_BIND":          func(c *renamedConfig) string { return c.Server.Addr },
		"APP_LISTEN":               func(c *renamedConfig) string { return c.Server.Addr },
		"APP_SRV_BIND":             func(c *renamedConfig) string { return c.Server.Addr },
		"APP_OLD_SERVER_ADDR":      func(c *renamedConfig) string { return c.Server.Addr },
		"app_listen":               func(c *renamedConfig) string { return c.Server.Addr },
		"APP_DB_PASS":              func(c *renamedConfig) string { return c.DB.Password.Reveal() },
		"APP_TAGS_TEAM":            func(c *renamedConfig) string { return c.Labels["team"] },
		"APP_UPSTREAMS_0_ADDRESS":  func(c *renamedConfig) string { return c.Upstreams[0].URL },
		"APP_TENANTS_ACME_TITLE":   func(c *renamedConfig) string { return c.Tenants["acme"].Name },
		"APP_OLD_SERVER_TLS_CERT":  func(c *renamedConfig) string { return c.Server.TLS.Cert },
		"APP_OLD_SERVER_BIND_FILE": func(c *renamedConfig) string { return c.Server.Addr },
	} {
		t.Run(name, func(t *testing.T) {
			value := "a:1"
			if strings.HasSuffix(name, "_FILE") {
				value = yamlFile(t, "a:1\n")
			}
			env(t, name, value)
			log := &journal{}
			s := open[renamedConfig](t, config.WithEnv("APP"), config.WithoutFile(), config.WithStrictEnv(), logTo(log))
			if got := get(s.Current()); got != "a:1" {
				t.Errorf("got %q", got)
			}
			wantLogged(t, log.String(), "env "+name+": ")
		})
	}
	env(t, "APP_UPSTREAMS", `[{"address": "x"}]`)
	if c := open[renamedConfig](t, config.WithEnv("APP"), config.WithoutFile()).Current(); c.Upstreams[0].URL != "x" {
		t.Errorf("got %+v", c)
	}
}

func TestAVariableByAnOldNameBesideTheOneOfNowIsAnError(t *testing.T) {
	env(t, "APP_SERVER_ADDR", "a:1", "APP_LISTEN", "a:1")
	wantProblems(t, config.Check[renamedConfig](config.WithEnv("APP"), config.WithoutFile()),
		"env APP_LISTEN: server.addr: both APP_SERVER_ADDR and APP_LISTEN are set; unset one [env]")
	env(t, "APP_LISTEN", "b:2")
	wantProblems(t, config.Check[renamedConfig](config.WithEnv("APP"), config.WithoutFile()),
		"env APP_LISTEN: server.addr: both APP_SERVER_ADDR and APP_LISTEN are set, to different texts; unset one [env]")
}

func TestAVariableByAnOldNameWinsOverAFile(t *testing.T) {
	env(t, "APP_LISTEN", "a:1")
	if c := open[renamedConfig](t, config.WithEnv("APP"), config.WithFile(yamlFile(t, "server: {addr: 'b:2'}"))).Current(); c.Server.Addr != "a:1" {
		t.Errorf("got %+v", c)
	}
}

func TestEnvVarsListsOldNames(t *testing.T) {
	all, err := config.EnvVars[renamedConfig](config.WithEnv("APP"))
	if err != nil || strings.Join(all[0].Old, " ") != "APP_SERVER_BIND APP_SRV_ADDR APP_SRV_BIND APP_LISTEN APP_OLD_SERVER_ADDR APP_OLD_SERVER_BIND" {
		t.Errorf("got %+v, %v", all[0], err)
	}
	if all[3].Deprecated != "use server.addr" {
		t.Errorf("got %+v", all[3])
	}
}

func TestFlagsCountByTheirOldNames(t *testing.T) {
	newSet := func() *pflag.FlagSet {
		set := pflag.NewFlagSet("app", pflag.ContinueOnError)
		if err := config.AddFlags[renamedConfig](set); err != nil {
			t.Fatal(err)
		}
		return set
	}
	for _, name := range []string{"listen", "srv.bind", "server.bind", "old.server.addr"} {
		set, log := newSet(), &journal{}
		if err := set.Parse([]string{"--" + name, "a:1"}); err != nil {
			t.Fatal(err)
		}
		if c := open[renamedConfig](t, config.WithFlags(set), config.WithoutFile(), logTo(log)).Current(); c.Server.Addr != "a:1" {
			t.Errorf("--%s: got %+v", name, c)
		}
		wantLogged(t, log.String(), "--"+name+": server.addr: the flag has an old name; use --server.addr")
	}
	set := newSet()
	if err := set.Parse([]string{"--listen", "a:1", "--server.addr", "a:1"}); err != nil {
		t.Fatal(err)
	}
	wantProblems(t, config.Check[renamedConfig](config.WithFlags(set), config.WithoutFile()),
		"--server.addr: server.addr: it sets the same key as --listen; use one of them [duplicate_key]",
		"--listen: server.addr: warning: the flag has an old name; use --server.addr [deprecated]")
	if usage := newSet().FlagUsages(); strings.Contains(usage, "listen") || !strings.Contains(usage, "server.addr") {
		t.Errorf("the usage is\n%s", usage)
	}
	own := pflag.NewFlagSet("own", pflag.ContinueOnError)
	own.String("listen", "", "")
	if err := errors.Join(config.AddFlags[renamedConfig](own), own.Parse([]string{"--listen=a:1"})); err != nil {
		t.Fatal(err)
	}
	if c := open[renamedConfig](t, config.WithFlags(own), config.WithoutFile()).Current(); c.Server.Addr != "a:1" {
		t.Errorf("a flag of the program's own: got %+v", c)
	}
}

func TestKeyFilesCountByTheirOldNames(t *testing.T) {
	dir, log := files(t, "srv.bind", "a:1\n", "old.port", "7\n", "db_password", "x", "tags", "a=b,c=d"), &journal{}
	c := open[renamedConfig](t, config.WithKeyDir(dir), config.WithoutFile(), logTo(log)).Current()
	if c.Server.Addr != "a:1" || c.Server.Port != 7 || c.DB.Password.Reveal() != "x" || c.Labels["c"] != "d" {
		t.Errorf("got %+v", c)
	}
	wantLogged(t, log.String(), "db_password: db.password: it is set by its old key db_password; use db.password")
	dir = files(t, "server.addr", "a:1", "listen", "a:1")
	wantProblems(t, config.Check[renamedConfig](config.WithKeyDir(dir), config.WithoutFile()),
		"listen: server.addr: listen is an old key of it, and server.addr is set as well, by "+dir+"/server.addr; keep one [duplicate_key]")
}

func TestAViperCountsByOldKeys(t *testing.T) {
	v := viper.New()
	v.Set("listen", "a:1")
	v.SetDefault("old.port", 7)
	t.Setenv("SRV_TIMEOUT", "3")
	v.SetEnvKeyReplacer(strings.NewReplacer(".", "_"))
	v.AutomaticEnv()
	if c := open[renamedConfig](t, config.WithViper(v), config.WithoutFile()).Current(); c.Server.Addr != "a:1" || c.Server.Port != 7 || c.Server.Timeout != 3 {
		t.Errorf("got %+v", c.Server)
	}
	v = viper.New()
	v.Set("upstreams", []any{map[string]any{"address": "x"}})
	v.Set("old.server", renamedConfig{}.Server)
	if c := open[renamedConfig](t, config.WithViper(v), config.WithoutFile()).Current(); c.Upstreams[0].URL != "x" {
		t.Errorf("got %+v", c)
	}
	v.Set("listen", "a:1")
	v.Set("server.addr", "a:1")
	if err := config.Check[renamedConfig](config.WithViper(v), config.WithoutFile()); err == nil || !strings.Contains(err.Error(), "listen is an old key of it") {
		t.Error(err)
	}
}

// blanks is a format of lines with a key, a blank and a value.
type blanks struct{}

func (blanks) Decode(data []byte, to map[string]any) error {
	for line := range bytes.Lines(data) {
		key, value, _ := strings.Cut(strings.TrimSpace(string(line)), " ")
		to[key] = value
	}
	return nil
}

func TestFilesOfACodecCountByOldKeys(t *testing.T) {
	dir := files(t, "a.txt", "listen a:1\ntags a=b\nOLD_PORT 7\n", "b.txt", "SERVER_ADDR a:1\nSERVER_BIND a:2\n")
	c := open[renamedConfig](t, config.WithFile(dir+"/a.txt"), config.WithCodec("txt", blanks{})).Current()
	if c.Server.Addr != "a:1" || c.Server.Port != 7 || c.Labels["a"] != "b" {
		t.Errorf("got %+v", c)
	}
	wantProblems(t, config.Check[renamedConfig](config.WithFile(dir+"/b.txt"), config.WithCodec("txt", blanks{})),
		"b.txt: server.addr: server.bind is an old key of it, and server.addr is set as well; keep one [duplicate_key]")
}

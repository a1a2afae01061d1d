package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/testkit"
)

type envConfig struct {
	Server struct {
		Addr        string        `default:":8080"`
		ReadTimeout time.Duration `default:"5s"`
		Port        int           `default:"80" validate:"max=65535"`
	}
	DB struct {
		DSN config.Secret
	} `mapstructure:"db"`
	Hosts    []string
	Limits   map[string]int
	CamelKey string `mapstructure:"camelKey"`
	Dashed   string `mapstructure:"with-dash"`
	Optional *struct{ A, B int }
	On       bool
}

// env sets variables, alternately names and values.
func env(t *testing.T, namesAndValues ...string) {
	t.Helper()
	for i := 0; i < len(namesAndValues); i += 2 {
		t.Setenv(namesAndValues[i], namesAndValues[i+1])
	}
}

func envStore(t *testing.T, opts ...config.Option) *config.Store[envConfig] {
	t.Helper()
	return open[envConfig](t, append(opts, config.WithEnv("APP"), config.WithoutFile())...)
}

func TestEachLeafHasAVariableInUpperSnakeCase(t *testing.T) {
	env(t, "APP_SERVER_READ_TIMEOUT", "7s", "APP_CAMEL_KEY", "c", "APP_WITH_DASH", "d", "APP_OPTIONAL_A", "1", "APP_ON", "true")
	c := envStore(t).Current()
	if c.Server.ReadTimeout != 7*time.Second || c.CamelKey != "c" || c.Dashed != "d" || c.Optional == nil || c.Optional.A != 1 || !c.On {
		t.Errorf("got %+v", c)
	}
}

func TestListsAndMapsComeFromOneVariable(t *testing.T) {
	for _, test := range []struct{ hosts, limits string }{
		{" a, b ", "x=1, Y.z = 2"},
		{`["a", "b"]`, `{"x": 1, "Y.z": 2}`},
	} {
		env(t, "APP_HOSTS", test.hosts, "APP_LIMITS", test.limits)
		c := envStore(t).Current()
		if !slices.Equal(c.Hosts, []string{"a", "b"}) || len(c.Limits) != 2 || c.Limits["x"] != 1 || c.Limits["Y.z"] != 2 {
			t.Errorf("%q and %q gave %v and %v", test.hosts, test.limits, c.Hosts, c.Limits)
		}
	}
}

// As in Viper, where AllowEmptyEnv is off.
func TestAnEmptyVariableCountsAsUnset(t *testing.T) {
	env(t, "APP_SERVER_ADDR", "", "APP_SERVER_PORT", "")
	if c := envStore(t).Current(); c.Server.Addr != ":8080" || c.Server.Port != 80 {
		t.Errorf("got %+v", c.Server)
	}
}

// Viper's AutomaticEnv makes the whole section zero then, without an error.
func TestAVariableNamedLikeASectionDoesNotReplaceIt(t *testing.T) {
	env(t, "APP_SERVER", "sqlite", "DB", "sqlite")
	var log journal
	if c := envStore(t, logTo(&log)).Current(); c.Server.Addr != ":8080" {
		t.Errorf("got %+v", c.Server)
	}
	if want := "unknown environment variable APP_SERVER; it would be a whole section; set its keys one by one, such as APP_SERVER_ADDR"; !strings.Contains(log.String(), want) {
		t.Errorf("the log lacks %q:\n%s", want, log.String())
	}
}

// Viper's Unmarshal ignores variables of keys that nothing else sets [761].
func TestAVariableAloneSetsItsKey(t *testing.T) {
	env(t, "APP_DB_DSN", "postgres://db")
	if c := envStore(t).Current(); c.DB.DSN.Reveal() != "postgres://db" {
		t.Errorf("got %q", c.DB.DSN.Reveal())
	}
}

func TestTheEnvironmentIsReadOnceAtLoad(t *testing.T) {
	env(t, "APP_SERVER_ADDR", ":1")
	path := yamlFile(t, "on: false")
	s := open[envConfig](t, config.WithFile(path), config.WithEnv("APP"))
	t.Setenv("APP_SERVER_ADDR", ":2")
	if c := accepts(t, s, path, "on: true"); c.Server.Addr != ":1" || !c.On {
		t.Errorf("got %+v", c)
	}
}

func TestWithoutAPrefixNamesAreBare(t *testing.T) {
	env(t, "SERVER_ADDR", ":9")
	if c := open[envConfig](t, config.WithEnv(""), config.WithoutFile()).Current(); c.Server.Addr != ":9" {
		t.Errorf("got %+v", c.Server)
	}
}

func TestAVariableThatTwoKeysShareIsAnErrorOnceItIsSet(t *testing.T) {
	type clash struct {
		DB struct{ DSN string }
		X  string `mapstructure:"db-dsn"`
	}
	open[clash](t, config.WithEnv("APP"), config.WithoutFile())
	env(t, "APP_DB_DSN", "x")
	wantProblems(t, config.Check[clash](config.WithEnv("APP"), config.WithoutFile()),
		"env APP_DB_DSN: db.dsn: it could set db.dsn or db-dsn; give one of them a name of its own, by an env tag or WithEnvName [env]")
	env(t, "DSN", "y")
	s := open[clash](t, config.WithEnv("APP"), config.WithEnvName("db.dsn", "DSN"), config.WithoutFile())
	if c := s.Current(); c.DB.DSN != "y" || c.X != "x" {
		t.Errorf("got %+v", c)
	}
}

func TestUnknownVariablesAreWarnedOfWithASuggestion(t *testing.T) {
	env(t, "APP_SERVR_ADDR", "hunter2", "APPLE", "no prefix", "APP_X", "")
	var log journal
	envStore(t, logTo(&log))
	if want := "unknown environment variable APP_SERVR_ADDR; did you mean APP_SERVER_ADDR?"; !strings.Contains(log.String(), want) {
		t.Errorf("the log lacks %q:\n%s", want, log.String())
	}
	for _, not := range []string{"hunter2", "APPLE", "APP_X"} {
		if strings.Contains(log.String(), not) {
			t.Errorf("the log has %q:\n%s", not, log.String())
		}
	}
}

func TestStrictEnvMakesUnknownVariablesAnError(t *testing.T) {
	env(t, "APP_SERVR_ADDR", "x")
	err := config.Check[envConfig](config.WithEnv("APP"), config.WithStrictEnv(), config.WithFile(yamlFile(t, "prot: 1")))
	wantProblems(t, err,
		"c.yaml:1:1: prot: unknown key; the keys here are server, db, hosts, limits, camelKey, with-dash, optional and on [unknown_key]",
		"env APP_SERVR_ADDR: unknown environment variable APP_SERVR_ADDR; did you mean APP_SERVER_ADDR? [env]")
}

func TestServiceLinksGetAHint(t *testing.T) {
	env(t, "APP_SERVER_PORT", "tcp://10.0.0.1:80", "APP_SERVICE_HOST", "10.0.0.1")
	err := config.Check[envConfig](config.WithEnv("APP"), config.WithStrictEnv(), config.WithFile(yamlFile(t, "server:\n  port: 99")))
	const hint = "it looks like what Kubernetes sets for a Service of that name; enableServiceLinks: false in the pod's spec turns that off"
	if got := problems(t, err); strings.Count(got, hint) != 2 {
		t.Errorf("got\n%s", got)
	}
}

func TestTheProblemOfAVariableNamesTheValueThatItOverrides(t *testing.T) {
	env(t, "APP_SERVER_PORT", "many")
	path := yamlFile(t, "server:\n  port: 99\n")
	err := config.Check[envConfig](config.WithEnv("APP"), config.WithFile(path))
	wantProblems(t, err, `env APP_SERVER_PORT: server.port: want an integer, got "many"; it overrides `+path+`:2:9 [type]`)
	env(t, "APP_SERVER_PORT", "70000")
	err = config.Check[envConfig](config.WithEnv("APP"), config.WithoutFile())
	wantProblems(t, err, `env APP_SERVER_PORT: server.port: must be 65535 or less, got 70000; it overrides the default tag [max]`)
	env(t, "APP_SERVER_PORT", "1", "APP_LIMITS", "a", "APP_HOSTS", "[a")
	err = config.Check[envConfig](config.WithEnv("APP"), config.WithoutFile())
	if got := problems(t, err); !strings.Contains(got, "env APP_LIMITS: limits: want k=v,k2=v2 or JSON [type]") || !strings.Contains(got, "env APP_HOSTS: hosts: not valid JSON") {
		t.Errorf("got\n%s", got)
	}
}

func TestRequiredNamesTheVariable(t *testing.T) {
	type required struct {
		Server struct {
			Token string `validate:"required"`
			Name  string
		}
	}
	path := yamlFile(t, "server:\n  name: x\n")
	wantProblems(t, config.Check[required](config.WithEnv("APP"), config.WithFile(path)),
		`c.yaml:1:1: server.token: required, not set; set it under "server" (line 1) or APP_SERVER_TOKEN [required]`)
	env(t, "APP_SERVER_NAME", "x")
	wantProblems(t, config.Check[required](config.WithEnv("APP"), config.WithoutFile()),
		`server.token: required, not set; set APP_SERVER_TOKEN [required]`)
}

func TestAVariableNamesAFileWhichIsFollowed(t *testing.T) {
	dir := files(t, "dsn", "postgres://one\n", "hosts", "a,b")
	path := filepath.Join(dir, "dsn")
	env(t, "APP_DB_DSN_FILE", path, "APP_HOSTS_FILE", filepath.Join(dir, "hosts"))
	s := envStore(t, config.WithSettle(0))
	if c := s.Current(); c.DB.DSN.Reveal() != "postgres://one" || len(c.Hosts) != 2 {
		t.Errorf("got %q, %v", c.DB.DSN.Reveal(), c.Hosts)
	}
	if o, _ := s.Origin("db.dsn"); o.Kind != config.OriginEnvFile || o.Name != path {
		t.Errorf("db.dsn comes from %+v", o)
	}
	changed := make(chan struct{}, 10)
	s.OnChange(func(_, _ *envConfig) { changed <- struct{}{} })
	put(t, path+".tmp", "postgres://two\n")
	if err := os.Rename(path+".tmp", path); err != nil { // in place, it would be empty for a moment
		t.Fatal(err)
	}
	within(t, changed, "a change of the file")
	if c := s.Current(); c.DB.DSN.Reveal() != "postgres://two" {
		t.Errorf("got %q", c.DB.DSN.Reveal())
	}
}

func TestAVariableAndItsFileAreOneTooMany(t *testing.T) {
	env(t, "APP_DB_DSN", "hunter2", "APP_DB_DSN_FILE", "/nope")
	err := config.Check[envConfig](config.WithEnv("APP"), config.WithoutFile())
	wantProblems(t, err, "env APP_DB_DSN_FILE: db.dsn: both APP_DB_DSN and APP_DB_DSN_FILE are set; unset one [env]")
}

func TestAMissingFileOfAVariableIsReported(t *testing.T) {
	env(t, "APP_DB_DSN_FILE", "/nope/dsn")
	err := config.Check[envConfig](config.WithEnv("APP"), config.WithoutFile())
	wantProblems(t, err, "dsn: db.dsn: no such file; APP_DB_DSN_FILE names it [missing_file]")
}

// within waits for c.
func within[V any](t testing.TB, c <-chan V, what string) V {
	t.Helper()
	return testkit.Within(t, c, what)
}

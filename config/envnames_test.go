package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
)

type namesConfig struct {
	LogLevel     string
	SlackWebhook struct{ URL string }
	UserIDs      []string
	OAuth2ID     string
	GitHub       struct{ Token config.Secret }
	Port         int    `env:"PORT HTTP_PORT"`
	DatabaseURL  string `env:"DATABASE_URL"`
	Hidden       string `env:"-"`
	Vault        struct {
		Addr  string
		Token config.Secret `env:"VAULT_TOKEN"`
	} `env:"-"`
}

func namesOf(t *testing.T, prefix string, opts ...config.Option) namesConfig {
	t.Helper()
	return *open[namesConfig](t, append(opts, config.WithEnv(prefix), config.WithoutFile())...).Current()
}

func TestThePrefixIsTakenAsPeopleWriteIt(t *testing.T) {
	for prefix, variable := range map[string]string{"app": "APP", "APP_": "APP", "my-app": "MY_APP", "my.app_": "MY_APP", "myApp": "MYAPP", "My_App": "MY_APP", "app2": "APP2"} {
		t.Run(prefix, func(t *testing.T) {
			env(t, variable+"_LOG_LEVEL", "debug")
			if got := namesOf(t, prefix).LogLevel; got != "debug" {
				t.Errorf("got %q", got)
			}
			if all, err := config.EnvVars[namesConfig](config.WithEnv(prefix)); err != nil || all[0].Name != variable+"_LOG_LEVEL" {
				t.Errorf("it is listed as %v, %v", all, err)
			}
		})
	}
	for _, prefix := range []string{"_", "-", "my app", "A=B", "a\x00", "a/b"} {
		if err := config.Check[namesConfig](config.WithEnv(prefix), config.WithoutFile()); err == nil {
			t.Errorf("the prefix %q is accepted", prefix)
		}
	}
}

func TestAnotherSpellingOfANameCountsIfItFitsOneKey(t *testing.T) {
	for name, get := range map[string]func(namesConfig) string{
		"APP_LOGLEVEL": func(c namesConfig) string { return c.LogLevel }, "APP_log_level": func(c namesConfig) string { return c.LogLevel },
		"app_loglevel": func(c namesConfig) string { return c.LogLevel }, "APP_LOG__LEVEL": func(c namesConfig) string { return c.LogLevel },
		"APP_SLACK_WEBHOOKURL":  func(c namesConfig) string { return c.SlackWebhook.URL },
		"APP_SLACKWEBHOOK__URL": func(c namesConfig) string { return c.SlackWebhook.URL },
		"APP_USERIDS":           func(c namesConfig) string { return strings.Join(c.UserIDs, ",") },
		"APP_USER_I_DS":         func(c namesConfig) string { return strings.Join(c.UserIDs, ",") },
		"APP_OAUTH2_ID":         func(c namesConfig) string { return c.OAuth2ID }, "APP_O_AUTH2_ID": func(c namesConfig) string { return c.OAuth2ID },
		"APP_GIT_HUB_TOKEN": func(c namesConfig) string { return c.GitHub.Token.Reveal() },
	} {
		t.Run(name, func(t *testing.T) {
			env(t, name, "set")
			if got := get(namesOf(t, "APP")); got != "set" {
				t.Errorf("got %q", got)
			}
			path := filepath.Join(files(t, "value", "from a file\n"), "value")
			t.Setenv(name, "")
			env(t, name+"_FILE", path)
			if got := get(namesOf(t, "APP")); got != "from a file" {
				t.Errorf("from a file, got %q", got)
			}
		})
	}
}

func TestWithoutAPrefixOnlyTheDocumentedNameCounts(t *testing.T) {
	env(t, "LOGLEVEL", "other", "GITHUB_TOKEN", "set", "log_level", "other")
	if c := namesOf(t, ""); c.LogLevel != "" || c.GitHub.Token.Reveal() != "set" {
		t.Errorf("got %+v", c)
	}
}

func TestTheDocumentedNameWinsOverAnotherThatFoldsToIt(t *testing.T) {
	type twins struct {
		FooBar string
		Foo    struct{ Bar string }
		F      struct {
			OOBar string `mapstructure:"oobar"`
		}
	}
	env(t, "APP_F_OOBAR", "exactly")
	if c := open[twins](t, config.WithEnv("APP"), config.WithoutFile()).Current(); c.F.OOBar != "exactly" || c.FooBar != "" {
		t.Errorf("got %+v", c)
	}
	env(t, "APP_FOOBAR", "x")
	err := config.Check[twins](config.WithEnv("APP"), config.WithoutFile())
	wantProblems(t, err, "env APP_FOOBAR: foo_bar: it could set foo_bar or foo.bar; give one of them a name of its own, by an env tag or WithEnvName [env]")
}

func TestTwoVariablesForOneKeyMustAgree(t *testing.T) {
	env(t, "APP_LOG_LEVEL", "debug", "APP_LOGLEVEL", "debug")
	if c := namesOf(t, "APP"); c.LogLevel != "debug" {
		t.Errorf("got %+v", c)
	}
	env(t, "APP_LOGLEVEL", "info")
	wantProblems(t, config.Check[namesConfig](config.WithEnv("APP"), config.WithoutFile()),
		"env APP_LOGLEVEL: log_level: both APP_LOG_LEVEL and APP_LOGLEVEL are set, to different texts; unset one [env]")
}

func TestAFieldHasNamesOfItsOwn(t *testing.T) {
	env(t, "HTTP_PORT", "81", "APP_PORT", "1", "APP_HIDDEN", "x", "APP_VAULT_ADDR", "x", "VAULT_TOKEN", "x")
	var log journal
	s := open[namesConfig](t, config.WithEnv("APP"), config.WithoutFile(), logTo(&log))
	if c := s.Current(); c.Port != 81 || c.Hidden != "" || c.Vault.Addr != "" || c.Vault.Token.Reveal() != "" {
		t.Errorf("got %+v", c)
	}
	if o, _ := s.Origin("port"); o.Name != "HTTP_PORT" {
		t.Errorf("port comes from %v", o)
	}
	for _, name := range []string{"APP_PORT", "APP_HIDDEN", "APP_VAULT_ADDR"} {
		if !strings.Contains(log.String(), "unknown environment variable "+name) {
			t.Errorf("nothing is logged of %s:\n%s", name, log.String())
		}
	}
	env(t, "PORT", "80")
	if c := namesOf(t, "APP"); c.Port != 80 {
		t.Errorf("the first name does not win: %+v", c)
	}
	t.Setenv("PORT", "")
	env(t, "PORT_FILE", filepath.Join(files(t, "port", "82\n"), "port"))
	if c := namesOf(t, "APP"); c.Port != 82 {
		t.Errorf("the file of the first name does not win: %+v", c)
	}
	env(t, "PORT", "80")
	wantProblems(t, config.Check[namesConfig](config.WithEnv("APP"), config.WithoutFile()), "env PORT_FILE: port: both PORT and PORT_FILE are set; unset one [env]",
		"env APP_HIDDEN: warning: unknown environment variable APP_HIDDEN; there is no variable for that key [env]",
		"env APP_PORT: warning: unknown environment variable APP_PORT; the variable for that key is PORT, or else HTTP_PORT [env]",
		"env APP_VAULT_ADDR: warning: unknown environment variable APP_VAULT_ADDR; there is no variable for that key [env]")
}

func TestWithEnvNameNamesTheVariablesOfAKey(t *testing.T) {
	env(t, "PG_URL", "pg", "LEVEL", "warn", "PORT", "80", "APP_USER_IDS", "a,b", "IDS", "c", "APP_LOG_LEVEL", "debug")
	c := namesOf(t, "APP", config.WithEnvName("database_url", "DB_URL", "PG_URL"), config.WithEnvName("logLevel", "LEVEL"),
		config.WithEnvName("port", "-"), config.WithEnvName("user_ids", "IDS"))
	if c.DatabaseURL != "pg" || c.LogLevel != "warn" || c.Port != 0 || !slices.Equal(c.UserIDs, []string{"c"}) {
		t.Errorf("got %+v", c)
	}
	for _, test := range []struct {
		opt  config.Option
		want string
	}{
		{config.WithEnvName("prot", "X"), "names of variables are given for prot, which is no key that takes a value; did you mean port?"},
		{config.WithEnvName("git_hub", "X"), "names of variables are given for git_hub, which is no key that takes a value"},
		{config.WithEnvName("port"), `WithEnvName("port"): no name is given`},
		{config.WithEnvName("port", "A=B"), `WithEnvName("port", ["A=B"]): these are no names of variables`},
		{config.WithEnvName("port", "A", "A"), "these are no names"},
		{config.WithEnvName("port", ""), "these are no names"},
	} {
		if err := config.Check[namesConfig](test.opt, config.WithEnv("APP"), config.WithoutFile()); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
	for _, opt := range []config.Option{config.WithEnvName("port", "X"), config.WithEmptyEnv(), config.WithoutServiceLinks()} {
		if err := config.Check[namesConfig](opt, config.WithoutFile()); err == nil || !strings.Contains(err.Error(), "the environment is not read; see WithEnv") {
			t.Errorf("without WithEnv: %v", err)
		}
	}
}

func TestAnEnvTagThatMeansNothingIsAnErrorWhereTheEnvironmentIsRead(t *testing.T) {
	type other struct {
		Port int             `env:"PORT,required"`
		DB   struct{ A int } `env:"DB"`
	}
	open[other](t, config.WithoutFile())
	err := config.Check[other](config.WithEnv("APP"), config.WithoutFile())
	wantProblems(t, err,
		`config_test.other.Port: its tag env:"PORT,required" has a comma; names have blanks between them, and what must be set has validate:"required" [schema]`,
		`config_test.other.DB: its tag env:"DB" names a variable, but it is a section; name those of its keys, or use env:"-" for none [schema]`)
}

func TestNamesAreInTheListTheSampleAndTheSchema(t *testing.T) {
	opts := []config.Option{config.WithEnv("APP"), config.WithEnvName("database_url", "DB_URL")}
	all, err := config.EnvVars[namesConfig](opts...)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, v := range all {
		names = append(names, strings.Join(append([]string{v.Name}, v.Others...), " "))
	}
	if want := []string{"APP_LOG_LEVEL", "APP_SLACK_WEBHOOK_URL", "APP_USER_IDS", "APP_OAUTH2_ID", "APP_GITHUB_TOKEN", "PORT HTTP_PORT", "DB_URL"}; !slices.Equal(names, want) {
		t.Errorf("got %q", names)
	}
	sample, err := config.Sample[namesConfig]("yaml", opts...)
	if err != nil || !strings.Contains(string(sample), "Variable: PORT, or else HTTP_PORT.") || !strings.Contains(string(sample), "Variable: DB_URL.") || strings.Contains(string(sample), "VAULT") {
		t.Errorf("the sample is %v\n%s", err, sample)
	}
	schema, err := config.JSONSchema[namesConfig](opts...)
	if err != nil || !strings.Contains(string(schema), "Variable: PORT, or else HTTP_PORT.") || !strings.Contains(string(schema), "Variable: DB_URL.") {
		t.Errorf("the schema is %v\n%s", err, schema)
	}
}

func TestAnEmptyVariableCanSetTheEmptyText(t *testing.T) {
	type texts struct {
		Name  string            `default:"x"`
		List  []string          `default:"a"`
		Map   map[string]string `default:"a=b"`
		Empty string            `default:"x"`
		N     int               `default:"5"`
	}
	env(t, "APP_NAME", "", "APP_LIST", "", "APP_MAP", "\n", "APP_EMPTY_FILE", "", "APP_UNKNOWN", "")
	c := open[texts](t, config.WithEnv("APP"), config.WithEmptyEnv(), config.WithoutFile()).Current()
	if c.Name != "" || len(c.List) != 0 || c.Map["a"] != "b" || c.Empty != "x" || c.N != 5 {
		t.Errorf("got %+v", c)
	}
	env(t, "APP_N", "")
	wantProblems(t, config.Check[texts](config.WithEnv("APP"), config.WithEmptyEnv(), config.WithoutFile()),
		`env APP_N: n: want an integer, got ""; it overrides the default tag [type]`)
}

func TestAFinalNewlineOfAVariableIsDropped(t *testing.T) {
	type texts struct {
		N    int
		D    time.Duration
		Text string `default:"x"`
		Tail string
	}
	env(t, "APP_N", "5\n", "APP_D", "5s\r\n", "APP_TEXT", "\n", "APP_TAIL", "a\n\n")
	if c := open[texts](t, config.WithEnv("APP"), config.WithoutFile()).Current(); c.N != 5 || c.D != 5*time.Second || c.Text != "x" || c.Tail != "a\n" {
		t.Errorf("got %+v", c)
	}
}

type linked struct {
	Port    string `default:"80" validate:"numeric"`
	Service struct {
		Host string `default:"localhost"`
		Port int    `default:"1"`
	}
	DB struct {
		Port   string
		Labels map[string]string `mapstructure:"port_5432"`
	}
}

// links sets the variables that Kubernetes sets for the Services app and app-db.
func links(t *testing.T) {
	t.Helper()
	env(t, "APP_SERVICE_HOST", "10.0.0.1", "APP_SERVICE_PORT", "80", "APP_SERVICE_PORT_HTTP", "80", "APP_PORT", "tcp://10.0.0.1:80",
		"APP_PORT_80_TCP", "tcp://10.0.0.1:80", "APP_PORT_80_TCP_PROTO", "tcp", "APP_PORT_80_TCP_PORT", "80", "APP_PORT_80_TCP_ADDR", "10.0.0.1",
		"APP_DB_SERVICE_HOST", "10.0.0.2", "APP_DB_SERVICE_PORT", "5432", "APP_DB_PORT", "tcp://10.0.0.2:5432",
		"APP_DB_PORT_5432_TCP", "tcp://10.0.0.2:5432", "APP_DB_PORT_5432_TCP_PROTO", "tcp", "APP_DB_PORT_5432_TCP_PORT", "5432", "APP_DB_PORT_5432_TCP_ADDR", "10.0.0.2")
}

const linkHint = "it looks like what Kubernetes sets for a Service of that name; enableServiceLinks: false in the pod's spec turns that off, and WithoutServiceLinks leaves it out"

func TestServiceLinksGetAHintWhereverTheyDoHarm(t *testing.T) {
	links(t)
	err := config.Check[linked](config.WithEnv("APP"), config.WithoutFile())
	if text := problems(t, err); !strings.Contains(text, `env APP_PORT: port: must be a number, got "tcp://10.0.0.1:80"; `+linkHint) {
		t.Errorf("of a rule:\n%s", text)
	}
	type quiet struct {
		Service struct{ Host string }
		DB      struct{ Port string }
	}
	var log journal
	open[quiet](t, config.WithEnv("APP"), config.WithoutFile(), logTo(&log))
	for _, want := range []string{"APP_SERVICE_HOST: service.host: it may not be meant for this key; " + linkHint, "APP_DB_PORT: db.port: it may not be meant for this key; " + linkHint} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, log.String())
		}
	}
	type listed struct{ Port map[string]string }
	err = config.Check[listed](config.WithEnv("APP"), config.WithoutFile())
	if text := problems(t, err); !strings.Contains(text, "env APP_PORT: port: want k=v,k2=v2 or JSON; "+linkHint) {
		t.Errorf("of a map:\n%s", text)
	}
}

func TestWithoutServiceLinksLeavesThemOut(t *testing.T) {
	links(t)
	opts := []config.Option{config.WithEnv("APP"), config.WithoutServiceLinks(), config.WithStrictEnv(), config.WithoutFile()}
	if c := open[linked](t, opts...).Current(); c.Port != "80" || c.Service.Host != "localhost" || c.Service.Port != 1 || c.DB.Port != "" || len(c.DB.Labels) > 0 {
		t.Errorf("got %+v", c)
	}
	env(t, "APP_PORT", "8080", "APP_SERVICE_PORT", "9090", "APP_DB_SERVICE_HOST", "db.internal")
	opts = slices.Delete(opts, 2, 3)
	if c := open[linked](t, opts...).Current(); c.Port != "8080" || c.Service.Host != "localhost" || c.Service.Port != 9090 || c.DB.Port != "tcp://10.0.0.2:5432" {
		t.Errorf("what somebody else sets: got %+v", c)
	}
}

func TestWithTheEnvironmentAloneNoFileIsNeeded(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	env(t, "APP_LOG_LEVEL", "debug")
	var log journal
	s := open[namesConfig](t, config.WithEnv("APP"), logTo(&log))
	if c := s.Current(); c.LogLevel != "debug" {
		t.Errorf("got %+v", c)
	}
	if text := log.String(); !strings.Contains(text, "no configuration file; tried $CONFIG_FILE, which is not set, and config.{yaml,yml,toml,json} in ") || !strings.Contains(text, "level=INFO") {
		t.Errorf("logged %s", text)
	}
	t.Setenv("CONFIG_FILE", filepath.Join(t.TempDir(), "missing.yaml"))
	if err := config.Check[namesConfig](config.WithEnv("APP")); err == nil {
		t.Error("a file that is named is not needed either")
	}
	if err := os.Unsetenv("CONFIG_FILE"); err != nil {
		t.Fatal(err)
	}
	if err := config.Check[namesConfig](); err == nil || !strings.Contains(err.Error(), "WithEnv") {
		t.Errorf("without the environment: %v", err)
	}
}

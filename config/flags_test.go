package config_test

import (
	"errors"
	"flag"
	"net"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"example.com/lastgood/config"
)

type flagConfig struct {
	Server struct {
		Addr    string `default:":80"`
		Timeout time.Duration
		IP      net.IP `mapstructure:"ip"`
	}
	Hosts  []string
	Limits map[string]int
	On     bool `default:"true"`
}

// flagSet returns a parsed flag set with the flags of every kind.
func flagSet(t *testing.T, args ...string) *pflag.FlagSet {
	t.Helper()
	fs := pflag.NewFlagSet("test", pflag.ContinueOnError)
	fs.String("server-addr", ":flag", "")
	fs.Duration("server.timeout", time.Hour, "")
	fs.IP("server-ip", nil, "")
	fs.StringArray("hosts", []string{"flag"}, "")
	fs.StringToInt("limits", nil, "")
	fs.Bool("on", false, "")
	fs.String("listen", "", "")
	fs.Bool("verbose", false, "")
	if err := fs.Parse(args); err != nil {
		t.Fatal(err)
	}
	return fs
}

// A flag's own default is below everything else, and only there if it is not zero.
func TestTheDefaultOfAFlagHoldsWhereNothingElseIsSet(t *testing.T) {
	s := open[flagConfig](t, config.WithFlags(flagSet(t)), config.WithFile(yamlFile(t, "server: {timeout: 5s}")))
	if c := s.Current(); c.Server.Addr != ":80" || c.Server.Timeout != 5*time.Second || !reflect.DeepEqual(c.Hosts, []string{"flag"}) || !c.On || c.Limits != nil {
		t.Errorf("got %+v", c)
	}
	for key, want := range map[string]string{"server.addr": "default", "server.timeout": "/", "hosts": "default of --hosts", "on": "default", "limits": ""} {
		if o, ok := s.Origin(key); !ok || !strings.HasPrefix(o.String(), want) || want == "" && o.String() != "" {
			t.Errorf("%s comes from %q, want %q", key, o, want)
		}
	}
}

// Defaults of flags make no optional section, and one that its field cannot have matters
// only where nothing else is set.
func TestDefaultsOfFlagsThatAreNotWanted(t *testing.T) {
	type limited struct {
		TLS  *struct{ Port int } `mapstructure:"tls"`
		Size int
		Tags map[string]int
	}
	fs := pflag.NewFlagSet("x", pflag.ContinueOnError)
	fs.Int("tls-port", 443, "")
	fs.String("size", "auto", "")
	if err := fs.Parse(nil); err != nil {
		t.Fatal(err)
	}
	good := yamlFile(t, "size: 1\ntags: {a: 1}\n")
	if c := open[limited](t, config.WithFlags(fs), config.WithFile(good)).Current(); c.TLS != nil || c.Size != 1 {
		t.Errorf("got %+v", c)
	}
	if c := open[limited](t, config.WithFlags(fs), config.WithFile(good, yamlFile(t, "tls: {}\n"))).Current(); c.TLS == nil || c.TLS.Port != 443 {
		t.Errorf("got %+v", c)
	}
	wantProblems(t, config.Check[limited](config.WithFlags(fs), config.WithoutFile()),
		`default of --size: size: want an integer, got "auto" [type]`)
	fs.String("tags", "auto", "")
	wantProblems(t, config.Check[limited](config.WithFlags(fs), config.WithFile(good)),
		`default of --tags: tags: want k=v,k2=v2 or JSON [type]`)
}

func TestFlagsOfEveryKind(t *testing.T) {
	fs := flagSet(t, "--server-addr=:1", "--server.timeout=2s", "--server-ip=10.0.0.1", "--hosts=a,b", "--hosts=c", "--limits=a=1,b=2", "--on=false", "--verbose")
	s := open[flagConfig](t, config.WithFlags(fs), config.WithoutFile())
	c := s.Current()
	if c.Server.Addr != ":1" || c.Server.Timeout != 2*time.Second || c.Server.IP.String() != "10.0.0.1" || c.On ||
		!reflect.DeepEqual(c.Hosts, []string{"a,b", "c"}) || !reflect.DeepEqual(c.Limits, map[string]int{"a": 1, "b": 2}) {
		t.Errorf("got %+v", c)
	}
	if o, _ := s.Origin("server.addr"); o.String() != "--server-addr" {
		t.Errorf("server.addr comes from %v", o)
	}
}

func TestTheKeyOfAFlagComesFromAnAnnotationOrAnOption(t *testing.T) {
	fs := flagSet(t, "--listen=:7")
	if err := fs.SetAnnotation("listen", "config", []string{"server.addr"}); err != nil {
		t.Fatal(err)
	}
	if c := open[flagConfig](t, config.WithFlags(fs), config.WithoutFile()).Current(); c.Server.Addr != ":7" {
		t.Errorf("by annotation: got %+v", c.Server)
	}
	fs = flagSet(t, "--listen=:8")
	if c := open[flagConfig](t, config.WithFlags(fs), config.WithFlagKey("listen", "Server.Addr"), config.WithoutFile()).Current(); c.Server.Addr != ":8" {
		t.Errorf("by option: got %+v", c.Server)
	}
}

// A set may have another spelling for the names of its flags.
func TestAFlagIsFoundByAnySpellingThatItsSetHas(t *testing.T) {
	for _, name := range []string{"listen_on", "listen-on"} {
		fs := pflag.NewFlagSet("test", pflag.ContinueOnError)
		fs.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
			return pflag.NormalizedName(strings.ReplaceAll(name, "_", "-"))
		})
		fs.String("listen_on", "", "")
		if err := fs.Parse([]string{"--listen_on=:7"}); err != nil {
			t.Fatal(err)
		}
		if c := open[flagConfig](t, config.WithFlags(fs), config.WithFlagKey(name, "server.addr"), config.WithoutFile()).Current(); c.Server.Addr != ":7" {
			t.Errorf("%s: got %+v", name, c.Server)
		}
	}
}

func TestFlagsThatCannotBeRightAreReported(t *testing.T) {
	fs := flagSet(t, "--listen=:8", "--server-addr=:9", "--server.timeout=0")
	check := func(key string) error {
		return config.Check[flagConfig](config.WithFlags(fs), config.WithFlagKey("listen", key), config.WithoutFile())
	}
	wantProblems(t, check("server.adr"), `--listen: server.adr: the flag is meant for a key that does not exist; did you mean server.addr? [unknown_key]`)
	wantProblems(t, check("server.addr"), `--server-addr: server.addr: it sets the same key as --listen; use one of them [duplicate_key]`)
	err := config.Check[flagConfig](config.WithFlags(fs), config.WithFlagKey("lissen", "x"), config.WithoutFile())
	if want := `config: WithFlagKey: there is no flag "lissen"`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	type twice struct {
		ServerAddr string `mapstructure:"server_addr"`
		Server     struct{ Addr, Port string }
	}
	err = config.Check[twice](config.WithFlags(flagSet(t, "--server-ip=10.0.0.1")), config.WithoutFile())
	if err != nil {
		t.Errorf("a flag for nothing: %v", err)
	}
	s := open[twice](t, config.WithFlags(flagSet(t, "--server-addr=:1")), config.WithoutFile())
	if c := s.Current(); c.ServerAddr != ":1" || c.Server.Addr != "" {
		t.Errorf("the flag of exactly that name: got %+v", c)
	}
	type ambiguous struct {
		ServerAd struct{ Dr string }
		Server   struct{ Addr string }
	}
	wantProblems(t, config.Check[ambiguous](config.WithFlags(flagSet(t, "--server-addr=:1")), config.WithoutFile()),
		"--server-addr: it could mean server_ad.dr or server.addr; tell its key with WithFlagKey [unknown_key]")
}

// warned opens a configuration of type T and returns the log, as levels and messages.
func warned[T any](t *testing.T, opts ...config.Option) string {
	t.Helper()
	log := new(journal)
	s, err := config.Open[T](append(opts, config.WithoutFile(), logTo(log))...)
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	var lines []string
	for line := range strings.Lines(log.String()) {
		_, rest, _ := strings.Cut(line, " ") // the time
		if !strings.Contains(rest, "config: loaded") {
			lines = append(lines, strings.TrimSpace(rest))
		}
	}
	return strings.Join(lines, "\n")
}

func TestFlagsThatWereGivenAndSetNothingAreLogged(t *testing.T) {
	type few struct {
		Server struct{ Port, Addr string }
	}
	set := func(args ...string) *pflag.FlagSet {
		fs := pflag.NewFlagSet("test", pflag.ContinueOnError)
		for _, name := range []string{"config", "server-adr", "port", "verbose"} {
			fs.String(name, "default", "")
		}
		if err := fs.Parse(args); err != nil {
			t.Fatal(err)
		}
		return fs
	}
	const near = `level=WARN msg="config: the flag --server-adr sets no key; did you mean server.addr? Give its key, or \"-\" for none, with WithFlagKey"`
	const last = `level=WARN msg="config: the flag --port sets no key; did you mean server.port? Give its key, or \"-\" for none, with WithFlagKey"`
	const others = `level=INFO msg="config: flags that set no key" flags="--config, --verbose"`
	for want, opts := range map[string][]config.Option{
		"":                   {config.WithFlags(set())},
		near:                 {config.WithFlags(set("--server-adr=x"))},
		last:                 {config.WithFlags(set("--port=x"))},
		others:               {config.WithFlags(set("--verbose=x", "--config=x"))},
		last + "\n" + others: {config.WithFlags(set("--verbose=x", "--config=x", "--port=1", "--server-adr=1")), config.WithFlagKey("server-adr", "-")},
	} {
		if got := warned[few](t, opts...); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
	fs := set("--config=x", "--port=1")
	for _, name := range []string{"config", "port"} {
		if err := fs.SetAnnotation(name, "config", []string{"-"}); err != nil {
			t.Fatal(err)
		}
	}
	if got := warned[few](t, config.WithFlags(fs)); got != "" {
		t.Errorf("flags that are annotated to be no setting: %s", got)
	}
}

func TestASetThatWasNotParsedIsLogged(t *testing.T) {
	const want = `level=WARN msg="config: the flags given to WithFlags have not been parsed; parse the command line first; with cobra, give it cmd.Flags() when the command runs"`
	fs := pflag.NewFlagSet("test", pflag.ContinueOnError)
	if got := warned[flagConfig](t, config.WithFlags(fs)); got != "" {
		t.Errorf("a set without flags: %s", got)
	}
	fs.String("server-addr", "", "")
	if got := warned[flagConfig](t, config.WithFlags(fs)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	around := pflag.NewFlagSet("around", pflag.ContinueOnError)
	around.AddFlagSet(fs) // as cobra does with persistent flags
	if err := around.Parse([]string{"--server-addr=:1"}); err != nil {
		t.Fatal(err)
	}
	for _, fs := range []*pflag.FlagSet{fs, around} {
		if got := warned[flagConfig](t, config.WithFlags(fs)); got != "" {
			t.Errorf("a set whose flags were parsed: %s", got)
		}
	}
}

// The zero of a flag's type was not chosen by anybody; the same text for a flag of another type
// was.
func TestTheZeroOfAFlagsTypeSetsNothing(t *testing.T) {
	type kinds struct {
		Str, Text, Enum              string
		Num, Flag, Dur, IP, Map, Cnt *string
	}
	fs := pflag.NewFlagSet("test", pflag.ContinueOnError)
	fs.String("str", "0", "")
	fs.String("text", "false", "")
	fs.Var(new(enumFlag), "enum", "")
	fs.Int("num", 0, "")
	fs.Bool("flag", false, "")
	fs.Duration("dur", 0, "")
	fs.IP("ip", nil, "")
	fs.StringToString("map", nil, "")
	fs.Count("cnt", "")
	if err := fs.Parse(nil); err != nil {
		t.Fatal(err)
	}
	if c := open[kinds](t, config.WithFlags(fs), config.WithoutFile()).Current(); !reflect.DeepEqual(*c, kinds{Str: "0", Text: "false"}) {
		t.Errorf("got %+v", c)
	}
}

// The flags of package flag, as libraries have them, are like those of pflag in that.
func TestTheZeroOfAFlagOfPackageFlagSetsNothing(t *testing.T) {
	type kinds struct {
		Port, Debug, Wait, Rate, Name *string
		Zero, Set                     string
	}
	std := flag.NewFlagSet("test", flag.ContinueOnError)
	std.Int("port", 0, "")
	std.Bool("debug", false, "")
	std.Duration("wait", 0, "")
	std.Float64("rate", 0, "")
	std.String("name", "", "")
	std.String("zero", "0", "")
	std.Uint("set", 5, "")
	fs := pflag.NewFlagSet("test", pflag.ContinueOnError)
	fs.AddGoFlagSet(std)
	if err := fs.Parse(nil); err != nil {
		t.Fatal(err)
	}
	if c := open[kinds](t, config.WithFlags(fs), config.WithoutFile()).Current(); !reflect.DeepEqual(*c, kinds{Zero: "0", Set: "5"}) {
		t.Errorf("got %+v", c)
	}
}

// enumFlag is a flag whose zero value has a text.
type enumFlag int

func (e *enumFlag) String() string   { return []string{"none", "some"}[*e] }
func (e *enumFlag) Set(string) error { return nil }
func (e *enumFlag) Type() string     { return "enum" }

func TestTheProblemOfAFlagNamesTheValueThatItOverrides(t *testing.T) {
	type limited struct {
		On int `default:"3"`
	}
	wantProblems(t, config.Check[limited](config.WithFlags(flagSet(t, "--on")), config.WithoutFile()),
		`--on: on: want an integer, got "true"; it overrides the default tag [type]`)
}

func TestAViperIsTakenOver(t *testing.T) {
	v := viper.New()
	v.SetDefault("server.timeout", 3*time.Second)
	v.Set("server.addr", ":1")
	v.Set("hosts", []any{"a", 1})
	v.Set("limits", map[string]any{"A.b": 1})
	v.Set("on", false)
	v.Set("other", "is not ours")
	s := open[flagConfig](t, config.WithViper(v), config.WithFile(yamlFile(t, "server: {addr: file}\nlimits: {c: 3}")))
	c := s.Current()
	if c.Server.Timeout != 3*time.Second || c.Server.Addr != ":1" || c.On || !reflect.DeepEqual(c.Hosts, []string{"a", "1"}) || c.Limits["c"] != 3 {
		t.Errorf("got %+v", c)
	}
	v.Set("server.addr", ":2")
	if err := s.Reload(t.Context()); err != nil || s.Current().Server.Addr != ":2" {
		t.Errorf("got %v, %v", s.Current().Server.Addr, err)
	}
}

func TestAViperWithABadValueIsReported(t *testing.T) {
	v := viper.New()
	v.Set("server.timeout", 3) // a number without a unit
	v.Set("limits", "x")
	err := config.Check[flagConfig](config.WithViper(v), config.WithoutFile())
	if got := problems(t, err); !strings.Contains(got, "viper: override or flag: limits: want k=v,k2=v2 or JSON [type]") {
		t.Errorf("got\n%s", got)
	}
	v.Set("limits", nil)
	wantProblems(t, config.Check[flagConfig](config.WithViper(v), config.WithoutFile()),
		"viper: override or flag: server.timeout: want a duration such as 300ms, 5s or 1h30m, got 3; a duration needs a unit [type]")
}

func TestOptionsForAnotherTypeAreAnError(t *testing.T) {
	err := config.Check[flagConfig](config.WithDefaults(dirConfig{}), config.WithoutFile())
	if want := "config: WithDefaults: the value is config_test.dirConfig, not config_test.flagConfig"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Each way of using flags that README.md lists for users of Viper has the same value as the
// Viper itself.
func TestTheFlagsOfAViperMoveOver(t *testing.T) {
	type settings struct {
		Server struct {
			Addr    string `default:":8080" desc:"where to listen"`
			Timeout time.Duration
		}
	}
	set := func(args ...string) *pflag.FlagSet {
		fs := pflag.NewFlagSet("app", pflag.ContinueOnError)
		fs.String("listen", ":8080", "")
		fs.Duration("server.timeout", 5*time.Second, "")
		if err := fs.Parse(args); err != nil {
			t.Fatal(err)
		}
		return fs
	}
	for _, args := range [][]string{nil, {"--listen=:7", "--server.timeout=1s"}} {
		fs := set(args...)
		v := viper.New()
		if err := errors.Join(v.BindPFlags(fs), v.BindPFlag("server.addr", fs.Lookup("listen"))); err != nil {
			t.Fatal(err)
		}
		c := open[settings](t, config.WithFlags(fs), config.WithFlagKey("listen", "server.addr"), config.WithoutFile()).Current()
		if c.Server.Addr != v.GetString("server.addr") || c.Server.Timeout != v.GetDuration("server.timeout") {
			t.Errorf("%q: got %+v, Viper has %v", args, c, v.AllSettings())
		}
	}
	own := pflag.NewFlagSet("app", pflag.ContinueOnError)
	if err := config.AddFlags[settings](own); err != nil {
		t.Fatal(err)
	}
	if f := own.Lookup("server.addr"); f == nil || f.DefValue != ":8080" || f.Usage != "where to listen" {
		t.Errorf("the flag is %+v", f)
	}
}

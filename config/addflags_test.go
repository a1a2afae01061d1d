package config_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"example.com/lastgood/config"
)

type flagged struct {
	Name   string `default:"shop" desc:"what the service is called"`
	Server struct {
		Addr        string        `default:":80" desc:"where to listen"`
		ReadTimeout time.Duration `default:"5s" validate:"gt=0"`
		Retries     *int
		Debug       bool
		Strict      bool       `default:"true"`
		Level       slog.Level `default:"WARN"`
		Proxy       *url.URL
	}
	Hosts     []string `default:"a, b"`
	Ports     []int
	Pair      [2]int
	Labels    map[string]string `default:"team=core"`
	Peers     []netip.AddrPort
	Extra     any
	Upstreams []struct{ Name, URL string }
	TLS       *struct {
		Port int `default:"443"`
		Cert string
	} `mapstructure:"tls"`
	Token  config.Secret
	Pass   string               `secret:"true"`
	Hidden struct{ Key string } `secret:"true"`
	Logins []struct{ Password config.Secret }
}

// added returns a set with the flags of T that has parsed a command line.
func added[T any](t *testing.T, args ...string) *pflag.FlagSet {
	t.Helper()
	fs := pflag.NewFlagSet("app", pflag.ContinueOnError)
	fs.SortFlags = false
	if err := config.AddFlags[T](fs); err != nil {
		t.Fatal(err)
	}
	if err := fs.Parse(args); err != nil {
		t.Fatal(err)
	}
	return fs
}

func TestThereIsAFlagForEachKeyThatIsNoSecret(t *testing.T) {
	const want = `
      --name string                    what the service is called (default "shop")
      --server.addr string             where to listen (default ":80")
      --server.read_timeout duration    (default 5s)
      --server.retries int
      --server.debug
      --server.strict                   (default true)
      --server.level level              (default WARN)
      --server.proxy url
      --hosts strings                   (default [a,b])
      --ports ints
      --pair ints
      --labels stringToString           (default [team=core])
      --peers addrportSlice
      --extra value
      --upstreams json
      --tls.port int                    (default 443)
      --tls.cert string
`
	var got strings.Builder
	for line := range strings.Lines(added[flagged](t).FlagUsages()) {
		got.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	if "\n"+got.String() != want {
		t.Errorf("the usage is\n%s\nwant%s", got.String(), want)
	}
}

func TestFlagsOfATypeAreReadBack(t *testing.T) {
	fs := added[flagged](t, "--name=x,y", "--server.debug", "--server.strict=false", "--server.retries", "0", "--hosts=x,y", "--hosts", "z",
		"--ports", "[1, 2]", "--pair=1", "--pair=2", "--labels=a=b", "--labels", `{"c": "d,e"}`, "--labels=a=2", "--peers=127.0.0.1:80", "--extra=7",
		"--upstreams", `[{"name": "n"}]`, "--upstreams", `[{"url": "u"}]`, "--tls.cert=c")
	s := open[flagged](t, config.WithFlags(fs), config.WithFile(yamlFile(t, "name: file\nlabels: {f: g}\n")))
	var got []string
	for _, x := range s.Settings() {
		if x.Origin.Kind == config.OriginFlag {
			got = append(got, x.String())
		}
	}
	file := strings.TrimSuffix(strings.TrimPrefix(got[0], `name: "x,y" (--name; overrides `), ":1:7, default)")
	want := []string{`name: "x,y" (--name; overrides ` + file + `:1:7, default)`, `server.retries: 0 (--server.retries)`, `server.debug: true (--server.debug)`,
		`server.strict: false (--server.strict; overrides default)`, `hosts: ["x","y","z"] (--hosts; overrides default)`, `ports: [1,2] (--ports)`, `pair: [1,2] (--pair)`,
		`labels.a: "2" (--labels)`, `labels.c: "d,e" (--labels)`, `peers: ["127.0.0.1:80"] (--peers)`, `extra: "7" (--extra)`,
		`upstreams[0].name: "n" (--upstreams)`, `upstreams[1].url: "u" (--upstreams)`, `tls.cert: "c" (--tls.cert)`}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if c := s.Current(); c.Labels["f"] != "g" || c.Labels["team"] != "core" || c.TLS.Port != 443 {
		t.Errorf("lower layers are lost: %+v", c)
	}
}

// Settings without a flag come from the type, as without flags: origins, required keys, and
// optional sections.
func TestFlagsOfATypeThatAreNotGivenSetNothing(t *testing.T) {
	s := open[flagged](t, config.WithFlags(added[flagged](t)), config.WithDefaults(flagged{Ports: []int{7}}), config.WithoutFile())
	without := open[flagged](t, config.WithDefaults(flagged{Ports: []int{7}}), config.WithoutFile())
	if got, want := s.Settings(), without.Settings(); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%v\nwant\n%v", got, want)
	}
	type needy struct {
		Port int  `validate:"required"`
		On   bool `validate:"required"`
	}
	wantProblems(t, config.Check[needy](config.WithFlags(added[needy](t)), config.WithoutFile()),
		"on: required, not set; set --on [required]\nport: required, not set; set --port [required]")
	if c := open[needy](t, config.WithFlags(added[needy](t, "--port=0", "--on=false")), config.WithoutFile()).Current(); c.Port != 0 || c.On {
		t.Errorf("got %+v", c)
	}
}

// The getters of pflag, and code that depends on the types of flags, work with them.
func TestFlagsOfATypeHaveTheTypesOfPflag(t *testing.T) {
	for _, args := range [][]string{nil, {"--server.retries=3", "--hosts=a,b", "--labels=team=core", "--server.read_timeout=5s", "--ports=1"}} {
		fs := added[flagged](t, args...)
		retries, err1 := fs.GetInt("server.retries")
		hosts, err2 := fs.GetStringSlice("hosts")
		labels, err3 := fs.GetStringToString("labels")
		timeout, err4 := fs.GetDuration("server.read_timeout")
		ports, err5 := fs.GetIntSlice("ports")
		on, err6 := fs.GetBool("server.strict")
		got := fmt.Sprint(retries, hosts, labels, timeout, ports, on, err1, err2, err3, err4, err5, err6)
		want := "0 [a b] map[team:core] 5s [] true" + strings.Repeat(" <nil>", 6)
		if len(args) > 0 {
			want = "3 [a b] map[team:core] 5s [1] true" + strings.Repeat(" <nil>", 6)
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", args, got, want)
		}
	}
}

func TestAWrongTextIsAnErrorOfTheCommandLine(t *testing.T) {
	for arg, want := range map[string]string{
		"--server.retries=x":      `invalid argument "x" for "--server.retries" flag: want an integer, got "x"`,
		"--server.read_timeout=5": `invalid argument "5" for "--server.read_timeout" flag: want a duration such as 300ms, 5s or 1h30m, got "5"; a duration needs a unit`,
		"--server.debug=maybe":    `invalid argument "maybe" for "--server.debug" flag: want true or false, got "maybe"`,
		"--ports=1,x":             `invalid argument "1,x" for "--ports" flag: want an integer, got "x"`,
		"--labels=x":              `invalid argument "x" for "--labels" flag: want k=v,k2=v2 or JSON`,
		"--upstreams=[{\"a\":1}]": `invalid argument "[{\"a\":1}]" for "--upstreams" flag: unknown key; the keys here are name and url`,
	} {
		fs := pflag.NewFlagSet("app", pflag.ContinueOnError)
		fs.SetOutput(io.Discard)
		if err := config.AddFlags[flagged](fs); err != nil {
			t.Fatal(err)
		}
		if err := fs.Parse([]string{arg}); err == nil || err.Error() != want {
			t.Errorf("%s: got  %v\nwant %s", arg, err, want)
		}
	}
}

func TestAFlagIsNamedByAnOption(t *testing.T) {
	fs := pflag.NewFlagSet("app", pflag.ContinueOnError)
	if err := config.AddFlags[flagged](fs, config.WithFlagKey("listen", "server.addr"), config.WithDefaults(flagged{Name: "given"})); err != nil {
		t.Fatal(err)
	}
	if f := fs.Lookup("listen"); f == nil || f.DefValue != ":80" || fs.Lookup("server.addr") != nil || fs.Lookup("name").DefValue != "given" {
		t.Errorf("got\n%s", fs.FlagUsages())
	}
	if err := fs.Parse([]string{"--listen=:7"}); err != nil {
		t.Fatal(err)
	}
	if c := open[flagged](t, config.WithFlags(fs), config.WithoutFile()).Current(); c.Server.Addr != ":7" {
		t.Errorf("got %+v", c.Server)
	}
}

// The options of Load can be handed on, with flags of others that are no settings.
func TestAFlagThatIsNoSettingIsNotAdded(t *testing.T) {
	fs := pflag.NewFlagSet("app", pflag.ContinueOnError)
	if err := config.AddFlags[flagged](fs, config.WithFlagKey("verbose", "-")); err != nil || fs.Lookup("verbose") != nil || fs.Lookup("-") != nil {
		t.Errorf("got %v and\n%s", err, fs.FlagUsages())
	}
}

// Some of the flags are offered by taking them from a set of their own.
func TestSomeFlagsOfATypeCanBeTaken(t *testing.T) {
	all, some := added[flagged](t), pflag.NewFlagSet("app", pflag.ContinueOnError)
	some.AddFlag(all.Lookup("server.addr"))
	if err := some.Parse([]string{"--server.addr=:7"}); err != nil {
		t.Fatal(err)
	}
	if c := open[flagged](t, config.WithFlags(some), config.WithoutFile()).Current(); c.Server.Addr != ":7" {
		t.Errorf("got %+v", c.Server)
	}
}

// A set may have the flags of several types, and a key that two of them have.
func TestFlagsOfTwoTypesInOneSet(t *testing.T) {
	type other struct {
		Other, Name string
	}
	fs := added[flagged](t)
	own := pflag.NewFlagSet("own", pflag.ContinueOnError)
	if err := config.AddFlags[other](own); err != nil {
		t.Fatal(err)
	}
	fs.AddFlagSet(own) // which skips flags that exist
	if err := fs.Parse([]string{"--name=x", "--other=y", "--server.addr=:7"}); err != nil {
		t.Fatal(err)
	}
	if c := open[other](t, config.WithFlags(fs), config.WithoutFile()).Current(); *c != (other{"y", "x"}) {
		t.Errorf("got %+v", c)
	}
	if c := open[flagged](t, config.WithFlags(fs), config.WithoutFile()).Current(); c.Name != "x" || c.Server.Addr != ":7" {
		t.Errorf("got %+v", c)
	}
}

func TestFlagsThatCannotBeAddedAreAnErrorAndNoneIs(t *testing.T) {
	set := func() *pflag.FlagSet { return pflag.NewFlagSet("app", pflag.ContinueOnError) }
	taken := set()
	taken.String("tls.cert", "", "")
	folding := set()
	folding.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		return pflag.NormalizedName(strings.NewReplacer("_", "-", ".", "-").Replace(name))
	})
	type alike struct {
		AB string `mapstructure:"a_b"`
		A  struct{ B string }
	}
	type unusable struct {
		Name string `mapstructure:"a=b"`
	}
	type broken struct{ F func() }
	for _, test := range []struct {
		fs   *pflag.FlagSet
		err  error
		want string
	}{
		{nil, config.AddFlags[flagged](nil), "config: AddFlags: the flag set is nil"},
		{taken, config.AddFlags[flagged](taken), "config: AddFlags: there is a flag --tls.cert already; name that of tls.cert with WithFlagKey"},
		{folding, config.AddFlags[alike](folding), "config: AddFlags: there is a flag --a-b already; name that of a.b with WithFlagKey"},
		{nil, config.AddFlags[unusable](set()), `config: AddFlags: "a=b" cannot be the name of a flag; give a=b another with WithFlagKey`},
		{nil, config.AddFlags[flagged](set(), config.WithFlagKey("listen", "server.adr")), `config: AddFlags: WithFlagKey("listen", "server.adr"): there is no such key; did you mean server.addr?`},
		{nil, config.AddFlags[flagged](set(), config.WithTagName("")), "config: WithTagName: the name is empty"},
		{nil, config.AddFlags[broken](set()), "config: load failed, 1 problem\nconfig_test.broken.F: a configuration cannot hold a func(); leave it out by the tag mapstructure:\"-\" [schema]"},
	} {
		if test.err == nil || test.err.Error() != test.want {
			t.Errorf("got  %v\nwant %s", test.err, test.want)
		}
		if test.fs == nil {
			continue
		}
		test.fs.VisitAll(func(f *pflag.Flag) {
			if f.Name != "tls.cert" {
				t.Errorf("%s: --%s was added", test.want, f.Name)
			}
		})
	}
}

// A method of the type's that a text makes panic is an error of the command line.
func TestATypeThatPanicsAtAFlagIsSurvived(t *testing.T) {
	type panicky struct{ V panicsAtText }
	fs := pflag.NewFlagSet("app", pflag.ContinueOnError)
	fs.SetOutput(io.Discard)
	if err := config.AddFlags[panicky](fs); err != nil {
		t.Fatal(err)
	}
	if err := fs.Parse([]string{"--v=x"}); err == nil || !strings.Contains(err.Error(), "panicked") {
		t.Errorf("got %v", err)
	}
}

type panicsAtText struct{}

func (*panicsAtText) UnmarshalText([]byte) error { panic("at a text") }

// A set of flags may be read concurrently: nothing derived from a flag is shared.
func TestFlagsOfATypeAreReadConcurrently(t *testing.T) {
	fs := added[flagged](t, "--hosts=x,y", "--labels=a=b", "--upstreams", `[{"name": "n"}]`)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			s, err := config.Open[flagged](config.WithFlags(fs), config.WithoutFile())
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			if o, _ := s.Origin("labels.a"); o.String() != "--labels" {
				t.Errorf("labels.a comes from %q", o)
			}
		})
	}
	wg.Wait()
}

// A text means the same to a flag of the type as to a variable, and one that a variable may
// not have is an error of the command line.
func FuzzAFlagOfATypeReadsWhatAVariableDoes(f *testing.F) {
	for _, text := range []string{"1", "a,b", `["a", "b"]`, "k=v", `{"k": 1}`, "5s", "true", "::1", `"a,b",c`, "k:v", "[", "\x00", "k=v,k=w", "\xa6"} {
		f.Add(text)
	}
	type typed struct {
		Text   string
		Number int
		On     bool
		Wait   time.Duration
		List   []string
		Ints   []int
		Map    map[string]string
		Any    any
	}
	f.Fuzz(func(t *testing.T, text string) {
		if text == "" || strings.ContainsRune(text, 0) || strings.ContainsAny(text[len(text)-1:], "\r\n") { // which no variable can be, or loses
			return
		}
		for i := range reflect.TypeFor[typed]().NumField() {
			name := reflect.TypeFor[typed]().Field(i).Name
			fs := pflag.NewFlagSet("app", pflag.ContinueOnError)
			fs.SetOutput(io.Discard)
			if err := config.AddFlags[typed](fs); err != nil {
				t.Fatal(err)
			}
			parsed := fs.Parse([]string{"--" + strings.ToLower(name) + "=" + text})
			t.Setenv("FUZZ_"+strings.ToUpper(name), text)
			quiet := config.WithLogger(slog.New(slog.DiscardHandler))
			byEnv, err := config.Open[typed](config.WithEnv("FUZZ"), config.WithoutFile(), quiet)
			if (err == nil) != (parsed == nil) {
				t.Fatalf("%s %q: the command line gives %v, a variable %v", name, text, parsed, err)
			}
			if err == nil {
				byFlag, err := config.Open[typed](config.WithFlags(fs), config.WithoutFile(), quiet)
				if err != nil {
					t.Fatalf("%s %q: %v", name, text, err)
				}
				if !reflect.DeepEqual(byFlag.Current(), byEnv.Current()) {
					t.Errorf("%s %q: a flag gives %+v, a variable %+v", name, text, byFlag.Current(), byEnv.Current())
				}
				byFlag.Close()
				byEnv.Close()
			}
			if err := os.Unsetenv("FUZZ_" + strings.ToUpper(name)); err != nil {
				t.Fatal(err)
			}
		}
	})
}

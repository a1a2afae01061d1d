package config_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"example.com/lastgood/config"
)

type migrated struct {
	Name   string `default:"tag"`
	Server struct {
		Addr        string
		ReadTimeout time.Duration
		WebhookURL  string
	}
	Labels map[string]string
	Free   map[string]any
	Hosts  []string
	TLS    *struct{ Port int } `mapstructure:"tls"`
}

// The rank of each kind of value in a Viper, and its origin as text. moving.md has a row for
// each origin.
func TestWhereTheValuesOfAViperRank(t *testing.T) {
	t.Setenv("APP_SERVER_ADDR", "variable")
	t.Setenv("BOUND", "variable")
	flags := pflag.NewFlagSet("x", pflag.ContinueOnError)
	flags.String("addr", "flag", "")
	flags.StringSlice("list", []string{"flag"}, "")
	given := func(v *viper.Viper) { // a flag that was given
		if err := flags.Set("addr", "given"); err != nil {
			t.Fatal(err)
		}
		must(t, v.BindPFlag("server.addr", flags.Lookup("addr")))
	}
	inFile := func(v *viper.Viper) {
		v.SetConfigType("yaml")
		must(t, v.ReadConfig(strings.NewReader("server: {addr: viper's file}\n")))
	}
	readme := map[string]string{} // the ranks, by origin
	for _, row := range regexp.MustCompile("(?m)^\\| .* \\| `(viper: [a-z ]+)` \\| (.*) \\|$").FindAllStringSubmatch(readFile(t, "moving.md"), -1) {
		readme[row[1]] = row[2]
	}
	rows := maps.Clone(readme)
	for _, test := range []struct {
		name   string
		tell   func(v *viper.Viper)
		origin string
		alone  string // the value where nothing else is set
		beside string // where a file has "file" and a default tag "tag"
	}{
		{"Set", func(v *viper.Viper) { v.Set("server.addr", "set") }, "viper: override or flag", "set", "set"},
		{"a flag that was given", given, "viper: override or flag", "given", "given"},
		{"AutomaticEnv", func(v *viper.Viper) {
			v.SetEnvPrefix("app")
			v.SetEnvKeyReplacer(strings.NewReplacer(".", "_"))
			v.AutomaticEnv()
		}, "viper: env", "variable", "variable"},
		{"BindEnv", func(v *viper.Viper) { must(t, v.BindEnv("server.addr", "BOUND")) }, "viper: env", "variable", "variable"},
		{"BindEnv of a variable that is not set", func(v *viper.Viper) { must(t, v.BindEnv("server.addr", "NOT_SET")) }, "", "", "file"},
		{"a configuration file", inFile, "viper: file", "viper's file", "file"},
		{"SetDefault", func(v *viper.Viper) { v.SetDefault("server.addr", "default") }, "viper: default", "default", "file"},
		{"the default of a flag", func(v *viper.Viper) {
			fs := pflag.NewFlagSet("x", pflag.ContinueOnError)
			fs.String("addr", "flag", "")
			must(t, v.BindPFlag("server.addr", fs.Lookup("addr")))
		}, "viper: flag default", "flag", "file"},
		{"the default of a flag that is zero", func(v *viper.Viper) {
			fs := pflag.NewFlagSet("x", pflag.ContinueOnError)
			fs.String("addr", "", "")
			must(t, v.BindPFlag("server.addr", fs.Lookup("addr")))
		}, "", "", "file"},
		{"an alias", func(v *viper.Viper) {
			v.RegisterAlias("address", "server.addr")
			v.Set("address", "set")
		}, "viper: override or flag", "set", "set"},
		{"a default under Set", func(v *viper.Viper) {
			v.SetDefault("server.addr", "default")
			v.Set("server.addr", "set")
		}, "viper: override or flag", "set", "set"},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := viper.New()
			test.tell(v)
			s := open[migrated](t, config.WithViper(v), config.WithoutFile())
			if got := s.Current().Server.Addr; got != test.alone {
				t.Errorf("alone, it is %q, want %q", got, test.alone)
			}
			if o, _ := s.Origin("server.addr"); o.String() != test.origin {
				t.Errorf("it comes from %q, want %q", o, test.origin)
			}
			s = open[migrated](t, config.WithViper(v), config.WithFile(yamlFile(t, "server: {addr: file}\n")))
			if got := s.Current().Server.Addr; got != test.beside {
				t.Errorf("beside a file, it is %q, want %q", got, test.beside)
			}
			rank, listed := readme[test.origin]
			if low := strings.Contains(rank, "below") || strings.Contains(rank, "lowest"); test.origin != "" && (!listed || low != (test.beside == "file")) {
				t.Errorf("moving.md has %q for its rank", rank)
			}
			delete(rows, test.origin)
		})
	}
	if len(rows) > 0 {
		t.Errorf("moving.md has origins that no Viper gives: %v", rows)
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	must(t, err)
	return string(data)
}

// The default of a flag is below default tags, and one of the Viper above WithDefaults.
func TestDefaultsOfAViperAmongOthers(t *testing.T) {
	fs := pflag.NewFlagSet("x", pflag.ContinueOnError)
	fs.String("name", "flag", "")
	fs.Int("tls.port", 443, "")
	v := viper.New()
	must(t, v.BindPFlags(fs))
	if c := open[migrated](t, config.WithViper(v), config.WithoutFile()).Current(); c.Name != "tag" || c.TLS != nil {
		t.Errorf("got %+v", c)
	}
	if c := open[migrated](t, config.WithViper(v), config.WithFile(yamlFile(t, "tls: {}"))).Current(); c.TLS == nil || c.TLS.Port != 443 {
		t.Errorf("got %+v", c)
	}
	v.SetDefault("name", "viper")
	v.SetDefault("tls.port", 80)
	if c := open[migrated](t, config.WithViper(v), config.WithDefaults(migrated{Name: "value"}), config.WithoutFile()).Current(); c.Name != "viper" || c.TLS != nil {
		t.Errorf("got %+v", c)
	}
}

// A Viper that has read the same file as the store does not override its values, nor keep
// values that are removed from it.
func TestAViperThatHasReadTheSameFilePinsNothing(t *testing.T) {
	for name, given := range map[string]func(path string) (viperPath string, opt config.Option){
		"the same path":    func(path string) (string, config.Option) { return path, config.WithFile(path) },
		"a symbolic link":  func(path string) (string, config.Option) { return link(t, path), config.WithFile(path) },
		"linked elsewhere": func(path string) (string, config.Option) { return path, config.WithFile(link(t, path)) },
		"a directory":      func(path string) (string, config.Option) { return path, config.WithDir(filepath.Dir(path)) },
	} {
		t.Run(name, func(t *testing.T) {
			path := yamlFile(t, "name: one\nserver: {addr: one}\nlabels: {a: one, b: one}\n")
			viperPath, opt := given(path)
			v := viper.New()
			v.SetConfigFile(viperPath)
			must(t, v.ReadInConfig())
			must(t, v.MergeConfigMap(map[string]any{"hosts": []any{"merged"}}))
			s := open[migrated](t, opt, config.WithViper(v), noPoll())
			if err := os.WriteFile(path, []byte("server: {addr: two}\nlabels: {a: two}\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			must(t, s.Reload(t.Context()))
			want := migrated{Name: "tag", Labels: map[string]string{"a": "two"}, Hosts: []string{"merged"}}
			want.Server.Addr = "two"
			if got := *s.Current(); !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func link(t *testing.T, path string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), filepath.Base(path))
	must(t, os.Symlink(path, to))
	return to
}

// A file that only the Viper has read ranks below all files.
func TestAFileOfAViperIsTheLowestFile(t *testing.T) {
	v := viper.New()
	v.SetConfigFile(yamlFile(t, "name: viper\nserver: {addr: viper, read_timeout: 1s}\nlabels: {a: viper, b: viper}\n"))
	must(t, v.ReadInConfig())
	v.SetDefault("labels.c", "default")
	s := open[migrated](t, config.WithViper(v), config.WithFile(yamlFile(t, "server: {addr: file}\nlabels: {a: file}\n")))
	c := s.Current()
	if c.Name != "viper" || c.Server.Addr != "file" || c.Server.ReadTimeout != time.Second || !reflect.DeepEqual(c.Labels, map[string]string{"a": "file", "b": "viper", "c": "default"}) {
		t.Errorf("got %+v", c)
	}
	for key, want := range map[string]string{"name": "viper: file", "labels.b": "viper: file", "labels.c": "viper: default"} {
		if o, _ := s.Origin(key); o.String() != want {
			t.Errorf("%s comes from %q, want %q", key, o, want)
		}
	}
}

// AutomaticEnv finds keys of the type that the Viper does not have.
func TestAutomaticEnvFindsTheKeysOfTheType(t *testing.T) {
	for name, value := range map[string]string{"SERVER_READ_TIMEOUT": "3s", "SERVER_WEBHOOKURL": "joined", "LABELS": "a=b", "HOSTS": "x,y"} {
		t.Setenv("AUTO_"+name, value)
	}
	v := viper.NewWithOptions(viper.EnvKeyReplacer(strings.NewReplacer(".", "_")))
	v.SetEnvPrefix("auto")
	v.AutomaticEnv()
	v.SetDefault("labels.z", "hidden by the variable")
	c := open[migrated](t, config.WithViper(v), config.WithoutFile()).Current()
	if c.Server.ReadTimeout != 3*time.Second || c.Server.WebhookURL != "joined" || c.Labels["a"] != "b" || !reflect.DeepEqual(c.Hosts, []string{"x", "y"}) {
		t.Errorf("got %+v", c)
	}
}

// The structure below a field of type any is kept with any delimiter.
func TestAViperWithAnotherDelimiter(t *testing.T) {
	v := viper.NewWithOptions(viper.KeyDelimiter("::"))
	v.Set("server::addr", "set")
	v.SetDefault("labels", map[string]any{"a.b": "default"})
	v.Set("free", map[string]any{"a": map[string]any{"b": 1, "c": []any{"d"}}})
	c := open[migrated](t, config.WithViper(v), config.WithFile(yamlFile(t, "free: {a: {b: 2, x: 3}}"))).Current()
	want := map[string]any{"a": map[string]any{"b": 1, "c": []any{"d"}, "x": 3}}
	if c.Server.Addr != "set" || !reflect.DeepEqual(c.Labels, map[string]string{"a.b": "default"}) || !reflect.DeepEqual(c.Free, want) {
		t.Errorf("got %+v", c)
	}
}

type noCodec struct{}

func (noCodec) Decoder(string) (viper.Decoder, error) { return nil, errors.New("none") }

// If the layers of a Viper cannot be distinguished, all of its values rank low, which is
// logged.
func TestAViperThatCannotBeProbedRanksLow(t *testing.T) {
	v := viper.NewWithOptions(viper.WithDecoderRegistry(noCodec{}))
	v.Set("server.addr", "set")
	v.Set("name", "set")
	var log journal
	s := open[migrated](t, config.WithViper(v), logTo(&log), config.WithFile(yamlFile(t, "server: {addr: file}")))
	if c := s.Current(); c.Server.Addr != "file" || c.Name != "set" {
		t.Errorf("got %+v", c)
	}
	eventually(t, "the log", func() bool { return strings.Contains(log.String(), "name, server.addr") })
}

// A change in the Viper is validated like a change of content, and a rejection stays until it
// is good again.
func TestReloadReadsTheViperAgain(t *testing.T) {
	type limited struct {
		Port int `validate:"max=100"`
	}
	v := viper.New()
	v.Set("port", 1)
	s := open[limited](t, config.WithViper(v), config.WithFile(yamlFile(t, "{}")), noPoll())
	v.Set("port", 2)
	if must(t, s.Reload(t.Context())); s.Current().Port != 2 || s.Snapshot().Version != 2 {
		t.Errorf("serving %+v, version %d", s.Current(), s.Snapshot().Version)
	}
	if must(t, s.Reload(t.Context())); s.Status().LastOutcome != config.Unchanged {
		t.Errorf("the same again is %v", s.Status().LastOutcome)
	}
	v.Set("port", 200)
	for range 2 {
		wantProblems(t, s.Reload(t.Context()), "viper: override or flag: port: must be 100 or less, got 200 [max]")
	}
	if s.Current().Port != 2 || s.CheckHealth() == nil {
		t.Errorf("serving %+v, health %v", s.Current(), s.CheckHealth())
	}
	v.Set("port", 2)
	if must(t, s.Reload(t.Context())); s.Current().Port != 2 || s.CheckHealth() != nil {
		t.Errorf("serving %+v, health %v", s.Current(), s.CheckHealth())
	}
}

// The Viper is only read: many stores may read and reload it concurrently.
func TestOneViperForManyStoresIsNotWrittenTo(t *testing.T) {
	fs := pflag.NewFlagSet("x", pflag.ContinueOnError)
	fs.String("name", "flag", "")
	v := viper.New()
	v.SetConfigFile(yamlFile(t, "server: {addr: viper}\nlabels: {a: viper}\n"))
	must(t, v.ReadInConfig())
	must(t, v.BindPFlags(fs))
	v.SetDefault("hosts", []string{"a"})
	v.RegisterAlias("address", "server.addr")
	v.AutomaticEnv()
	before := v.AllSettings()
	path := yamlFile(t, "name: file")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			s, err := config.Open[migrated](config.WithViper(v), config.WithFile(path), noPoll())
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			for range 5 {
				if err := s.Reload(t.Context()); err != nil || s.Current().Server.Addr != "viper" || v.GetString("address") != "viper" {
					t.Error(s.Current(), err)
				}
			}
		})
	}
	all.Wait()
	if after := v.AllSettings(); !reflect.DeepEqual(after, before) {
		t.Errorf("after, it has %v, before %v", after, before)
	}
}

func TestASecondViperIsAnError(t *testing.T) {
	err := config.Check[migrated](config.WithViper(viper.New()), config.WithViper(viper.New()), config.WithoutFile())
	if err == nil || err.Error() != "config: WithViper: there is a Viper already" {
		t.Errorf("got %v", err)
	}
}

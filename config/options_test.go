package config_test

import (
	"context"
	"log/slog"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"example.com/lastgood/config"
)

// nilContext is a context, but as a nil pointer only a panic.
type nilContext struct{ context.Context }

// badFlag is a flag whose String method panics after Set.
type badFlag struct{ set bool }

func (f *badFlag) String() string {
	if f.set {
		panic("no text")
	}
	return ""
}
func (f *badFlag) Set(string) error { f.set = true; return nil }
func (*badFlag) Type() string       { return "bad" }

func TestWhatIsWrongWithAnArgumentIsAnErrorOfLoad(t *testing.T) {
	loop := map[int]any{}
	loop[1] = loop
	looping := viper.New()
	looping.Set("server", []any{loop})
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.Var(&badFlag{}, "server.port", "")
	if err := flags.Parse([]string{"--server.port=1"}); err != nil {
		t.Fatal(err)
	}
	for want, option := range map[string]config.Option{
		"option 2 is nil":                                                                              nil,
		"WithFile: no path given":                                                                      config.WithFile(),
		"WithFile: the path is empty":                                                                  config.WithFile(""),
		`WithFile: the path "a\x00b" has a NUL character`:                                              config.WithFile("a\x00b"),
		`WithOptionalFile: the path "\x00" has a NUL character`:                                        config.WithOptionalFile("\x00"),
		`WithDir: the path "\x00" has a NUL character`:                                                 config.WithDir("\x00"),
		`WithKeyDir: the path "\x00" has a NUL character`:                                              config.WithKeyDir("\x00"),
		"WithDir: the path is empty":                                                                   config.WithDir(""),
		"WithSettle(-1ns): the duration is negative":                                                   config.WithSettle(-1),
		"WithSettle(2562047h47m16.854775807s): the duration is longer than":                            config.WithSettle(math.MaxInt64),
		"WithPollInterval(-1s): the duration is negative":                                              config.WithPollInterval(-time.Second),
		"WithCheckTimeout(-1s): the duration is negative":                                              config.WithCheckTimeout(-time.Second),
		"WithMaxSize(0): the size is not positive":                                                     config.WithMaxSize(0),
		"WithMaxSize(-9223372036854775808): the size is not positive":                                  config.WithMaxSize(math.MinInt64),
		"WithMaxSize(9223372036854775807): the size is more than 1 GiB":                                config.WithMaxSize(math.MaxInt64),
		"WithLogger: the logger is nil":                                                                config.WithLogger(nil),
		"WithLogger: the logger has no handler; make it with slog.New":                                 config.WithLogger(&slog.Logger{}),
		"WithValidator: the validator is nil":                                                          config.WithValidator(nil),
		"WithValidator: the validator is empty":                                                        config.WithValidator(&validator.Validate{}),
		"WithContext: the context is nil":                                                              config.WithContext(nil), //nolint:staticcheck // on purpose
		"WithContext: a method of the context panicked":                                                config.WithContext((*nilContext)(nil)),
		"WithCheck: the function is nil":                                                               config.WithCheck[checked](nil),
		"WithCheck: the check is for config_test.inner, not":                                           config.WithCheck(func(context.Context, *inner, *inner) error { return nil }),
		"WithDefaults: the value is config_test.inner, not":                                            config.WithDefaults(inner{}),
		"WithViper: the Viper is nil":                                                                  config.WithViper(nil),
		"viper: override or flag: server: nested more than 100 levels deep, or leading back to itself": config.WithViper(looping),
		"WithFlags: the flag set is nil":                                                               config.WithFlags(nil),
		"WithFlags: the value of a flag panicked with a string":                                        config.WithFlags(flags),
		`WithFlagKey: there is no flag "x"`:                                                            config.WithFlagKey("x", "server.port"),
		`WithFlagKey("x"): the key is empty`:                                                           config.WithFlagKey("x", ""),
		"WithTagName: the name is empty":                                                               config.WithTagName(""),
		`WithTagName("a b"): a struct tag cannot have such a name`:                                     config.WithTagName("a b"),
	} {
		opts := []config.Option{config.WithoutFile(), option}
		if _, err := config.Open[checked](opts...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Open: got %v, want %s", err, want)
		}
		if err := config.Check[checked](opts...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Check: got %v, want %s", err, want)
		}
	}
}

func TestTheLargestArgumentsAreTaken(t *testing.T) {
	path := yamlFile(t, port(1))
	s := open[checked](t, config.WithFile(path), config.WithMaxSize(1<<30), config.WithSettle(24*time.Hour),
		config.WithPollInterval(math.MaxInt64), config.WithCheckTimeout(math.MaxInt64))
	accepts(t, s, path, port(2))
}

// panicOf returns the value of f's panic.
func panicOf(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}

func TestNilHooksPanicWithTheFault(t *testing.T) {
	s := open[checked](t, config.WithoutFile())
	whole := func(c *checked) *checked { return c }
	none := func(_, _ *checked) {}
	for want, f := range map[string]func(){
		"config: OnChange: the function is nil":                         func() { s.OnChange(nil) },
		"config: OnReject: the function is nil":                         func() { s.OnReject(nil) },
		"config: OnRecover: the function is nil":                        func() { s.OnRecover(nil) },
		"config: OnChangeOf: the store is nil":                          func() { config.OnChangeOf(nil, whole, none) },
		"config: OnChangeOf: the function that returns the part is nil": func() { config.OnChangeOf(s, nil, none) },
		"config: OnChangeOf: the function is nil":                       func() { config.OnChangeOf(s, whole, nil) },
		"config: ReloadOn: a signal is nil":                             func() { s.ReloadOn(os.Interrupt, nil) },
	} {
		if got := panicOf(f); got != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}
}

func TestMissingArgumentsOfTheOthers(t *testing.T) {
	s := open[checked](t, config.WithoutFile())
	if err := s.Reload(nil); err == nil || err.Error() != "config: reload: the context is nil" { //nolint:staticcheck // on purpose
		t.Errorf("Reload returned %v", err)
	}
	if got := s.Diff(nil, nil); len(got) != 0 {
		t.Errorf("the difference of nothing is %v", got)
	}
	if len(s.Diff(nil, s.Current())) != len(s.Diff(s.Current(), nil)) {
		t.Error("the differences from nothing and to nothing are not the same settings")
	}
	if config.KeyError("key", nil) != nil {
		t.Error("KeyError makes an error of none")
	}
	for what, f := range map[string]func() error{
		"JSONSchema": func() error { _, err := config.JSONSchema[checked](nil); return err },
		"Sample":     func() error { _, err := config.Sample[checked]("yaml", nil); return err },
		"EnvVars":    func() error { _, err := config.EnvVars[checked](nil); return err },
	} {
		if err := f(); err == nil || err.Error() != "config: option 1 is nil" {
			t.Errorf("%s returned %v", what, err)
		}
	}
}

package config_test

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"example.com/lastgood/config"
)

// printed has secrets that fmt would show if it printed the value.
type printed struct {
	Token  config.Secret     `reload:"restart"`
	Tagged string            `secret:"true"`
	Map    map[string]string `secret:"true"`
	Open   string
}

// textError is an error that is its text, which fmt shows wherever it is.
type textError string

func (e textError) Error() string { return string(e) }

func (p printed) Validate() error {
	if p.Open == "bad" {
		return textError("cannot use " + p.Tagged)
	}
	return nil
}

func TestPrintingWhatThePackageReturnsShowsNoSecret(t *testing.T) {
	path := yamlFile(t, "token: "+marker+"1\ntagged: "+marker+"2\nmap: {a: "+marker+"3}\nopen: a\n")
	value := printed{Token: config.NewSecret(marker), Tagged: marker, Map: map[string]string{marker: marker}, Open: "x"}
	v := viper.New()
	v.Set("map", map[string]string{"v": marker})
	flags := pflag.NewFlagSet("x", pflag.ContinueOnError)
	flags.StringToString("map", nil, "")
	if err := flags.Parse([]string{"--map", "f=" + marker}); err != nil {
		t.Fatal(err)
	}
	s := open[printed](t, config.WithFile(path), config.WithDefaults(value), config.WithViper(v), config.WithFlags(flags))
	old := s.Current()
	next := accepts(t, s, path, "token: "+marker+"4\ntagged: "+marker+"5\nmap: {a: "+marker+"6}\nopen: b\n")
	put(t, path, "token: "+marker+"7\ntagged: "+marker+"8\nopen: bad\n")
	err := s.Reload(t.Context())
	rejected, ok := errors.AsType[*config.Error](err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	origin, _ := s.Origin("token")
	o := &outputs{t: t}
	printAll(o, "the store", s)
	printAll(o, "a snapshot", s.Snapshot())
	for _, s := range []any{hidden[config.Snapshot[printed]]{s.Snapshot()}, hidden[any]{s.Snapshot()}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%x", "%X", "%d"} { // other verbs print the value behind the pointer
			o.add("a snapshot in an unexported field as "+verb, fmt.Sprintf(verb, s))
		}
	}
	printAll(o, "the status", s.Status())
	printAll(o, "the history", s.History())
	printAll(o, "the settings", s.Settings())
	printAll(o, "changes", s.Diff(old, next))
	printAll(o, "pending", s.Snapshot().Pending)
	printAll(o, "an origin", origin)
	printAll(o, "an error", rejected)
	printAll(o, "an error's value", *rejected)
	printAll(o, "problems", rejected.Problems)
	printAll(o, "a problem", rejected.Problems[0])
	for what, opt := range map[string]config.Option{
		"WithDefaults": config.WithDefaults(value), "WithViper": config.WithViper(v), "WithFlags": config.WithFlags(flags),
		"WithFile": config.WithFile(path), "WithEnv": config.WithEnv("X"),
	} {
		printAll(o, what, opt)
	}
	if o.n < 1000 {
		t.Errorf("only %d outputs", o.n)
	}
	if !errors.As(rejected, new(textError)) || len(rejected.Problems) != 1 || rejected.Problems[0].Err == nil {
		t.Errorf("the cause is lost: %v", rejected)
	}
}

// printAll prints a value, also in places where fmt does not call its methods.
func printAll[T any](o *outputs, what string, v T) {
	o.t.Helper()
	places := map[string]any{"": v, " behind a pointer": &v, " in a field": generic[T]{v}, " by reflection": reflect.ValueOf(v)}
	if _, ok := any(v).(config.Snapshot[printed]); !ok {
		places[" in an unexported field"] = hidden[T]{v}
		places[" in an own slice"] = hidden[[]T]{[]T{v}}
		places[" in an own interface"] = hidden[any]{v}
	}
	for place, v := range places {
		for _, verb := range verbs {
			o.add(what+place+" as "+verb, fmt.Sprintf(verb, v))
		}
		o.add(what+place+" as JSON", encoders["JSON"](v))
		o.add(what+place+" in slog", encoders["slog as text"](v)+encoders["slog as JSON"](v))
	}
}

func TestAStoreCanBePrintedWhileItReloads(t *testing.T) {
	path := yamlFile(t, "open: a\n")
	s := open[printed](t, config.WithFile(path))
	printedIt := make(chan struct{})
	go func() {
		defer close(printedIt)
		for range 200 {
			if got := fmt.Sprintf("%v %+v %s", s, s, s); !strings.HasPrefix(got, "store of config_test.printed, version ") {
				t.Errorf("printed as %s", got)
			}
		}
	}()
	for i := range 20 {
		accepts(t, s, path, fmt.Sprintf("open: %d\n", i))
	}
	<-printedIt
}

func TestTheCauseOfAProblemIsFound(t *testing.T) {
	err := config.Check[printed](config.WithFile(yamlFile(t, "tagged: x\nopen: bad\n")))
	if cause, ok := errors.AsType[textError](err); !ok || cause != "cannot use x" {
		t.Errorf("got %q", cause)
	}
	if err := config.Check[printed](config.WithFile("/nonexistent/c.yaml")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

package config_test

import (
	"context"
	"errors"
	"math"
	"net/url"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/spf13/viper"

	"example.com/lastgood/config"
)

// viperValues has fields for values of any type that applications set in a Viper.
type viperValues struct {
	Name   string
	Server struct {
		Addr        string
		ReadTimeout time.Duration `default:"5s"`
	}
	Limits map[int]string
	Free   map[string]any
	Ratio  float64
	Parts  []struct {
		URL url.URL
		N   int `default:"3"`
	}
	Vault struct {
		Port int
		Pass string
	} `secret:"true"`
}

// The values of a Viper are read whatever their Go types.
func TestValuesOfAViperOfAnyType(t *testing.T) {
	type section struct {
		Addr    string
		Timeout time.Duration `mapstructure:"read_timeout"`
		Other   int           `mapstructure:"-"`
		hidden  int
	}
	address := url.URL{Scheme: "http", Host: "a"}
	at := time.Date(2001, 12, 14, 0, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		set  func(v *viper.Viper)
		want func(c *viperValues)
	}{
		"a struct": {func(v *viper.Viper) { v.Set("server", section{Addr: "a", Timeout: time.Second, hidden: 1}) },
			func(c *viperValues) { c.Server.Addr, c.Server.ReadTimeout = "a", time.Second }},
		"a pointer to the section's own type": {func(v *viper.Viper) {
			var own viperValues
			own.Server.Addr = "a"
			v.SetDefault("server", &own.Server)
		}, func(c *viperValues) { c.Server.Addr, c.Server.ReadTimeout = "a", 0 }},
		"a map of texts": {func(v *viper.Viper) { v.SetDefault("server", map[string]string{"addr": "a", "read_timeout": "1s"}) },
			func(c *viperValues) { c.Server.Addr, c.Server.ReadTimeout = "a", time.Second }},
		"a map with keys of another type": {func(v *viper.Viper) { v.Set("limits", map[int]string{1: "a"}) },
			func(c *viperValues) { c.Limits = map[int]string{1: "a"} }},
		"a list of structs": {func(v *viper.Viper) { v.Set("parts", []any{struct{ URL *url.URL }{&address}, map[string]any{"n": 0}}) },
			func(c *viperValues) {
				c.Parts = []struct {
					URL url.URL
					N   int `default:"3"`
				}{{URL: address, N: 3}, {N: 0}}
			}},
		"a time and not a number": {func(v *viper.Viper) {
			v.RegisterAlias("quotient", "ratio")
			v.Set("ratio", math.NaN())
			v.Set("free", map[string]any{"at": at, "inf": math.Inf(1)})
		}, func(c *viperValues) { c.Ratio, c.Free = math.NaN(), map[string]any{"at": at, "inf": math.Inf(1)} }},
		"nil over a section": {func(v *viper.Viper) {
			v.SetDefault("server.addr", "a")
			v.Set("server", nil)
		}, func(c *viperValues) { c.Server.Addr = "a" }},
		"a default that is a text and a key in it": {func(v *viper.Viper) {
			v.SetDefault("server", "x")
			v.Set("server.addr", "a")
		}, func(c *viperValues) { c.Server.Addr = "a" }},
	} {
		t.Run(name, func(t *testing.T) {
			v := viper.New()
			test.set(v)
			var want viperValues
			want.Server.ReadTimeout = 5 * time.Second
			test.want(&want)
			got := *open[viperValues](t, config.WithViper(v), config.WithoutFile()).Current()
			if math.IsNaN(got.Ratio) && math.IsNaN(want.Ratio) {
				got.Ratio, want.Ratio = 0, 0
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

// A value that does not fit its field is a problem, and never ignored.
func TestValuesOfAViperThatDoNotFit(t *testing.T) {
	var self any
	self = &self
	for want, set := range map[string]func(v *viper.Viper){
		"viper: override or flag: name: want a string, got a map [type]": func(v *viper.Viper) {
			v.SetDefault("name", "a")
			v.Set("name", map[string]any{"a": 1})
		},
		"viper: override or flag: server: want a map of keys, got 5 [type]":                                          func(v *viper.Viper) { v.Set("server", 5) },
		"viper: override or flag: name: a chan int is no setting [type]":                                             func(v *viper.Viper) { v.Set("name", make(chan int)) },
		"viper: default: name: nested more than 100 levels deep, or leading back to itself [too_large]":              func(v *viper.Viper) { v.SetDefault("name", self) },
		"viper: override or flag: vault.port: want an integer [type]":                                                func(v *viper.Viper) { v.Set("vault.port", "hunter2") },
		"viper: override or flag: vault: want a map of keys [type]":                                                  func(v *viper.Viper) { v.Set("vault", "hunter2") },
		"viper: override or flag: name: the MarshalText method of config_test.panicky panicked with a string [type]": func(v *viper.Viper) { v.Set("name", panicky(1)) },
	} {
		v := viper.New()
		set(v)
		wantProblems(t, config.Check[viperValues](config.WithViper(v), config.WithoutFile()), want)
	}
}

// ender is a value in a Viper whose method ends in some way.
type ender func()

func (e ender) MarshalText() ([]byte, error) { e(); return []byte("text"), nil }

// A method of a value in a Viper that hangs delays Reload no longer than its context, and one
// that ends its goroutine does not end the caller's.
func TestAMethodOfAValueInAViperThatDoesNotReturn(t *testing.T) {
	path := yamlFile(t, "name: file")
	v := viper.New()
	s := open[viperValues](t, config.WithViper(v), config.WithFile(path), noPoll())
	v.Set("server.addr", ender(runtime.Goexit))
	if err := s.Reload(t.Context()); err == nil || !strings.Contains(err.Error(), "called runtime.Goexit") {
		t.Errorf("got %v", err)
	}
	var reentrant error
	v.Set("server.addr", ender(func() { reentrant = s.Reload(context.Background()) }))
	if must(t, s.Reload(t.Context())); !errors.Is(reentrant, config.ErrReentrant) {
		t.Errorf("got %v", reentrant)
	}
	leave, inside := make(chan struct{}), make(chan struct{}, 1)
	defer close(leave)
	v.Set("server.addr", ender(func() { inside <- struct{}{}; <-leave }))
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-inside; cancel() }()
	if err := s.Reload(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if s.Current().Name != "file" {
		t.Errorf("serving %+v", s.Current())
	}
}

// Reload may be called while the store is being closed.
func TestReloadOfAViperWhileClosing(t *testing.T) {
	v := viper.New()
	v.Set("name", "a")
	for range 20 {
		s, err := config.Open[viperValues](config.WithViper(v), config.WithoutFile(), config.WithLogger(quiet))
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error)
		for range 4 {
			go func() { done <- s.Reload(t.Context()) }()
		}
		s.Close()
		for range 4 {
			if err := <-done; err != nil && !errors.Is(err, config.ErrClosed) {
				t.Error(err)
			}
		}
	}
}

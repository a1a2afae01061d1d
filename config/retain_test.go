package config_test

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"testing"

	"example.com/lastgood/config"
)

type retainConfig struct {
	Live   int
	Hosts  map[string]int                  `reload:"restart"`
	Ports  []int                           `reload:"restart"`
	Free   any                             `reload:"restart"`
	Raw    []byte                          `reload:"restart"`
	Pool   *int                            `reload:"restart" validate:"omitempty,max=9"`
	Nested struct{ A, B *struct{ N int } } `reload:"restart"`
	Rest   map[string]any                  `reload:"restart" mapstructure:",remain"`
}

const retainFirst = "live: 1\nhosts: {a: 1}\nports: [1]\nfree: {k: [1]}\nraw: x\npool: 1\nnested: {a: {n: 1}}\nother: {x: 1}\n"

// The same value is checked and published, and shares nothing with the running one.
func TestWhatIsPublishedWithKeptFieldsSharesNothing(t *testing.T) {
	path := yamlFile(t, retainFirst)
	var readers sync.WaitGroup
	var checked *retainConfig
	s := open[retainConfig](t, config.WithFile(path), config.WithCheck(func(_ context.Context, _, next *retainConfig) error {
		checked = next
		readers.Go(func() { // with -race: it is no longer modified
			for range 1000 {
				_ = len(next.Hosts) + len(next.Ports) + next.Live
			}
		})
		return nil
	}))
	first := s.Current()
	second := accepts(t, s, path, "live: 2\nhosts: {b: 2}\nports: [2, 3]\nfree: 7\nraw: y\npool: 2\nnested: {b: {n: 2}}\n")
	readers.Wait()
	if second != checked || second.Live != 2 {
		t.Errorf("published %+v, checked %+v", second, checked)
	}
	want := *first
	want.Live = 2
	if !reflect.DeepEqual(*second, want) {
		t.Errorf("got %+v, want %+v", *second, want)
	}
	second.Hosts["a"], second.Ports[0], *second.Pool, second.Nested.A.N, second.Raw[0] = 9, 9, 9, 9, 'z' // not to be done
	second.Free.(map[string]any)["k"].([]any)[0] = 9
	second.Rest["other"].(map[string]any)["x"] = 9
	if first.Hosts["a"] != 1 || first.Ports[0] != 1 || *first.Pool != 1 || first.Nested.A.N != 1 || first.Raw[0] != 'x' ||
		first.Free.(map[string]any)["k"].([]any)[0] != 1 || first.Rest["other"].(map[string]any)["x"] != 1 {
		t.Errorf("the running value has changed: %+v", *first)
	}
}

// A value is kept for as long as it waits, over any number of versions.
func TestAKeptValueIsKeptOverManyVersions(t *testing.T) {
	path := yamlFile(t, retainFirst)
	s := open[retainConfig](t, config.WithFile(path), config.WithDefaults(retainConfig{Raw: []byte("default")}))
	for i := 2; i < 6; i++ {
		c := accepts(t, s, path, "live: "+string(rune('0'+i))+"\nhosts: {b: 2}\nother: {x: 1}\n")
		if c.Live != i || c.Hosts["a"] != 1 || len(c.Hosts) != 1 || string(c.Raw) != "x" || c.Nested.A == nil || c.Rest["other"] == nil {
			t.Errorf("version %d is %+v", i, c)
		}
		if n := len(s.Snapshot().Pending); n != 6 {
			t.Errorf("%d changes wait: %v", n, s.Snapshot().Pending)
		}
	}
	if c := accepts(t, s, path, retainFirst); len(s.Snapshot().Pending) != 0 || c.Hosts["a"] != 1 {
		t.Errorf("got %+v, pending %v", c, s.Snapshot().Pending)
	}
}

// A bad value that only waits would prevent the next start.
func TestAWantedValueMustBeGoodAsWell(t *testing.T) {
	path := yamlFile(t, retainFirst)
	s := open[retainConfig](t, config.WithFile(path))
	rejects(t, s, path, "live: 2\npool: 10\n", "c.yaml:2:7: pool: must be 9 or less, got 10 [max]")
}

func TestTheOriginOfARetainedValueIsTheRunningConfiguration(t *testing.T) {
	path := yamlFile(t, retainFirst)
	s := open[retainConfig](t, config.WithFile(path))
	accepts(t, s, path, "live: 2\n")
	for key, want := range map[string]config.OriginKind{"hosts.a": config.OriginRunning, "live": config.OriginFile, "other.x": config.OriginRunning} {
		if o, ok := s.Origin(key); !ok || o.Kind != want {
			t.Errorf("%s comes from %v, %v", key, o, ok)
		}
	}
}

type words []string

func (w *words) UnmarshalText(text []byte) error {
	*w = words{string(text)}
	return nil
}

// Defaults are copied for every version: a check that writes to its argument affects neither
// the next version nor the defaults.
func TestVersionsShareNothingOfDefaults(t *testing.T) {
	type app struct {
		Live  int
		Free  any
		Words words
		Lists map[string]words
	}
	path := yamlFile(t, "live: 1\n")
	defaults := app{Free: map[string]int{"a": 1}, Words: words{"a"}, Lists: map[string]words{"a": {"a"}}}
	var rejected *app
	s := open[app](t, config.WithFile(path), config.WithDefaults(defaults), config.WithCheck(func(_ context.Context, _, next *app) error {
		if next.Live != 2 {
			return nil
		}
		rejected = next
		return errors.New("not this one")
	}))
	first := s.Current()
	rejects(t, s, path, "live: 2\n", "c.yaml: not this one [check]")
	rejected.Free.(map[string]int)["a"], rejected.Words[0], rejected.Lists["a"][0] = 9, "z", "z"
	third := accepts(t, s, path, "live: 3\n")
	for name, c := range map[string]*app{"the running version": first, "the next version": third, "the defaults": &defaults} {
		if c.Free.(map[string]int)["a"] != 1 || c.Words[0] != "a" || c.Lists["a"][0] != "a" {
			t.Errorf("%s has changed: %+v", name, *c)
		}
	}
}

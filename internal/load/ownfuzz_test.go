package load_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/go-viper/mapstructure/v2"
	parser "go.yaml.in/yaml/v3"

	"example.com/lastgood/internal/decode"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/value"
)

// ownFuzzed has fields of types that decode themselves.
type ownFuzzed struct {
	JSON  json.RawMessage
	Items []json.RawMessage
	Keyed map[string]json.RawMessage
	Node  parser.Node
	Any   map[string]any
	Text  string
}

// FuzzTypesThatReadThemselves checks that a type with UnmarshalJSON is called with valid JSON,
// with and without hooks, and that hooks that return their value do not change the result.
func FuzzTypesThatReadThemselves(f *testing.F) {
	for _, text := range []string{"json: {a: [1, .5, 0x10, +1, 1_0, x], b: ~}", "json: .nan", "keyed: {80: {80: a}, b: \"\\u2028\"}",
		"items: [yes, 2026-01-02, !!binary aGk=, &a [1], *a]\nnode: *a\nany: {a: {b: [1]}}\ntext: 1.10"} {
		f.Add(text)
	}
	hook, ok := decode.NewHook(func(_, _ reflect.Type, data any) (any, error) { return data, nil }, 1)
	if !ok {
		f.Fatal("it is no hook")
	}
	composed, ok := decode.NewHook(mapstructure.ComposeDecodeHookFunc(mapstructure.StringToTimeDurationHookFunc()), 2)
	if !ok {
		f.Fatal("it is no hook")
	}
	f.Fuzz(func(t *testing.T, text string) {
		plain, problems := once(newLoader[ownFuzzed](t, load.Options{}), yaml(text))
		hooked, others := once(newLoader[ownFuzzed](t, load.Options{Hooks: []decode.Hook{hook, composed}}), yaml(text))
		if len(problems) != len(others) {
			t.Fatalf("%q: without hooks %q, with %q", text, formatAll(problems), formatAll(others))
		}
		if len(problems) > 0 {
			return
		}
		got := plain.(*ownFuzzed)
		for _, raw := range slices.Concat([]json.RawMessage{got.JSON}, got.Items, slices.Collect(maps.Values(got.Keyed))) {
			if len(raw) > 0 && !json.Valid(raw) {
				t.Errorf("%q gives %q", text, raw)
			}
		}
		if b := hooked.(*ownFuzzed); string(got.JSON) != string(b.JSON) || got.Text != b.Text || !value.Equal(got.Any, b.Any) {
			t.Errorf("%q: without hooks %+v, with %+v", text, got, b)
		}
	})
}

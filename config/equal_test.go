package config_test

import (
	"fmt"
	"math"
	"strconv"
	"testing"

	"example.com/lastgood/config"
)

// number is a text that is read as numbers in fields that are not exported.
type number struct {
	float   float64
	complex complex128
	list    []float32
	array   [2]any
	inner   *number
	again   *number // itself
	hidden  map[float64]map[number2]float64
}

type number2 struct{ a, b float64 }

func (n *number) UnmarshalText(b []byte) error {
	f, err := strconv.ParseFloat(string(b), 64)
	*n = number{float: f, complex: complex(f, 1), list: []float32{1, float32(f)}, array: [2]any{f, []any{f}}, inner: &number{float: f}, again: n,
		hidden: map[float64]map[number2]float64{f: {{f, 1}: f, {1, f}: 2}}}
	return err
}

type numbers struct {
	N       int
	Plain   float64
	Small   float32
	Pointer *float64
	List    []float64
	Array   [2]float64
	Map     map[string]float64
	Keys    map[float64]int
	Any     any
	Structs []struct{ F float64 }
	Own     number
	Rest    map[string]any `mapstructure:",remain"`
}

const nans = `{n: %d, plain: .nan, small: .nan, pointer: .nan, list: [1, .nan], array: [.nan, 1], map: {a: .nan},
  keys: {nan: %d, NaN: 2, 1: 3}, any: {a: [.nan]}, structs: [{f: .nan}], own: %s, x_rest: {a: .nan}}`

func TestNaNEqualsNaN(t *testing.T) {
	path := yamlFile(t, fmt.Sprintf(nans, 1, 1, "nan"))
	s := open[numbers](t, config.WithFile(path), config.WithUnknownKeys())
	changed := make(chan float64, 10)
	config.OnChangeOf(s, func(n *numbers) float64 { return n.Plain }, func(_, new float64) { changed <- new })
	first := s.Current()
	if !math.IsNaN(first.Plain) || len(first.Keys) != 3 {
		t.Fatalf("got %+v", *first)
	}
	if accepts(t, s, path, fmt.Sprintf(nans, 1, 1, "nan")+" # a comment") != first {
		t.Error("a comment made a new version")
	}
	if diff := s.Diff(first, first); len(diff) != 0 {
		t.Errorf("a value differs from itself: %v", diff)
	}
	_ = s.Settings()

	for content, want := range map[string]int{fmt.Sprintf(nans, 2, 1, "nan"): 1, fmt.Sprintf(nans, 1, 7, "nan"): 1, fmt.Sprintf(nans, 1, 1, "1"): 1} {
		before := s.Current()
		next := accepts(t, s, path, content)
		if next == before {
			t.Errorf("%s made no new version", content)
		}
		if diff := s.Diff(first, next); len(diff) != want {
			t.Errorf("%s: the differences are %v", content, diff)
		}
	}
	if len(changed) != 0 {
		t.Error("a hook was called for NaN instead of NaN")
	}
}

func TestMoreProblemsThanAreKeptAreTheSameEachTime(t *testing.T) {
	type entry struct {
		N int `validate:"max=1"`
	}
	type many struct {
		N       int
		Dived   map[string]entry `validate:"dive"`
		Undived map[string]entry
		Keyed   map[int]int `validate:"dive,max=1"`
	}
	content := "n: 1\n"
	for _, m := range []string{"dived", "undived", "keyed"} {
		content += m + ":\n"
		for i := range 1500 {
			value := "{n: 2}"
			if m == "keyed" {
				value = "2"
			}
			content += fmt.Sprintf("  %d: %s\n", i, value)
		}
	}
	path := yamlFile(t, "n: 0\n")
	s := open[many](t, config.WithFile(path))
	hooks := make(chan *config.Error, 10)
	s.OnReject(func(err *config.Error) { hooks <- err })
	put(t, path, content)
	first := s.Reload(t.Context())
	_ = within(t, hooks, "the hook")
	rejected := first.(*config.Error) //nolint:errorlint,forcetypeassert // itself
	if len(rejected.Problems) != 1000 {
		t.Errorf("%d problems", len(rejected.Problems))
	}
	for i, p := range rejected.Problems { // the first by place
		if p.Origin.Line != i+3 {
			t.Fatalf("problem %d is on line %d: %s", i, p.Origin.Line, p)
		}
	}
	for range 3 {
		if again := s.Reload(t.Context()); again != first { //nolint:errorlint // it is the same
			t.Error("another rejection of the same content")
		}
	}
	if len(hooks) != 0 {
		t.Error("the same content was reported again")
	}
}

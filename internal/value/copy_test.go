package value_test

import (
	"net/url"
	"reflect"
	"regexp"
	"testing"
	"time"

	"example.com/lastgood/internal/value"
)

type copied struct {
	Map   map[string][]int
	Array [2][]string
	Any   any
	At    *int
	Inner *copied
	User  url.URL
	Match *regexp.Regexp
	Time  time.Time
	Nil   []int
	None  any
	Funcs []func()
}

func TestACopySharesNothing(t *testing.T) {
	one := 1
	v := copied{
		Map: map[string][]int{"a": {1}}, Array: [2][]string{{"x"}}, Any: map[string]any{"k": []any{1, nil}}, At: &one,
		Inner: &copied{Map: map[string][]int{"b": {2}}}, User: url.URL{User: url.UserPassword("u", "p")},
		Match: regexp.MustCompile("a"), Time: time.Now().Truncate(0).UTC(),
	}
	got := value.Copy(reflect.ValueOf(v)).Interface().(copied)
	if !reflect.DeepEqual(got, v) {
		t.Fatalf("got %+v, want %+v", got, v)
	}
	v.Map["a"][0], v.Array[0][0], v.Inner.Map["b"][0] = 9, "y", 9
	v.Any.(map[string]any)["k"].([]any)[0] = 9
	if got.Map["a"][0] != 1 || got.Array[0][0] != "x" || got.Inner.Map["b"][0] != 2 || got.At == v.At ||
		got.Any.(map[string]any)["k"].([]any)[0] != 1 {
		t.Errorf("it has changed with the original: %+v", got)
	}
	if got.Match != v.Match {
		t.Error("a struct with unexported fields was copied")
	}
}

func TestACyclicValueIsCopied(t *testing.T) {
	v := &copied{}
	v.Inner = v
	m := map[string]any{"v": v}
	m["m"] = m
	got := value.Copy(reflect.ValueOf(m)).Interface().(map[string]any)
	c := got["v"].(*copied)
	if c == v || c.Inner != c || reflect.ValueOf(got["m"]).Pointer() != reflect.ValueOf(got).Pointer() {
		t.Errorf("got %p in %p, of %p", c.Inner, c, v)
	}
}

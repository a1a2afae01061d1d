package decode_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-viper/mapstructure/v2"

	"example.com/lastgood/internal/decode"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/schema/schematest"
)

// report merges the tree of a YAML document for a T.
func report[T any](t testing.TB, text string) *merge.Report {
	t.Helper()
	root, problems := document.Parse(document.YAML, []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return merge.Merge(schematest.Of[T](t), []*layers.Layer{{Root: root, Path: "/c.yaml"}}, merge.Options{})
}

// decoded decodes a document, and returns the value and its problems as "key: message".
func decoded[T any](t testing.TB, text string) (*T, []string) {
	t.Helper()
	r := report[T](t, text)
	v := decode.Decode(r, "mapstructure", nil).Interface().(*T)
	var problems []string
	for _, p := range r.Problems {
		problems = append(problems, p.Key+": "+p.Message)
	}
	return v, problems
}

type section struct {
	Name  string
	Ports []int
	Deep  struct {
		On     bool
		Labels map[string]string
	}
}

type config struct {
	Section section
	Item    *section
	List    []section
	Map     map[string]section
	Free    any
	Rest    map[string]any `mapstructure:",remain"`
}

const full = `
section: {name: a, ports: [1, 2], deep: {on: true, labels: {A.b: c}}}
item: {name: b}
list: [{name: c, deep: {on: true}}]
map: {X.y: {name: d}}
free: {K.l: [1, ~]}
Other.Key: {Sub.Key: 1}
`

func TestEverythingIsDecoded(t *testing.T) {
	got, problems := decoded[config](t, full)
	var want config
	want.Section.Name, want.Section.Ports = "a", []int{1, 2}
	want.Section.Deep.On, want.Section.Deep.Labels = true, map[string]string{"A.b": "c"}
	want.Item = &section{Name: "b"}
	want.List = []section{{Name: "c"}}
	want.List[0].Deep.On = true
	want.Map = map[string]section{"X.y": {Name: "d"}}
	want.Free = map[string]any{"K.l": []any{1, nil}}
	want.Rest = map[string]any{"Other.Key": map[string]any{"Sub.Key": 1}}
	if len(problems) > 0 || !reflect.DeepEqual(*got, want) {
		t.Errorf("got  %+v\nwant %+v\n%q", *got, want, problems)
	}
}

// The test shows that it is Viper that decodes: without the hook, or without a section in
// Viper's input, the value stays empty.
func TestAFieldThatIsNotGivenToViperStaysEmpty(t *testing.T) {
	r := report[config](t, full)
	all := decode.ViperInput(r)
	without := func(change func(map[string]any), hook mapstructure.DecodeHookFunc) config {
		input := map[string]any{}
		for key, value := range all {
			input[key] = value
		}
		change(input)
		var c config
		if err := decode.WithViper(input, &c, "mapstructure", hook); err != nil {
			t.Logf("mapstructure: %v", err)
		}
		return c
	}
	if c := without(func(map[string]any) {}, decode.DecodeHook(r)); c.Section.Name != "a" || c.Rest == nil || len(c.List) != 1 {
		t.Errorf("with all of it, it is %+v", c)
	}
	if c := without(func(map[string]any) {}, nil); !reflect.DeepEqual(c.Section, section{}) || len(c.List)+len(c.Map) != 0 {
		t.Errorf("without the hook, it is %+v", c)
	}
	if c := without(func(m map[string]any) { delete(m, "Section") }, decode.DecodeHook(r)); !reflect.DeepEqual(c.Section, section{}) || len(c.List) != 1 {
		t.Errorf("without the section, it is %+v", c)
	}
	if c := without(func(m map[string]any) { clear(m) }, decode.DecodeHook(r)); !reflect.DeepEqual(c, config{}) {
		t.Errorf("without anything, it is %+v", c)
	}
}

// Our hook fills its target and returns nil. It is not documented that mapstructure leaves
// the target alone then: the test fails with a version that does not.
func TestMapstructureKeepsTheTargetOfAHookThatReturnsNil(t *testing.T) {
	type target struct {
		List []int
		Map  map[string]int
		Num  int8
		Ptr  *int
		Any  any
		Arr  [2]string
	}
	one := 1
	want := target{[]int{1}, map[string]int{"a": 1}, 7, &one, "x", [2]string{"b", ""}}
	calls := 0
	hook := func(_, to reflect.Value) (any, error) {
		if to.Kind() == reflect.Struct {
			return map[string]any{"List": 0, "Map": 0, "Num": 0, "Ptr": 0, "Any": 0, "Arr": 0}, nil
		}
		calls++
		source := reflect.ValueOf(want)
		for i := range source.NumField() {
			if source.Field(i).Type() == to.Type() {
				to.Set(source.Field(i))
			}
		}
		return nil, nil
	}
	var got target
	if err := decode.WithViper(map[string]any{"x": 1}, &got, "mapstructure", hook); err != nil || !reflect.DeepEqual(got, want) || calls != 6 {
		t.Errorf("got %+v after %d calls, %v; want %+v", got, calls, err, want)
	}
}

func TestEveryMismatchIsReportedWithItsPath(t *testing.T) {
	type defaults struct {
		A int `default:"5"`
		S struct {
			B []int
			C map[string]struct{ D int8 }
			E *struct{ F bool }
		}
		R map[string]int8 `mapstructure:",remain"`
	}
	v, problems := decoded[defaults](t, "a: x\ns: {b: [1, y, ~], c: {k: {d: 300}, l: 5}, e: {f: 2}}\nother: 1000\nnothing: ~\n")
	slices.Sort(problems)
	want := `a: want an integer, got "x"
nothing: want a value, got null
other: want an integer from -128 to 127, got 1000
s.b[1]: want an integer, got "y"
s.b[2]: want a value, got null
s.c.k.d: want an integer from -128 to 127, got 300
s.c.l: want a map of keys, got 5
s.e.f: want true or false, got 2`
	if got := strings.Join(problems, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if v.A != 0 || v.S.B[0] != 1 || v.R["other"] != 0 {
		t.Errorf("what does not fit is not left zero: %+v", v)
	}
}

// An embedded pointer is set if something in it is, on every level.
func TestEmbeddedPointersInSections(t *testing.T) {
	type Base struct{ Region string }
	type inner struct {
		*Base `mapstructure:",squash"`
		Name  string
	}
	type outer struct{ Unset, Set inner }
	if v, _ := decoded[inner](t, "name: x\n"); v.Base != nil || v.Name != "x" {
		t.Errorf("at the top level: got %+v", v)
	}
	if v, _ := decoded[inner](t, "region: eu\n"); v.Base == nil || v.Region != "eu" {
		t.Errorf("at the top level: got %+v", v)
	}
	v, problems := decoded[outer](t, "unset: {name: x}\nset: {region: eu}\n")
	if len(problems) > 0 || v.Unset.Base != nil || v.Unset.Name != "x" || v.Set.Base == nil || v.Set.Region != "eu" {
		t.Errorf("got %+v, %q", v, problems)
	}
}

func TestNothingIsSharedByTwoValuesOfATree(t *testing.T) {
	r := report[config](t, full)
	a, b := decode.Decode(r, "mapstructure", nil).Interface().(*config), decode.Decode(r, "mapstructure", nil).Interface().(*config)
	a.Section.Ports[0], a.Section.Deep.Labels["A.b"], a.Item.Name, a.List[0].Name = 9, "x", "x", "x"
	a.Free.(map[string]any)["K.l"].([]any)[0] = 9
	a.Rest["Other.Key"].(map[string]any)["Sub.Key"] = 9
	if again := decode.Decode(r, "mapstructure", nil).Interface().(*config); !reflect.DeepEqual(b, again) {
		t.Errorf("got %+v, want %+v", b, again)
	}
}

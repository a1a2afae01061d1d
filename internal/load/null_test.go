package load_test

import (
	"reflect"
	"testing"
	"time"
)

type nullable struct {
	Sections map[string]struct {
		Quota int    `default:"10"`
		Name  string `validate:"omitempty,min=2"`
	}
	Optional map[string]*struct {
		Quota int `default:"10"`
	}
	Pointers map[string]*int
	Lists    map[string][]int
	Maps     map[string]map[string]int
	Numbers  map[string]int
	Times    map[string]time.Duration
	Free     any
	Anys     map[string]any
	Items    []any
	Rest     map[string]any `mapstructure:",remain"`
}

// The author of "acme:" in a map of sections means a section with its defaults.
func TestANullEntryOfSectionsIsOneWithItsDefaults(t *testing.T) {
	v := good[nullable](t, yaml("sections: {acme: , zeta: {quota: 3}}\noptional: {acme: ~}\n"))
	if len(v.Sections) != 2 || v.Sections["acme"].Quota != 10 || v.Sections["zeta"].Quota != 3 {
		t.Errorf("sections %+v", v.Sections)
	}
	if o := v.Optional["acme"]; o == nil || o.Quota != 10 {
		t.Errorf("optional %+v", v.Optional)
	}
}

func TestANullEntryOfSectionsRemovesNothing(t *testing.T) {
	low := file("a.yaml", "sections: {acme: {quota: 3, name: low}, zeta: }\n")
	v := good[nullable](t, low, file("b.yaml", "sections: {acme: }\n"))
	if s := v.Sections["acme"]; s.Quota != 3 || s.Name != "low" {
		t.Errorf("got %+v", v.Sections)
	}
	v = good[nullable](t, low, file("b.yaml", "sections: {acme: }\n"), file("c.yaml", "sections: {acme: {quota: 4}, zeta: {name: set}}\n"))
	if s := v.Sections["acme"]; s.Quota != 4 || s.Name != "low" || v.Sections["zeta"].Name != "set" || v.Sections["zeta"].Quota != 10 {
		t.Errorf("got %+v", v.Sections)
	}
}

func TestANullEntryThatCanBeNilIsNilAndReplaces(t *testing.T) {
	low := file("a.yaml", "pointers: {a: 1}\nlists: {a: [1]}\nmaps: {a: {x: 1}}\nanys: {a: {x: 1}, b: 1}\nother: {x: 1}\n")
	null := file("b.yaml", "pointers: {a: }\nlists: {a: }\nmaps: {a: }\nanys: {a: }\nother:\n")
	v := good[nullable](t, low, null)
	if p, ok := v.Pointers["a"]; !ok || p != nil {
		t.Errorf("pointers %v", v.Pointers)
	}
	if l, ok := v.Lists["a"]; !ok || l != nil {
		t.Errorf("lists %v", v.Lists)
	}
	if m, ok := v.Maps["a"]; !ok || m != nil {
		t.Errorf("maps %v", v.Maps)
	}
	if !reflect.DeepEqual(v.Anys, map[string]any{"a": nil, "b": 1}) || !reflect.DeepEqual(v.Rest, map[string]any{"other": nil}) {
		t.Errorf("anys %v, rest %v", v.Anys, v.Rest)
	}
	// A layer above the null does not merge with the layers below it.
	v = good[nullable](t, low, null, file("c.yaml", "maps: {a: {y: 2}}\nanys: {a: {y: 2}}\n"))
	if !reflect.DeepEqual(v.Maps["a"], map[string]int{"y": 2}) || !reflect.DeepEqual(v.Anys["a"], map[string]any{"y": 2}) {
		t.Errorf("maps %v, anys %v", v.Maps, v.Anys)
	}
}

func TestAnyOtherNullEntryIsAMissingValue(t *testing.T) {
	bad[nullable](t, yaml("numbers: {a: }\ntimes: {b: ~}\n"),
		`c.yaml:1:14 numbers.a: want a value, got null [type]`,
		`c.yaml:2:12 times.b: want a value, got null [type]`)
	if v := good[nullable](t, file("a.yaml", "numbers: {a: }\n"), file("b.yaml", "numbers: {a: 1}\n")); v.Numbers["a"] != 1 {
		t.Errorf("a value above it does not replace it: %v", v.Numbers)
	}
}

func TestNullsInsideOfAnyAreData(t *testing.T) {
	v := good[nullable](t, yaml("free: {a: null, b: [null], c: {d: ~}}\nitems: [null, {e: ~}]\n"))
	free := map[string]any{"a": nil, "b": []any{nil}, "c": map[string]any{"d": nil}}
	if !reflect.DeepEqual(v.Free, free) || !reflect.DeepEqual(v.Items, []any{nil, map[string]any{"e": nil}}) {
		t.Errorf("free %v, items %v", v.Free, v.Items)
	}
	v = good[nullable](t, file("a.yaml", "free: {a: {x: 1}, k: 1}\n"), file("b.yaml", "free: {a: }\n"))
	if !reflect.DeepEqual(v.Free, map[string]any{"a": nil, "k": 1}) {
		t.Errorf("free %v", v.Free)
	}
}

func TestANullFieldIsNotSetHere(t *testing.T) {
	v := good[nullable](t, file("a.yaml", "free: {a: 1}\nnumbers: {a: 1}\nitems: [1]\n"), file("b.yaml", "free:\nnumbers: ~\nitems: null\n"))
	if v.Free == nil || v.Numbers["a"] != 1 || len(v.Items) != 1 {
		t.Errorf("got %+v", v)
	}
}

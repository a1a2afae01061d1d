package load_test

import (
	"reflect"
	"testing"

	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/source"
)

type layered struct {
	Name   string
	Tags   []string
	Ups    []struct{ Name, Zone string }
	Limits map[string]int
	Zones  map[string]struct {
		Weight int
		Hosts  []string
	}
	Free any
	TLS  *struct{ Cert, Key string }
	Keys map[int]struct{ A, B string }
}

func over(t *testing.T, docs ...string) *layered {
	t.Helper()
	var all []source.Document
	for i, d := range docs {
		all = append(all, file(string(rune('a'+i))+".yaml", d))
	}
	return good[layered](t, all...)
}

func TestLaterLayersReplaceScalarsAndLists(t *testing.T) {
	v := over(t, "name: a\ntags: [x, y, z]\nups: [{name: a, zone: eu}]", "name: b\ntags: [w]\nups: [{name: b}]")
	if v.Name != "b" || !reflect.DeepEqual(v.Tags, []string{"w"}) {
		t.Errorf("got %+v", v)
	}
	if len(v.Ups) != 1 || v.Ups[0].Name != "b" || v.Ups[0].Zone != "" {
		t.Errorf("items of lists were merged: %+v", v.Ups)
	}
	if v := over(t, "tags: [x]", "tags: []"); v.Tags == nil || len(v.Tags) != 0 {
		t.Errorf("an empty list does not replace: %#v", v.Tags)
	}
}

func TestMapsAndSectionsMergeDeeply(t *testing.T) {
	v := over(t,
		"limits: {a: 1, b: 2}\nzones: {Eu: {weight: 1, hosts: [x]}}\ntls: {cert: c1, key: k1}\nfree: {deep: {a: 1, b: 1}}",
		"limits: {b: 3, A: 4}\nzones: {Eu: {weight: 2}, us: {weight: 5}}\nTLS: {CERT: c2}\nfree: {deep: {b: 2}, more: x}")
	if !reflect.DeepEqual(v.Limits, map[string]int{"a": 1, "b": 3, "A": 4}) {
		t.Errorf("limits: %v", v.Limits)
	}
	if z := v.Zones["Eu"]; z.Weight != 2 || !reflect.DeepEqual(z.Hosts, []string{"x"}) || v.Zones["us"].Weight != 5 {
		t.Errorf("zones: %v", v.Zones)
	}
	if v.TLS.Cert != "c2" || v.TLS.Key != "k1" {
		t.Errorf("tls: %v", v.TLS)
	}
	if want := map[string]any{"deep": map[string]any{"a": 1, "b": 2}, "more": "x"}; !reflect.DeepEqual(v.Free, want) {
		t.Errorf("free: %v", v.Free)
	}
}

func TestKeysOfAnotherTypeMergeByValue(t *testing.T) {
	v := over(t, "keys: {0x50: {a: x, b: y}}", "keys: {80: {a: z}}")
	if k := v.Keys[80]; len(v.Keys) != 1 || k.A != "z" || k.B != "y" {
		t.Errorf("keys: %v", v.Keys)
	}
	bad[layered](t, yaml("keys:\n  80: {}\n  0x50: {}\n  x: {}\n"),
		`c.yaml:3:3 keys.0x50: "0x50" is the same key as "80" on line 2; keep one [duplicate_key]`,
		`c.yaml:4:3 keys.x: the key must be an integer [type]`)
}

func TestNullMeansNotSetHere(t *testing.T) {
	v := over(t, "name: a\ntags: [x]\nlimits: {a: 1, b: 1}\ntls: {cert: c}\nfree: 1", "name:\ntags: ~\ntls: null\nfree: null")
	if v.Name != "a" || len(v.Tags) != 1 || !reflect.DeepEqual(v.Limits, map[string]int{"a": 1, "b": 1}) || v.TLS == nil || v.Free != 1 {
		t.Errorf("got %+v", v)
	}
	if v := over(t, "tls: null\nzones: null"); v.TLS != nil || v.Zones != nil {
		t.Errorf("got %+v", v)
	}
	type optional struct {
		Section *struct {
			A int `default:"1"`
		}
		Items []*int
		Any   []any
		Plain []int
	}
	if v := good[optional](t, yaml("section: {}")); v.Section == nil || v.Section.A != 1 {
		t.Errorf("an empty section is one: %+v", v)
	}
	if v := good[optional](t, yaml("section:\nitems: [1, null]\nany: [null]")); v.Section != nil || len(v.Items) != 2 || v.Items[1] != nil || v.Any[0] != nil {
		t.Errorf("got %+v", v)
	}
	bad[optional](t, yaml("plain: [1, null]"), `c.yaml:1:12 plain[1]: want a value, got null [type]`)
}

// Viper silently ignores a map over a scalar [462].
func TestConflictsNameBothPlaces(t *testing.T) {
	for _, test := range []struct{ a, b, want string }{
		{"tls: {cert: c}", "tls: no", `b.yaml:1:6 tls: it is a string here, but a map of keys in /etc/app/a.yaml:1:6 [conflict]`},
		{"tls: no", "tls: {cert: c}", `a.yaml:1:6 tls: it is a string here, but a map of keys in /etc/app/b.yaml:1:6 [conflict]`},
		{"limits: 5", "limits: {a: 1}", `a.yaml:1:9 limits: it is an integer here, but a map of keys in /etc/app/b.yaml:1:9 [conflict]`},
		{"name: {a: 1}", "name: x", `a.yaml:1:7 name: it is a map of keys here, but a string in /etc/app/b.yaml:1:7 [conflict]`},
		{"tags: x", "tags: [x]", `a.yaml:1:7 tags: it is a string here, but a list in /etc/app/b.yaml:1:7 [conflict]`},
		{"free: {a: {b: 1}}", "free: {a: [1]}", `b.yaml:1:11 free.a: it is a list here, but a map of keys in /etc/app/a.yaml:1:11 [conflict]`},
		{"free: [1]", "free: 1", `b.yaml:1:7 free: it is an integer here, but a list in /etc/app/a.yaml:1:7 [conflict]`},
	} {
		_, problems := pass[layered](t, file("a.yaml", test.a), file("b.yaml", test.b))
		same(t, problems, test.want)
	}
}

func TestValuesOfTheWrongShape(t *testing.T) {
	bad[layered](t, yaml("name: [a]\ntags: a, b\nlimits: x\ntls: [1]\nups: [x]\nkeys: 5"),
		`c.yaml:1:7 name: want a string, got a list [type]`,
		`c.yaml:2:7 tags: want a list, got "a, b" [type]`,
		`c.yaml:3:9 limits: want a map of keys, got "x" [type]`,
		`c.yaml:4:6 tls: want a map of keys, got a list [type]`,
		`c.yaml:5:7 ups[0]: want a map of keys, got "x" [type]`,
		`c.yaml:6:7 keys: want a map of keys, got 5 [type]`)
	_, problems := pass[layered](t, file("a.yaml", "tls: 1"), file("b.yaml", "tls: 2"))
	same(t, problems, `a.yaml:1:6 tls: want a map of keys, got 1 [type]`, `b.yaml:1:6 tls: want a map of keys, got 2 [type]`)
	bad[struct{ Pair [2]int }](t, yaml("pair: [1, 2, 3]"), `c.yaml:1:7 pair: want a list of 2 items, got a list; it has 3 [type]`)
}

func TestLayersOfDifferentFormatsAndSpellings(t *testing.T) {
	type config struct {
		ReadTimeout string
		Server      struct{ MaxConns, MinConns int }
	}
	v := good[config](t, file("a.yaml", "readTimeout: a\nserver: {maxConns: 1, min-conns: 1}"), file("b.toml", "READ_TIMEOUT = 'b'\n[Server]\nmax_conns = 2"),
		file("c.json", `{"read-timeout": "c"}`))
	if v.ReadTimeout != "c" || v.Server.MaxConns != 2 || v.Server.MinConns != 1 {
		t.Errorf("got %+v", v)
	}
}

func TestProblemsAreSortedByFileAndPlace(t *testing.T) {
	_, problems := pass[layered](t,
		file("z.yaml", "tags: [[1], x]\nnope: 1\nname: [1]"),
		source.Document{Path: "/etc/app/absent.yaml", Absent: true},
		file("a.yaml", "limits: {a: x}\nkeys: {}\nother: 1"))
	same(t, problems,
		`z.yaml:1:8 tags[0]: want a string, got a list [type]`,
		`z.yaml:2:1 nope: unknown key; the keys here are name, tags, ups, limits, zones, free, tls and keys [unknown_key]`,
		`z.yaml:3:7 name: want a string, got a list [type]`,
		`a.yaml:1:13 limits.a: want an integer, got "x" [type]`,
		`a.yaml:3:1 other: unknown key; the keys here are name, tags, ups, limits, zones, free, tls and keys [unknown_key]`)
}

var _ = load.Options{}

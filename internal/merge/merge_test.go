package merge_test

import (
	"strings"
	"testing"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/schema/schematest"
)

type item struct{ A, B string }

type config struct {
	Text        string
	ReadTimeout string
	Section     struct {
		Name string
		Deep item
	}
	Pointer  *item
	List     []item
	Texts    map[string]string
	Keyed    map[string]item
	Optional map[string]*item
	Nested   map[string]map[string]string
	Nils     map[string]*string
	ByInt    map[int]string
	Free     any
	Frees    map[string]any
}

func TestOneLayerIsUsedAsItIs(t *testing.T) {
	r := merged[config](t, "text: x\nsection: {name: y}\nkeyed: {k: {a: z}}\nlist: [{a: 1}]")
	wantTree(t, r, "{text: x, section: {name: y}, keyed: {k: {a: z}}, list: [{a: 1}]}")
	if r.Tree.Root.Node != r.Tree.Layers[0].Root {
		t.Error("the tree was copied")
	}
}

func TestNoLayerIsAnEmptyTree(t *testing.T) {
	wantTree(t, merged[config](t), "{}")
}

func TestHigherLayersReplaceScalarsAndLists(t *testing.T) {
	wantTree(t, merged[config](t, "text: low\nlist: [{a: 1}, {a: 2}]", "text: mid\nlist: [{b: 3}]", "text: high"), "{text: high, list: [{b: 3}]}")
}

func TestSectionsAndMapsMergeDeeply(t *testing.T) {
	wantTree(t, merged[config](t,
		"section: {name: low, deep: {a: low}}\ntexts: {a: low, b: low}\nnested: {x: {a: low}}\nkeyed: {k: {a: low, b: low}}\npointer: {a: low}",
		"section: {deep: {b: high}}\ntexts: {b: high, c: high}\nnested: {x: {b: high}, y: {}}\nkeyed: {k: {b: high}}\npointer: {b: high}"),
		"{section: {name: low, deep: {a: low, b: high}}, pointer: {a: low, b: high}, texts: {a: low, b: high, c: high}, "+
			"keyed: {k: {a: low, b: high}}, nested: {x: {a: low, b: high}, y: {}}}")
}

func TestInAnyMapsMergeAndOtherValuesAreReplaced(t *testing.T) {
	wantTree(t, merged[config](t,
		"free: {a: {b: 1, l: [1]}, n: 1}\nfrees: {x: {y: 1}, t: 1, n: 1}",
		"free: {a: {c: 2, l: [2]}, n: null}\nfrees: {x: {z: 2}, t: 2, n: null}"),
		"{free: {a: {b: 1, l: [2], c: 2}, n: null}, frees: {x: {y: 1, z: 2}, t: 2, n: null}}")
}

func TestNullOfAFieldIsNotSetHere(t *testing.T) {
	wantTree(t, merged[config](t, "text: low\nsection: {name: low}\nlist: [{a: 1}]\nfree: 1", "text: ~\nsection: ~\nlist: ~\nfree: ~"),
		"{text: low, section: {name: low}, list: [{a: 1}], free: 1}")
	wantTree(t, merged[config](t, "text: ~", "section: ~"), "{}")
}

func TestNullOfASectionInAMapIsTheEmptySection(t *testing.T) {
	wantTree(t, merged[config](t, "keyed: {k: {a: low}}", "keyed: {k: ~}"), "{keyed: {k: {a: low}}}")
	wantTree(t, merged[config](t, "keyed: {k: ~}", "keyed: {k: {a: high}}"), "{keyed: {k: {a: high}}}")
	wantTree(t, merged[config](t, "keyed: {k: ~}", "keyed: {k: ~}"), "{keyed: {k: null}}")
	wantTree(t, merged[config](t, "optional: {k: {a: low}}", "optional: {k: ~}"), "{optional: {k: {a: low}}}")
	r := merged[config](t, "keyed: {k: {a: low}}", "keyed: {k: ~}")
	for below := range r.Tree.Below(at(t, r, "keyed.k")) {
		t.Errorf("it overrides %s", formatValue(below))
	}
}

func TestNullThatCanBeNilReplaces(t *testing.T) {
	wantTree(t, merged[config](t, "nils: {k: low}\nnested: {x: {a: low}}\nfrees: {x: {a: low}}", "nils: {k: ~}\nnested: {x: ~}\nfrees: {x: ~}"),
		"{nested: {x: null}, nils: {k: null}, frees: {x: null}}")
	// Values above the null do not merge with those below it.
	wantTree(t, merged[config](t, "nested: {x: {a: low}}", "nested: {x: ~}", "nested: {x: {b: high}}"), "{nested: {x: {b: high}}}")
}

func TestADefaultMapIsMergedInto(t *testing.T) {
	type defaulted struct {
		Labels map[string]string `default:"a=default,b=default"`
		List   []string          `default:"x,y"`
	}
	wantTree(t, merged[defaulted](t, "labels: {b: file}\nlist: [z]"), "{labels: {a: default, b: file}, list: [z]}")
	wantTree(t, merged[defaulted](t, "labels: {b: low}", "labels: {c: high}"), "{labels: {a: default, b: low, c: high}}")
	wantTree(t, merged[defaulted](t, "{}", "{}"), "{}") // the decoder applies the defaults
}

func TestAKeyOfASectionMatchesInAnySpelling(t *testing.T) {
	wantTree(t, merged[config](t, "read_timeout: low", "readTimeout: high"), "{readTimeout: high}")
	wantTree(t, merged[config](t, "by_int: {80: low}", "by_int: {0x50: high}"), "{by_int: {0x50: high}}")
	wantTree(t, merged[config](t, "texts: {a_b: low}", "texts: {aB: high}"), "{texts: {a_b: low, aB: high}}")
}

func TestAnUnknownKeyIsReportedOnceAndKept(t *testing.T) {
	wantProblems(t, merged[config](t, "texd: x\nsection: {nam: y}\nlist: [{c: 1}]\nkeyed: {k: {c: 1}}"),
		`a.yaml:1:1 texd: unknown key (did you mean "text"?) [unknown_key]`,
		`a.yaml:2:11 section.nam: unknown key (did you mean "name"?) [unknown_key]`,
		"a.yaml:3:9 list[0].c: unknown key (the keys here are a and b) [unknown_key]",
		"a.yaml:4:13 keyed.k.c: unknown key (the keys here are a and b) [unknown_key]")
	wantProblems(t, merged[config](t, "section: {nam: x}", "section: {nam: y}\nx-anchor: {}"),
		`a.yaml:1:11 section.nam: unknown key (did you mean "name"?) [unknown_key]`,
		`b.yaml:1:11 section.nam: unknown key (did you mean "name"?) [unknown_key]`)
	for _, texts := range [][]*layers.Layer{{file(t, "a.yaml", "nope: x")}, {file(t, "a.yaml", "nope: x"), file(t, "b.yaml", "nope: y")}} {
		wantProblems(t, merge.Merge(schematest.Of[config](t), texts, merge.Options{AllowUnknown: true}))
	}
}

func TestUnknownKeysGoToRemain(t *testing.T) {
	type remaining struct {
		Known string
		Rest  map[string]item `mapstructure:",remain"`
	}
	wantTree(t, merged[remaining](t, "known: x\nother: {a: low}", "other: {b: high}\nmore: {a: high}"),
		"{known: x, other: {a: low, b: high}, more: {a: high}}")
	wantProblems(t, merged[remaining](t, "other: {c: 1}"), "a.yaml:1:9 other.c: unknown key (the keys here are a and b) [unknown_key]")
}

func TestAKeyThatOneLayerSetsTwiceIsReportedOnce(t *testing.T) {
	for _, above := range [][]string{nil, {"text: high"}} {
		wantProblems(t, merged[config](t, append([]string{"read_timeout: 1\nreadTimeout: 2\nby_int: {80: a, 0x50: b}"}, above...)...),
			`a.yaml:2:1 read_timeout: "readTimeout" is the same key as "read_timeout" on line 1 (keep one, "read_timeout") [duplicate_key]`,
			`a.yaml:3:17 by_int.0x50: "0x50" is the same key as "80" on line 3 (keep one) [duplicate_key]`)
	}
}

func TestAKeyOfAMapThatItsTypeCannotReadIsAProblem(t *testing.T) {
	for _, above := range [][]string{nil, {"text: high"}} {
		wantProblems(t, merged[config](t, append([]string{"by_int: {x: a, 1: b}"}, above...)...),
			"a.yaml:1:10 by_int.x: the key must be an integer [type]")
	}
}

func TestLayersThatDisagreeOnTheShapeConflict(t *testing.T) {
	wantProblems(t, merged[config](t, "section: x\ntext: x\nlist: x", "section: {name: y}\ntext: [y]\nlist: [y]"),
		"b.yaml:2:7 text: it is a list here, but a string in a.yaml:2:7 [conflict]",
		"a.yaml:1:10 section: it is a string here, but a map of keys in b.yaml:1:10 [conflict]",
		"a.yaml:3:7 list: it is a string here, but a list in b.yaml:3:7 [conflict]")
	wantProblems(t, merged[config](t, "free: {a: 1}\nfrees: {x: [1]}", "free: 1\nfrees: {x: 1}"),
		"b.yaml:1:7 free: it is an integer here, but a map of keys in a.yaml:1:7 [conflict]",
		"b.yaml:2:12 frees.x: it is an integer here, but a list in a.yaml:2:12 [conflict]")
	wantProblems(t, merged[config](t, "text: [1]", "text: {a: 1}"),
		"a.yaml:1:7 text: want a string, got a list [type]", "b.yaml:1:7 text: want a string, got a map [type]")
}

func TestTheOriginOfAValueAndWhatItOverrides(t *testing.T) {
	s := schematest.Of[config](t)
	r := merge.Merge(s, []*layers.Layer{
		file(t, "a.yaml", "text: low\ntexts: {k: low, other: low}\nsection: {name: low}"),
		file(t, "b.yaml", "text: ~\ntexts: {k: mid}\nsection: {deep: {a: mid}}"),
		variables(map[string]string{"text": "high", "section.name": "high"}),
	}, merge.Options{})
	wantProblems(t, r)
	for key, want := range map[string]string{
		"text": "env TEXT < a.yaml:1:7", "texts.k": "b.yaml:2:12 < a.yaml:2:12", "texts.other": "a.yaml:2:24",
		"section.name": "env SECTION_NAME < a.yaml:3:17", "section.deep.a": "b.yaml:3:21", "section.deep": "b.yaml:3:17",
	} {
		v := at(t, r, key)
		got := []string{r.Tree.Origin(v).String()}
		for below := range r.Tree.Below(v) {
			got = append(got, r.Tree.Origin(below).String())
		}
		if all := strings.Join(got, " < "); all != want {
			t.Errorf("%s comes from %s, want %s", key, all, want)
		}
	}
}

func TestAProblemWithAVariableNamesWhatItOverrides(t *testing.T) {
	r := merge.Merge(schematest.Of[config](t), []*layers.Layer{file(t, "a.yaml", "text: low"), variables(map[string]string{"text": "high"})}, merge.Options{})
	r.Add(problem.Problem{Code: "min", Message: "too short"}, keypath.Path{keypath.Field("text")}, at(t, r, "text"))
	wantProblems(t, r, "env TEXT text: too short (it overrides a.yaml:1:7) [min]")
}

func TestAValueIsLocatedInDefaultsToo(t *testing.T) {
	type defaulted struct {
		Labels  map[string]string `default:"a=1"`
		Section struct {
			N int `default:"5"`
		}
	}
	r := merged[defaulted](t, "section: {}")
	for key, want := range map[string]string{"labels.a": "1", "section.n": "5", "labels": "{a: 1}"} {
		if v := at(t, r, key); formatValue(v) != want || v.Layer != merge.Default || r.Tree.Origin(v).Kind != problem.Default {
			t.Errorf("%s is %s of layer %d", key, formatValue(v), v.Layer)
		}
	}
	path := keypath.Path{keypath.Field("labels"), keypath.Entry("b")}
	if v, depth := r.Locate(path); depth != 0 || v.Node != r.Tree.Root.Node {
		t.Errorf("what is missing is in %s, at depth %d", formatValue(v), depth)
	}
}

func TestTheSectionForAMissingValueIsInTheHighestFileThatHasIt(t *testing.T) {
	r := merge.Merge(schematest.Of[config](t), []*layers.Layer{
		file(t, "a.yaml", "section: {deep: {a: 1}}"), file(t, "b.yaml", "section: {name: x}"), variables(map[string]string{"section.deep.a": "2"}),
	}, merge.Options{})
	for key, want := range map[string]string{"section.deep.b": "a.yaml:1:17", "section.name": "b.yaml:1:10", "text": "b.yaml:1:1", "pointer.a": "b.yaml:1:1"} {
		path, _ := schema.ParsePath(r.Tree.Schema, key)
		section, _ := r.FileSection(path[:len(path)-1])
		if got := r.Tree.Origin(section).String(); got != want {
			t.Errorf("%s belongs to %s, want %s", key, got, want)
		}
	}
}

func TestAGraftedTreeHasTheRunningValuesOfTheFields(t *testing.T) {
	s := schematest.Of[config](t)
	running := mergedFor(t, s, "text: running\nsection: {name: running, deep: {a: running}}")
	wanted := mergedFor(t, s, "text: new\nsection: {name: new, deep: {b: new}}\ntexts: {k: new}")
	var places, inner merge.FieldSet
	places.Add(s.Field("text"))
	inner.Add(s.Field("section").Type.Field("deep"))
	places.AddSection(s.Field("section"), inner)
	r := wanted.Graft(running.Tree, &places)
	if got := formatValue(r.Tree.Root); got != "{text: running, section: {deep: {a: running}, name: new}, texts: {k: new}}" {
		t.Errorf("got %s", got)
	}
	for key, want := range map[string]string{"text": "running", "section.name": "new", "section.deep": "{a: running}", "texts.k": "new"} {
		v := at(t, r, key)
		if got := formatValue(v); got != want {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
		if kind := r.Tree.Origin(v).Kind; (kind == problem.Running) != strings.Contains(want, "running") {
			t.Errorf("%s comes from %v", key, kind)
		}
	}
	if formatValue(wanted.Tree.Root) != "{text: new, section: {name: new, deep: {b: new}}, texts: {k: new}}" {
		t.Error("the tree was changed")
	}
}

func TestAFailureCoversWhatFollowsFromIt(t *testing.T) {
	r := merged[config](t, "section: {deep: {a: x}}\nlist: [{a: 1}]")
	path := func(key string) keypath.Path { p, _ := schema.ParsePath(r.Tree.Schema, key); return p }
	r.Mismatch(path("section.deep"), at(t, r, "section.deep"), nil, convert.Mismatch{Want: "an integer"})
	r.Add(problem.Problem{Code: "max", Message: "x"}, path("list[0].a"), at(t, r, "list[0].a"))
	for key, want := range map[string][3]bool{ // failed, incomplete, rule failed
		"section.deep": {true, true, true}, "section.deep.a": {true, true, false}, "section": {false, true, false}, "section.name": {},
		"list[0].a": {false, false, true}, "list[0]": {}, "text": {},
	} {
		if got := [3]bool{r.Failed(path(key)), r.Incomplete(path(key)), r.HasRuleFailure(path(key))}; got != want {
			t.Errorf("%s: failed, incomplete, ruled: %v, want %v", key, got, want)
		}
	}
}

func TestNoSecretIsShown(t *testing.T) {
	type secret struct {
		Pass string            `secret:"true"`
		Keys map[string]string `secret:"true"`
		Ints map[int]string    `secret:"true"`
	}
	for name, r := range map[string]*merge.Report{
		"conflict":  merged[secret](t, "pass: hunter2\nkeys: hunter2", "pass: [hunter2]\nkeys: {hunter2: 1}"),
		"key":       merged[secret](t, "ints: {hunter2: 1}"),
		"duplicate": merged[secret](t, "ints: {1234567: 1, 01234567: 2, 0x12D687: 2}"),
	} {
		if len(r.Problems) == 0 {
			t.Errorf("%s: no problem", name)
		}
		for _, p := range r.Problems {
			if text := formatProblems([]problem.Problem{p})[0]; strings.Contains(text, "hunter2") || strings.Contains(text, "1234567") || strings.Contains(text, "12D687") || !p.Hidden {
				t.Errorf("%s: %s, hidden: %v", name, text, p.Hidden)
			}
		}
	}
}

func TestAMaskIsNotMerged(t *testing.T) {
	type secret struct {
		Keys map[string]string `secret:"true"`
	}
	r := merged[secret](t, "keys: {a: x}", "keys: '[redacted]'")
	if v := at(t, r, "keys"); v.Node.Kind != document.String || len(r.Problems) > 0 {
		t.Errorf("got %s, %q", formatValue(v), formatProblems(r.Problems))
	}
}

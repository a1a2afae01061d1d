package merge_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/schema/schematest"
)

type fuzzed struct {
	Text    string
	LongKey string
	Section struct {
		Text  string
		Inner item
		Texts map[string]string
	}
	Pointer  *item
	List     []item
	Texts    map[string]string
	Nils     map[string]*string
	Keyed    map[string]item
	Optional map[string]*item
	Nested   map[string]map[string]item
	Free     any
	Frees    map[string]any
	Labels   map[string]string `default:"k0=default,k1=default"`
	Rest     map[string]item   `mapstructure:",remain"`
}

// FuzzMerge compares a merge with a reference that overrides key by key: each value comes
// from the highest layer that has it, and lists the values that it overrides.
func FuzzMerge(f *testing.F) {
	for i := range 40 {
		data := make([]byte, 60+10*i)
		for j := range data {
			data[j] = byte((j*j*7 + i*j*31 + i) % 251)
		}
		f.Add(data)
	}
	s := schematest.Of[fuzzed](f)
	f.Fuzz(func(t *testing.T, data []byte) {
		g := generator{data: data[:min(len(data), 250)]} // more bytes could nest too deeply
		var all []*layers.Layer
		var roots []layered
		for layer := range 1 + g.below(4) {
			g.layer = layer
			doc := g.section(s)
			text, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			root, problems := document.Parse(document.JSON, text)
			if len(problems) > 0 {
				t.Fatalf("%s: %v", text, problems)
			}
			all = append(all, &layers.Layer{Root: root, Path: fmt.Sprint(layer)})
			roots = append(roots, layered{layer, doc})
			t.Logf("%d: %s", layer, text)
		}
		r := merge.Merge(s, all, merge.Options{})
		var ref reference
		want := ref.sections(s, roots)
		if got := view(r.Tree, s, r.Tree.Root, true); !reflect.DeepEqual(got, want) {
			t.Errorf("\ngot  %v\nwant %v", got, want)
		}
		if len(r.Problems) != ref.problems {
			t.Errorf("%d problems, want %d: %q", len(r.Problems), ref.problems, formatProblems(r.Problems))
		}
	})
}

// generator makes documents from the bytes of a fuzz test.
type generator struct {
	data  []byte
	layer int
	texts int
}

// below returns a number from 0 to n-1, taken from the bytes, and 0 when none are left.
func (g *generator) below(n int) int {
	if len(g.data) == 0 {
		return 0
	}
	b := g.data[0]
	g.data = g.data[1:]
	return int(b) % n
}

// text returns a new text each time.
func (g *generator) text() string {
	g.texts++
	return fmt.Sprintf("%d.%d", g.layer, g.texts)
}

func (g *generator) section(t *schema.Type) map[string]any {
	m := map[string]any{}
	for _, f := range t.Fields {
		key := f.Key
		if key == "long_key" {
			key = []string{"long_key", "longKey", "LONG-KEY"}[g.below(3)]
		}
		if g.below(3) == 1 {
			m[key] = g.value(f.Type)
		}
	}
	if t.Remain != nil {
		g.entries(m, "rest", t.Remain.Type.Elem)
	}
	return m
}

func (g *generator) entries(to map[string]any, prefix string, elem *schema.Type) {
	for range g.below(4) {
		to[fmt.Sprintf("%s%d", prefix, g.below(3))] = g.value(elem)
	}
}

// value returns a value of a type or, sometimes, null or a value of another shape.
func (g *generator) value(t *schema.Type) any {
	switch g.below(24) {
	case 1, 2, 3:
		return nil
	case 4:
		return g.text()
	case 5:
		return []any{g.text()}
	case 6:
		return map[string]any{"a": g.text()}
	}
	switch t.Kind {
	case schema.Struct:
		return g.section(t)
	case schema.Map:
		m := map[string]any{}
		g.entries(m, "k", t.Elem)
		return m
	case schema.List:
		l := make([]any, g.below(3))
		for i := range l {
			l[i] = g.value(t.Elem)
		}
		return l
	case schema.Any:
		return g.value([]*schema.Type{schema.AnyScalar(), schema.AnyMap(), schema.AnyList()}[g.below(3)])
	}
	return g.text()
}

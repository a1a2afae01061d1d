package schema_test

import (
	"strings"
	"testing"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/schema/schematest"
)

// formatNode formats a tree on one line.
func formatNode(n *document.Node) string {
	var items []string
	for _, c := range n.Children {
		item := formatNode(&c.Node)
		if n.Kind == document.Map {
			item = c.Key + ":" + item
		}
		items = append(items, item)
	}
	switch n.Kind {
	case document.List:
		return "[" + strings.Join(items, " ") + "]"
	case document.Map:
		return "{" + strings.Join(items, " ") + "}"
	}
	return n.Kind.String() + "(" + n.Text + ")"
}

type textTypes struct {
	Scalar string
	Number int
	List   []string
	Map    map[string]int
	Lists  [][]string
	Struct struct{ A int }
	Any    any
}

func TestParseText(t *testing.T) {
	s := schematest.Of[textTypes](t)
	for _, test := range []struct{ key, text, want string }{
		{"scalar", " a, b ", "string( a, b )"},
		{"scalar", "[1]", "string([1])"},
		{"number", "5", "string(5)"},
		{"any", "5", "string(5)"},
		{"list", "a, b ,c", "[string(a) string(b) string(c)]"},
		{"list", "a", "[string(a)]"},
		{"list", "", "[]"},
		{"list", "  ", "[]"},
		{"list", "a,,b", "[string(a) string() string(b)]"},
		{"list", "a, b, ", "[string(a) string(b)]"},
		{"list", `"a,b", " c ",d"e`, `[string(a,b) string( c ) string(d"e)]`},
		{"list", `"say ""no""",""`, `[string(say "no") string()]`},
		{"list", "[::1]:80,[fe80::1%eth0]:81", "[string([::1]:80) string([fe80::1%eth0]:81)]"},
		{"list", "[::1]", "[string([::1])]"},
		{"list", `"[a-z]+",b`, "[string([a-z]+) string(b)]"},
		{"list", ` ["a, b", 5]`, "[string(a, b) integer(5)]"},
		{"list", "[]", "[]"},
		{"lists", `[["a"],[]]`, "[[string(a)] []]"},
		{"map", "k=v, k2 = v2", "{k:string(v) k2:string(v2)}"},
		{"map", "k=a=b", "{k:string(a=b)}"},
		{"map", "k:v, k2 : a:b,", "{k:string(v) k2:string(a:b)}"},
		{"map", "k=v,k2:w", "{k:string(v) k2:string(w)}"},
		{"map", "k=a:b,u=http://x?a=b", "{k:string(a:b) u:string(http://x?a=b)}"},
		{"map", `"a:b"="c,d", "e=f,g"`, "{a:b:string(c,d) e:string(f,g)}"},
		{"map", `"k""x"=`, `{k"x:string()}`},
		{"map", "a.b=1", "{a.b:string(1)}"},
		{"map", "", "{}"},
		{"map", `{"a.B": 1}`, "{a.B:integer(1)}"},
		{"struct", `{"a": 1}`, "{a:integer(1)}"},
	} {
		n, err := s.Field(test.key).Type.Kind.ParseText(test.text)
		if err != nil {
			t.Errorf("%s %q: %v", test.key, test.text, err)
			continue
		}
		if got := formatNode(n); got != test.want {
			t.Errorf("%s %q is %s, want %s", test.key, test.text, got, test.want)
		}
	}
}

func TestParseTextHasNoPlaceInAnyFile(t *testing.T) {
	n, err := schematest.Of[textTypes](t).Field("struct").Type.Kind.ParseText(`{"a": [1, {"b": 2}]}`)
	if err != nil {
		t.Fatal(err)
	}
	var check func(n *document.Node)
	check = func(n *document.Node) {
		if n.Line != 0 || n.Column != 0 {
			t.Errorf("%s has a place", formatNode(n))
		}
		for i := range n.Children {
			if c := &n.Children[i]; c.Line != 0 || c.Column != 0 {
				t.Errorf("key %s has a place", c.Key)
			}
			check(&n.Children[i].Node)
		}
	}
	check(n)
}

func TestParseTextErrorsNeverHoldTheText(t *testing.T) {
	s := schematest.Of[textTypes](t)
	for _, test := range []struct{ key, text string }{
		{"map", "marker"}, {"map", "marker:b=c"}, {"map", "tcp://marker:80"}, {"map", `"marker=1`}, {"map", `"a"marker=1`}, {"map", `a="b"marker`}, {"map", `"marker"`},
		{"list", `"marker`}, {"list", `"a"marker`}, {"list", "[a-z]marker,b"}, {"list", "[1.2.3.4]:marker"},
		{"map", "a=1,marker"}, {"map", `{"marker": `}, {"map", "{marker}"}, {"map", "k=1,k=marker"},
		{"list", `["marker`}, {"list", "[marker]"}, {"list", `["a"] marker`}, {"list", `["a"]}, "b": {"marker": 1`},
		{"struct", "marker"}, {"struct", ""}, {"struct", "a=marker"}, {"struct", `{"a": "marker`}, {"struct", `1, "x": "marker"`},
	} {
		n, err := s.Field(test.key).Type.Kind.ParseText(test.text)
		if err == nil {
			t.Errorf("%s %q is %s", test.key, test.text, formatNode(n))
			continue
		}
		if strings.Contains(err.Error(), "marker") {
			t.Errorf("%s %q: %v", test.key, test.text, err)
		}
	}
}

// A quoted text is parsed back unchanged, and no error contains a text.
func FuzzParseText(f *testing.F) {
	for _, text := range []string{"a,b", `"a,""b",`, "k=v,k:v", "[::1]:80", `["a"]`, "{", "tcp://10.0.0.1:80", "\xff,", `"k"="v"`} {
		f.Add(text, "x")
	}
	s := schematest.Of[textTypes](f)
	quote := func(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, key := range []string{"list", "map", "struct", "lists"} {
			if _, err := s.Field(key).Type.Kind.ParseText(a); err != nil && len(a) > 12 && strings.Contains(err.Error(), a) {
				t.Errorf("the error of %q holds it: %v", a, err)
			}
		}
		list, err := s.Field("list").Type.Kind.ParseText(quote(a) + " , " + quote(b))
		if err != nil || len(list.Children) != 2 || list.Children[0].Node.Text != a || list.Children[1].Node.Text != b {
			t.Errorf("%q and %q are read as %v, %v", a, b, list, err)
		}
		if len(a) <= document.MaxKey {
			m, err := s.Field("map").Type.Kind.ParseText(quote(a) + "=" + quote(b) + ",")
			if err != nil || len(m.Children) != 1 || m.Children[0].Key != a || m.Children[0].Node.Text != b {
				t.Errorf("%q and %q are read as %v, %v", a, b, m, err)
			}
		}
	})
}

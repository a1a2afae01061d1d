package document_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"go.yaml.in/yaml/v3"

	"example.com/lastgood/internal/document"
)

// FuzzParse checks the invariants for all formats and bytes.
func FuzzParse(f *testing.F) {
	for _, format := range formats {
		f.Add(uint8(format), sample(format, 20))
		for _, texts := range nested(20) {
			for _, text := range texts {
				f.Add(uint8(format), []byte(text))
			}
		}
	}
	for _, text := range []string{"", "\uFEFF", "a: \r\u2028b", "a: &a [*a]", "<<: [{}, {a: 1}]", "a: 1\n\t\n", "\xFF", "a: \"", "[[a]]\n[a.b]", "\t# x", "?", "a: \r?"} {
		f.Add(uint8(document.YAML), []byte(text))
		f.Add(uint8(document.TOML), []byte(text))
		f.Add(uint8(document.JSON), []byte(text))
	}
	f.Fuzz(func(t *testing.T, format uint8, data []byte) {
		original := bytes.Clone(data)
		root, problems := document.Parse(document.Format(format%3+1), data)
		if !bytes.Equal(data, original) {
			t.Fatal("the bytes were changed")
		}
		lines := strings.Split(strings.TrimPrefix(string(data), "\uFEFF"), "\n")
		within := func(line, column int) bool {
			return line >= 1 && line <= len(lines) && column >= 1 && column <= utf8.RuneCountInString(lines[line-1])+1
		}
		if len(problems) == 0 {
			if root == nil || root.Kind != document.Map {
				t.Fatalf("no problem, and the root is %v", root)
			}
			checkNode(t, *root, within, 1)
			return
		}
		if root != nil {
			t.Error("problems, and a tree")
		}
		for _, p := range problems {
			if p.Code == "" || p.Message == "" || !utf8.ValidString(p.Message) {
				t.Errorf("%+v", p)
			}
			if p.Line == 0 && p.Column == 0 && p.Code == "empty" {
				continue
			}
			if !within(p.Line, p.Column) {
				t.Errorf("position outside of the text: %+v", p)
			}
		}
	})
}

// checkNode checks that a tree is consistent in itself.
func checkNode(t *testing.T, n document.Node, within func(line, column int) bool, depth int) {
	t.Helper()
	if !within(int(n.Line), int(n.Column)) {
		t.Errorf("%v at %d:%d is outside of the text", n.Kind, n.Line, n.Column)
	}
	if n.Kind < document.List {
		if n.Children != nil {
			t.Errorf("%v with children", n.Kind)
		}
		return
	}
	if n.Text != "" {
		t.Errorf("%v with a text", n.Kind)
	}
	if depth > 100 {
		t.Fatal("nested too deeply")
	}
	seen := make(map[string]bool)
	for _, c := range n.Children {
		if !within(int(c.Line), int(c.Column)) {
			t.Errorf("key %q at %d:%d is outside of the text", c.Key, c.Line, c.Column)
		}
		if n.Kind == document.Map {
			if seen[c.Key] {
				t.Errorf("key %q twice", c.Key)
			}
			seen[c.Key] = true
		} else if c.Key != "" {
			t.Errorf("key %q in a list", c.Key)
		}
		checkNode(t, c.Node, within, depth+1)
	}
}

// FuzzTOMLAgainstLibrary checks that Parse accepts what go-toml's decoder accepts, with the
// same values. The deliberate exceptions are a byte order mark, NUL, documents without
// keys, and the limits.
func FuzzTOMLAgainstLibrary(f *testing.F) {
	f.Add(sample(document.TOML, 20))
	for _, text := range []string{
		"[a.b]\nx=1\n[a]\ny.z=2\n[[c]]\n[c.d]\n[[c]]\n", "a.b=1\n[a.c]\n", "[a]\nb.c=1\n[a.b.d]\n", "a=[{b=1,b=2}]", "a={b.c=1,b.d=2}",
		"[[a.b]]\n[a]\n", "[[a]]\n[[a.b]]\n[[a]]\n[[a.b]]\n", "a=[[],[{}]]\n[a.b]", "x=2001-02-29", "x=07:32:00.1", "x=0x_1", "x=1e9999", "x=-0x1",
		"x=2001-02-03 04:05:06.7-08:09", "x=\"\"\"\\\n a\"\"\"", "'a'.\"b\\n\"=1", "x=9223372036854775808", "x=+nan", "a={}\n[a]", "[a]\n[[a]]",
		"[a.b.c]\n[a.b]\n[a]\n[a.b.c.d]\n", "x = {\n a = 1, # c\n}\n", "x=1_0.0_1e+1_0", "a.b.c=1\na.b.d=2\n[a.b]",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		root, problems := document.Parse(document.TOML, data)
		want := map[string]any{}
		err := toml.Unmarshal(data, &want)
		if bytes.HasPrefix(data, []byte("\uFEFF")) || bytes.IndexByte(data, 0) >= 0 || hasCode(problems, "empty") || hasCode(problems, "too_large") {
			return
		}
		if (len(problems) == 0) != (err == nil) {
			t.Fatalf("ours: %v; library: %v", problems, err)
		}
		if err != nil {
			return
		}
		if got := tomlAny(t, *root); !reflect.DeepEqual(got, want) {
			// Not-a-number is equal to nothing; its text is.
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("got  %v\nwant %v", got, want)
			}
		}
	})
}

// tomlAny returns what go-toml decodes a value to.
func tomlAny(t *testing.T, n document.Node) any {
	switch n.Kind {
	case document.Map:
		m := map[string]any{}
		for _, c := range n.Children {
			m[c.Key] = tomlAny(t, c.Node)
		}
		return m
	case document.List:
		l := make([]any, 0, len(n.Children))
		for _, c := range n.Children {
			l = append(l, tomlAny(t, c.Node))
		}
		return l
	case document.String:
		return n.Text
	case document.Bool:
		return n.Text == "true"
	case document.Int:
		v, err := strconv.ParseInt(strings.ReplaceAll(n.Text, "_", ""), 0, 64)
		if err != nil {
			t.Errorf("%q: %v", n.Text, err)
		}
		return v
	case document.Float:
		if strings.HasSuffix(n.Text, "nan") { // which strconv wants without a sign
			return math.NaN()
		}
		v, err := strconv.ParseFloat(strings.ReplaceAll(n.Text, "_", ""), 64)
		if err != nil {
			t.Errorf("%q: %v", n.Text, err)
		}
		return v
	case document.Time:
		var v struct{ X any }
		if err := toml.Unmarshal([]byte("X="+n.Text), &v); err != nil {
			t.Errorf("%q: %v", n.Text, err)
		}
		return v.X
	}
	t.Errorf("TOML has no %v", n.Kind)
	return nil
}

// loneSurrogate finds escapes of half a surrogate pair, which encoding/json
// replaces. It finds whole pairs too.
var loneSurrogate = regexp.MustCompile(`\\u[dD][89a-fA-F]`)

// FuzzJSONAgainstLibrary checks that Parse accepts what encoding/json accepts, with the
// same values. The deliberate exceptions are a byte order mark, invalid UTF-8, half
// surrogate pairs, duplicate keys, a root that is no map, and the limits.
func FuzzJSONAgainstLibrary(f *testing.F) {
	f.Add(sample(document.JSON, 20))
	for _, text := range []string{
		`{"a":[1,-0,1.5e+3,{}],"b":"\ud83d\ude00\u0000\/","c":null,"d":true}`, `{"a":1,}`, `{"a":01}`, `{"a":-}`, `{"a":1e}`, `{"a":"\x"}`,
		`{"a":1}x`, `{"a":tru}`, `{"":{"":{"":[]}}}`, `{"a":"` + "\t" + `"}`, `{"a":1.e1}`, `{"a":1E+05}`, "{\"a\"\r:\n1}", `{"a":"\u00e4\n"}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		root, problems := document.Parse(document.JSON, data)
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.UseNumber()
		var want any
		err := dec.Decode(&want)
		valid := json.Valid(data)
		if valid != (err == nil) && err == nil {
			err = fmt.Errorf("trailing text")
		}
		if len(problems) == 0 {
			data = bytes.TrimPrefix(data, []byte("\uFEFF"))
			if !json.Valid(data) {
				t.Fatalf("ours accepts; library: %v", err)
			}
			dec := json.NewDecoder(bytes.NewReader(data))
			dec.UseNumber()
			if err := dec.Decode(&want); err != nil {
				t.Fatal(err)
			}
			if got := jsonAny(t, *root); !reflect.DeepEqual(got, want) {
				t.Fatalf("got  %v\nwant %v", got, want)
			}
			return
		}
		if _, isMap := want.(map[string]any); !valid || !isMap {
			return
		}
		if utf8.Valid(data) && !loneSurrogate.Match(data) && !hasCode(problems, "duplicate_key") && !hasCode(problems, "too_large") {
			t.Fatalf("library accepts; ours: %v", problems)
		}
	})
}

// jsonAny returns what encoding/json decodes a value to, with UseNumber.
func jsonAny(t *testing.T, n document.Node) any {
	switch n.Kind {
	case document.Map:
		m := map[string]any{}
		for _, c := range n.Children {
			m[c.Key] = jsonAny(t, c.Node)
		}
		return m
	case document.List:
		l := make([]any, 0, len(n.Children))
		for _, c := range n.Children {
			l = append(l, jsonAny(t, c.Node))
		}
		return l
	case document.String:
		return n.Text
	case document.Bool:
		return n.Text == "true"
	case document.Int:
		if strings.ContainsAny(n.Text, ".eE") {
			t.Errorf("%q is an integer", n.Text)
		}
		return json.Number(n.Text)
	case document.Float:
		if !strings.ContainsAny(n.Text, ".eE") {
			t.Errorf("%q is no integer", n.Text)
		}
		return json.Number(n.Text)
	case document.Null:
		return nil
	}
	t.Errorf("JSON has no %v", n.Kind)
	return nil
}

// FuzzYAMLAgainstLibrary checks that the library's decoder accepts what Parse accepts, with
// the same values. The decoder has its own limits for aliases, distinguishes keys of
// several types that have the same text, and cannot decode some merges that are valid.
func FuzzYAMLAgainstLibrary(f *testing.F) {
	f.Add(sample(document.YAML, 20))
	for _, text := range []string{
		"a: &a {x: 1}\nb:\n  <<: *a\n  y: 2\n", "<<: [{a: 1}, {a: 2, b: 3}]\na: 0\n", "a: &a [1, 2]\nb: *a\n", "a: !!binary aGk=\n", "a: !!float 1\n",
		"0x1F: a\n1.0: b\n~: c\n", "a: |\n x\nb: >\n y\n\n z\n", "a: 2001-01-01\nb: 12e03\nc: .inf\nd: 0o7\ne: -0b1\n", "? a\n: b\n", "a: \"\\u00e4\\\n x\"\n",
		"&a a: *a\n", "a: {<<: {<<: {x: 1}}}\n", "- a\n", "a: ! 1\n", "a: 1\r\nb: 2\r\n", "{a, b: , c: [d: e]}", "<<: [{?},{a:b, 23  }]",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		root, problems := document.Parse(document.YAML, data)
		if len(problems) > 0 {
			return
		}
		var want any
		if err := yaml.Unmarshal(bytes.TrimPrefix(data, []byte("\uFEFF")), &want); err != nil {
			if strings.Contains(err.Error(), "excessive aliasing") {
				return
			}
			t.Fatalf("ours accepts; library: %v", err)
		}
		sameYAML(t, *root, want)
	})
}

// sameYAML checks that a value is what the library decoded it to.
func sameYAML(t *testing.T, n document.Node, want any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		sameKind(t, n, document.Map)
		for _, c := range n.Children {
			v, ok := want[c.Key]
			if !ok {
				t.Fatalf("unexpected key %q", c.Key)
			}
			sameYAML(t, c.Node, v)
			delete(want, c.Key)
		}
		if len(want) > 0 {
			t.Fatalf("no keys %v", want)
		}
	case map[any]any:
		// Keys that are not strings have lost their spelling there.
		sameKind(t, n, document.Map)
	case []any:
		if n.Kind != document.List || len(n.Children) != len(want) {
			t.Fatalf("%+v, want %v", n, want)
		}
		for i, c := range n.Children {
			sameYAML(t, c.Node, want[i])
		}
	case nil:
		sameKind(t, n, document.Null)
	case string:
		sameKind(t, n, document.String)
		if n.Text != want {
			t.Fatalf("%q, want %q", n.Text, want)
		}
	case bool:
		sameKind(t, n, document.Bool)
		if strings.EqualFold(n.Text, "true") != want {
			t.Fatalf("%q, want %v", n.Text, want)
		}
	case float64:
		sameKind(t, n, document.Float)
		text := strings.Replace(strings.ToLower(strings.ReplaceAll(n.Text, "_", "")), ".inf", "inf", 1)
		if got, err := strconv.ParseFloat(strings.Replace(text, ".nan", "nan", 1), 64); err == nil && got != want && !math.IsNaN(want) {
			t.Fatalf("%q, want %v", n.Text, want)
		}
	case int, int64, uint64:
		sameKind(t, n, document.Int)
	case time.Time:
		sameKind(t, n, document.Time)
	default:
		t.Fatalf("%T", want)
	}
}

func sameKind(t *testing.T, n document.Node, want document.Kind) {
	t.Helper()
	if n.Kind != want {
		t.Fatalf("%v %q, want %v", n.Kind, n.Text, want)
	}
}

func hasCode(problems []document.Problem, code string) bool {
	for _, p := range problems {
		if p.Code == code {
			return true
		}
	}
	return false
}

package merge_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/schema/schematest"
)

// file returns the layer of a YAML file.
func file(t testing.TB, name, text string) *layers.Layer {
	t.Helper()
	root, problems := document.Parse(document.YAML, []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return &layers.Layer{Root: root, Path: name}
}

// variables returns a layer of environment variables that set keys to values.
func variables(values map[string]string) *layers.Layer {
	var b layers.Builder
	for key, text := range values {
		var path keypath.Path
		for word := range strings.SplitSeq(key, ".") {
			path = append(path, keypath.Field(word))
		}
		at := problem.Origin{Kind: problem.Env, Name: strings.ToUpper(strings.ReplaceAll(key, ".", "_"))}
		b.Put(path, document.Node{Kind: document.String, Text: text}, at)
	}
	return b.Layer(problem.LastOrder)
}

// merged merges YAML files, given from the lowest to the highest: a.yaml, b.yaml, ...
func merged[T any](t testing.TB, texts ...string) *merge.Report {
	t.Helper()
	return mergedFor(t, schematest.Of[T](t), texts...)
}

func mergedFor(t testing.TB, s *schema.Type, texts ...string) *merge.Report {
	t.Helper()
	var all []*layers.Layer
	for i, text := range texts {
		all = append(all, file(t, string(rune('a'+i))+".yaml", text))
	}
	return merge.Merge(s, all, merge.Options{})
}

// formatProblems formats problems as "place key: message (hint) [code]".
func formatProblems(problems []problem.Problem) (all []string) {
	for _, p := range problems {
		text := p.Message
		if p.Hint != "" {
			text += " (" + p.Hint + ")"
		}
		all = append(all, fmt.Sprintf("%v %s: %s [%s]", p.Origin, p.Key, text, p.Code))
	}
	return all
}

func wantProblems(t *testing.T, r *merge.Report, want ...string) {
	t.Helper()
	if got := formatProblems(r.Problems); !slices.Equal(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// formatValue formats a value on one line, with its keys as written.
func formatValue(v merge.Value) string {
	var items []string
	for i := range v.Node.Children {
		item := formatValue(v.Child(i))
		if v.Node.Kind == document.Map {
			item = v.Node.Children[i].Key + ": " + item
		}
		items = append(items, item)
	}
	switch v.Node.Kind {
	case document.Map:
		return "{" + strings.Join(items, ", ") + "}"
	case document.List:
		return "[" + strings.Join(items, ", ") + "]"
	case document.Null:
		return "null"
	}
	return v.Node.Text
}

func wantTree(t *testing.T, r *merge.Report, want string) {
	t.Helper()
	wantProblems(t, r)
	if got := formatValue(r.Tree.Root); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// at returns the value at a key.
func at(t *testing.T, r *merge.Report, key string) merge.Value {
	t.Helper()
	path, ok := schema.ParsePath(r.Tree.Schema, key)
	v, depth := r.Locate(path)
	if !ok || depth < len(path) {
		t.Fatalf("there is nothing at %s", key)
	}
	return v
}

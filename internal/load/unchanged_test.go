package load_test

import (
	"crypto/sha256"
	"reflect"
	"testing"

	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/source"
)

func TestAFileThatIsAsItWasIsNotParsedAgain(t *testing.T) {
	type both struct{ A, B map[string]int }
	l, faults := load.New(reflect.TypeFor[both](), load.Options{})
	if faults != nil {
		t.Fatal(faults)
	}
	doc := func(path, text string) source.Document {
		return source.Document{Path: path, Data: []byte(text), Sum: sha256.Sum256([]byte(text))}
	}
	pass := func(running *load.Result, docs ...source.Document) *load.Result {
		t.Helper()
		result, problems := l.Load(t.Context(), docs, running)
		if problems != nil {
			t.Fatal(problems)
		}
		return result
	}
	first := pass(nil, doc("/a.yaml", "a: {x: 1, y: 2}"), doc("/b.yaml", "{a: {y: 3}, b: {z: 4}}"))
	second := pass(first, doc("/a.yaml", "a: {x: 1, y: 2}"), doc("/b.yaml", "b: {z: 5}"))
	if was, is := first.Tree.Layers, second.Tree.Layers; is[0] != was[0] || is[1] == was[1] {
		t.Error("the first file was parsed again, or the second was not")
	}
	if want := (&both{map[string]int{"x": 1, "y": 2}, map[string]int{"z": 5}}); !reflect.DeepEqual(second.Value, want) {
		t.Errorf("got %v", second.Value)
	}
	if got := first.Value.(*both); got.A["y"] != 3 || got.B["z"] != 4 {
		t.Errorf("the first version is %v now", got)
	}
	// In another place, it is another layer: what is wrong with it is sorted by that.
	third := pass(second, doc("/b.yaml", "b: {z: 5}"), doc("/a.yaml", "a: {x: 1, y: 2}"))
	if third.Tree.Layers[1] == second.Tree.Layers[0] {
		t.Error("it is the layer of another place")
	}
}

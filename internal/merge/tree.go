// Package merge merges the layers of a configuration into one tree, in which every value
// keeps its origin and the values that it overrides. Errors in keys are found here, once:
// unknown keys, keys that one layer sets twice, and keys for which layers have values of
// different shapes.
//
// A [Tree] does not change once it was decoded, and is then safe for concurrent use. A
// [Report] must be used by one goroutine at a time.
package merge

import (
	"iter"
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// Default is the layer number of default tags, which are below all layers.
const Default = -1

// Tree is the result of a merge. It contains default tags only where something was merged
// into them. The nodes of a value that only one layer has are that layer's own; a node
// carries a layer number only where layers were merged, and the number holds for all nodes
// below.
type Tree struct {
	Schema *schema.Type
	Root   Value
	Layers []*layers.Layer // from the lowest to the highest

	lists    map[string]int          // the lengths, by path, of lists of which single items are set, before these were added
	lower    []lower                 // overridden values; Node.Below is an index into it, from 1
	taken    map[*document.Node]bool // see MarkTaken
	soleFile problem.Origin          // see soleFile
}

// Value is a value in a tree.
type Value struct {
	Node  *document.Node
	Key   *document.Child // the pair that it is the value of; nil for the root, items of lists and default tags
	Layer int16           // the number of its layer
}

// lower is an overridden value.
type lower struct {
	child *document.Child
	layer int16
	more  bool // the next element is overridden by the same value
}

// layerMark returns a layer number as Node.Layer stores it, where 0 means none.
func layerMark(layer int16) int16 { return layer + 2 }

// Child returns the value of the i-th pair or item of a value.
func (v Value) Child(i int) Value {
	c := &v.Node.Children[i]
	child := Value{&c.Node, c, v.Layer}
	if v.Node.Kind == document.List {
		child.Key = nil
	}
	if c.Node.Layer != 0 {
		child.Layer = c.Node.Layer - layerMark(0)
	}
	return child
}

// DefaultOf returns the value of a field's default tag. Its node is nil if there is none.
func DefaultOf(f *schema.Field) Value { return Value{Node: f.Default, Layer: Default} }

// Below returns the values that v overrides, from the highest to the lowest. Default tags
// are included only where something was merged into them.
func (t *Tree) Below(v Value) iter.Seq[Value] {
	return func(yield func(Value) bool) {
		for i := v.Node.Below; i > 0; i++ {
			l := t.lower[i-1]
			if !yield(Value{&l.child.Node, l.child, l.layer}) || !l.more {
				return
			}
		}
	}
}

// addOverridden stores the values that one value overrides, given from the lowest to the
// highest, and returns its Node.Below.
func (t *Tree) addOverridden(overridden []Value) (below int32) {
	if len(overridden) == 0 {
		return 0
	}
	below = int32(len(t.lower) + 1)
	for i := len(overridden) - 1; i >= 0; i-- {
		v := overridden[i]
		if v.Key == nil { // a default tag
			v.Key = &document.Child{Node: *v.Node}
		}
		t.lower = append(t.lower, lower{v.Key, v.Layer, i > 0})
	}
	return below
}

// Origin returns the origin of a value.
func (t *Tree) Origin(v Value) problem.Origin {
	switch {
	case v.Node == nil:
		return problem.Origin{}
	case v.Layer == Default:
		return problem.Origin{Kind: problem.Default}
	}
	return t.Layers[v.Layer].Origin(v.Node)
}

// NativeValue returns the Go value that v was made from, or nil if v has only text.
func (t *Tree) NativeValue(v Value) any {
	if v.Layer == Default || v.Node.Marks&document.Synthetic != 0 {
		return nil
	}
	return t.Layers[v.Layer].NativeValue(v.Node)
}

// Source returns the file or variables that a reference in a document took v's text from,
// or nil if v has none.
func (t *Tree) Source(v Value) *layers.Source {
	if v.Node == nil || v.Layer == Default || v.Node.Marks&(document.Resolved|document.Synthetic) != document.Resolved {
		return nil
	}
	return t.Layers[v.Layer].Source(v.Node)
}

// Sources returns the sources of a value and of the values in it.
func (t *Tree) Sources(v Value) (all []*layers.Source) {
	if from := t.Source(v); from != nil {
		return append(all, from)
	}
	if v.Node != nil && v.Node.HasMark(document.Resolved) {
		for i := range v.Node.Children {
			all = append(all, t.Sources(v.Child(i))...)
		}
	}
	return all
}

// HasSources reports whether any value of the layers has a [layers.Source].
func (t *Tree) HasSources() bool { return slices.ContainsFunc(t.Layers, (*layers.Layer).HasSources) }

// HasUnknown reports whether the content of any value of the layers is unknown.
func (t *Tree) HasUnknown() bool { return slices.ContainsFunc(t.Layers, (*layers.Layer).HasUnknown) }

// MarkTaken records that a decode hook took the value of a node. Only the decoder may call
// it, before the tree is shared.
func (t *Tree) MarkTaken(n *document.Node) {
	if t.taken == nil {
		t.taken = map[*document.Node]bool{}
	}
	t.taken[n] = true
}

// IsTaken reports whether a decode hook took the value.
func (t *Tree) IsTaken(v Value) bool { return len(t.taken) > 0 && v.Node != nil && t.taken[v.Node] }

// Format returns the format of the configuration file that defines a value, or 0.
func (t *Tree) Format(v Value) document.Format {
	if v.Layer == Default {
		return 0
	}
	return t.Layers[v.Layer].FormatOf(v.Node)
}

// InFile reports whether a configuration file defines the value.
func (t *Tree) InFile(v Value) bool { return v.Layer != Default && t.Layers[v.Layer].IsFile() }

// isRoot reports whether v is the root of the tree or of a layer.
func isRoot(t *Tree, v Value) bool {
	return v.Node == t.Root.Node || v.Layer != Default && v.Node == t.Layers[v.Layer].Root
}

// order returns the position of the value's layer, by which problems are sorted.
func (t *Tree) order(v Value) int {
	if v.Layer == Default {
		return Default
	}
	return t.Layers[v.Layer].Order
}

// describePlace returns the place of a value for the text of a message.
func (t *Tree) describePlace(v Value) string {
	if v.Layer == Default {
		return "the default tag"
	}
	return t.Origin(v).String()
}

// problemOrigin returns the place of a problem with v: the value's, or its key's.
func (t *Tree) problemOrigin(p problem.Problem, v Value) problem.Origin {
	if isRoot(t, v) {
		return t.soleFile
	}
	o := t.Origin(v)
	if p.OnKey && v.Key != nil && o.Kind.HasLines() {
		o = t.Layers[v.Layer].At(int(v.Key.Line), int(v.Key.Column))
	}
	return o
}

// soleFile returns the place of a problem with the configuration as a whole: its only file,
// without a line, not counting files embedded in the program. With several files it is none
// of them.
func soleFile(all []*layers.Layer) (sole problem.Origin) {
	files := 0
	for _, l := range all {
		if l.IsFile() && !l.Embedded {
			files++
			sole = l.At(0, 0)
		}
	}
	if files != 1 {
		return problem.Origin{}
	}
	return sole
}

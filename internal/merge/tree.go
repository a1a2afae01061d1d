// Package merge makes one tree of the layers of a configuration, in which every value
// knows its origin and what it overrides. What is wrong with keys, unknown ones, those
// that are set twice and those on which layers do not agree, is found here, once,
// going by the type of the configuration.
//
// A [Tree] is not changed after it was made, and is safe for concurrent use. A
// [Report] is for one goroutine.
package merge

import (
	"iter"
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// Default is the number of the layer of default tags, below all others.
const Default = -1

// Tree is what the layers of a configuration add up to. Defaults are in it only where
// something is merged into them. What only one layer has is that layer's own: only
// where layers meet, nodes carry the number of theirs, which goes for all below.
type Tree struct {
	Schema *schema.Type
	Root   Value
	Layers []*layers.Layer // from the lowest to the highest

	lists map[string]int          // how many items the lists have of which single items are set, without these, by path
	lower []lower                 // what is overridden, by Below of the nodes, from 1
	taken map[*document.Node]bool // see Take
	sole  problem.Origin          // see soleFile
}

// Value is a value in a tree.
type Value struct {
	Node  *document.Node
	Key   *document.Child // whose value it is; nil for the root, items of lists and default tags
	Layer int16           // that it comes from
}

// lower is a value that is overridden.
type lower struct {
	child *document.Child
	layer int16
	more  bool // the next one is overridden by the same value
}

// mark is how a node carries the number of its layer; 0 is none.
func mark(layer int16) int16 { return layer + 2 }

// Child returns the value of the i-th pair or item of a value.
func (v Value) Child(i int) Value {
	c := &v.Node.Children[i]
	child := Value{&c.Node, c, v.Layer}
	if v.Node.Kind == document.List {
		child.Key = nil
	}
	if c.Node.Layer != 0 {
		child.Layer = c.Node.Layer - mark(0)
	}
	return child
}

// DefaultOf returns the value of a field's default tag, or one without a node.
func DefaultOf(f *schema.Field) Value { return Value{Node: f.Default, Layer: Default} }

// Below returns the values that v overrides, from the highest to the lowest. Default
// tags are among them only where they were merged.
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

// keep notes what a value overrides, given from the lowest to the highest.
func (t *Tree) keep(overridden []Value) (below int32) {
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

// Origin returns where a value comes from.
func (t *Tree) Origin(v Value) problem.Origin {
	switch {
	case v.Node == nil:
		return problem.Origin{}
	case v.Layer == Default:
		return problem.Origin{Kind: problem.Default}
	}
	return t.Layers[v.Layer].Origin(v.Node)
}

// Given returns the ready-made value of v, or nil if it is to be read from its text.
func (t *Tree) Given(v Value) any {
	if v.Layer == Default || v.Node.Marks&document.Made != 0 {
		return nil
	}
	return t.Layers[v.Layer].Value(v.Node)
}

// Source returns where the text of a value comes from that a document refers to something
// for, or nil.
func (t *Tree) Source(v Value) *layers.Source {
	if v.Node == nil || v.Layer == Default || v.Node.Marks&(document.Resolved|document.Made) != document.Resolved {
		return nil
	}
	return t.Layers[v.Layer].Source(v.Node)
}

// Sources returns the sources of a value and of all that is in it.
func (t *Tree) Sources(v Value) (all []*layers.Source) {
	if from := t.Source(v); from != nil {
		return append(all, from)
	}
	if v.Node != nil && v.Node.Holds(document.Resolved) {
		for i := range v.Node.Children {
			all = append(all, t.Sources(v.Child(i))...)
		}
	}
	return all
}

// HasSources reports whether some value of the layers has a [layers.Source].
func (t *Tree) HasSources() bool { return slices.ContainsFunc(t.Layers, (*layers.Layer).HasSources) }

// HasUnknown reports whether of some value of the layers only that it is set is known.
func (t *Tree) HasUnknown() bool { return slices.ContainsFunc(t.Layers, (*layers.Layer).HasUnknown) }

// Take notes that a decode hook took the value with a node: whatever was made of it comes
// from all of it. It is for who decodes the tree, before anybody else has that.
func (t *Tree) Take(n *document.Node) {
	if t.taken == nil {
		t.taken = map[*document.Node]bool{}
	}
	t.taken[n] = true
}

// IsTaken reports whether a decode hook took a value.
func (t *Tree) IsTaken(v Value) bool { return len(t.taken) > 0 && v.Node != nil && t.taken[v.Node] }

// Format returns the format of the configuration file that a value comes from, or 0.
func (t *Tree) Format(v Value) document.Format {
	if v.Layer == Default {
		return 0
	}
	return t.Layers[v.Layer].FormatOf(v.Node)
}

// InFile reports whether a value is in a configuration file.
func (t *Tree) InFile(v Value) bool { return v.Layer != Default && t.Layers[v.Layer].IsFile() }

// isRoot reports whether v is all of the configuration, or of a layer.
func isRoot(t *Tree, v Value) bool {
	return v.Node == t.Root.Node || v.Layer != Default && v.Node == t.Layers[v.Layer].Root
}

// order sorts problems by layer.
func (t *Tree) order(v Value) int {
	if v.Layer == Default {
		return Default
	}
	return t.Layers[v.Layer].Order
}

// place names the place of a value in the text of a message.
func (t *Tree) place(v Value) string {
	if v.Layer == Default {
		return "the default tag"
	}
	return t.Origin(v).String()
}

// placeOf is the place of a problem with v: of the value, or of its key.
func (t *Tree) placeOf(p problem.Problem, v Value) problem.Origin {
	if isRoot(t, v) {
		return t.sole
	}
	o := t.Origin(v)
	if p.OnKey && v.Key != nil && o.Kind.HasLines() {
		o = t.Layers[v.Layer].At(int(v.Key.Line), int(v.Key.Column))
	}
	return o
}

// soleFile is the place of a problem with all of the configuration: the only file, if
// there is one beside those of the program's own. No line of it is at fault more than the others, nor is one of several
// files.
func soleFile(all []*layers.Layer) (sole problem.Origin) {
	files := 0
	for _, l := range all {
		if l.IsFile() && !l.Given {
			files++
			sole = l.At(0, 0)
		}
	}
	if files != 1 {
		return problem.Origin{}
	}
	return sole
}

package merge

import (
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
)

// Empty finds, in the highest configuration file that has one, the key that leads to a
// value at p and has none itself: it was left empty, or all that is below it is a
// comment. depth is how much of p leads there.
func (r *Report) Empty(p keypath.Path) (v Value, depth int, ok bool) {
	for i := len(r.Tree.Layers) - 1; i >= 0; i-- {
		if l := r.Tree.Layers[i]; l.IsFile() {
			if v, depth, ok = r.emptyIn(Value{Node: l.Root, Layer: int16(i)}, p); ok {
				return v, depth, true
			}
		}
	}
	return Value{}, 0, false
}

// emptyIn is Empty for the root of one layer.
func (r *Report) emptyIn(v Value, p keypath.Path) (empty Value, depth int, ok bool) {
	t := r.Tree.Schema
	for i, s := range p {
		switch {
		case s.IsKey:
			at, found := r.find(t, v.Node, s)
			if !found {
				return Value{}, 0, false
			}
			v = Value{&v.Node.Children[at].Node, &v.Node.Children[at], v.Layer}
		case v.Node.Kind != document.List || s.Index >= len(v.Node.Children) || !r.isOf(v.Layer, p[:i]):
			return Value{}, 0, false
		default:
			v = Value{&v.Node.Children[s.Index].Node, nil, v.Layer}
		}
		if v.Node.Kind == document.Null {
			return v, i + 1, v.Key != nil
		}
		t = t.Below(s)
	}
	return Value{}, 0, false
}

// isOf reports whether the value at p is that of a layer, which no other replaced.
func (r *Report) isOf(layer int16, p keypath.Path) bool {
	v, depth := r.Locate(p)
	return depth == len(p) && v.Layer == layer
}

package merge

import (
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
)

// maxNulls is how many files, the highest that hold a null, are searched for an empty key.
const maxNulls = 100

// Empty finds, in the highest configuration file that has one, the key that leads to a
// value at p and has none itself: it was left empty, or all that is below it is a
// comment. depth is how much of p leads there.
func (r *Report) Empty(p keypath.Path) (v Value, depth int, ok bool) {
	if r.nulls == nil {
		r.nulls = []Value{}
		for i := len(r.Tree.Layers) - 1; i >= 0 && len(r.nulls) < maxNulls; i-- {
			if l := r.Tree.Layers[i]; l.IsFile() && holdsNull(l.Root) {
				r.nulls = append(r.nulls, Value{Node: l.Root, Layer: int16(i)})
			}
		}
	}
	for _, root := range r.nulls {
		if v, depth, ok = r.emptyIn(root, p); ok {
			return v, depth, true
		}
	}
	return Value{}, 0, false
}

// holdsNull reports whether a null is below n.
func holdsNull(n *document.Node) bool {
	for i := range n.Children {
		if c := &n.Children[i].Node; c.Kind == document.Null || holdsNull(c) {
			return true
		}
	}
	return false
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
		case v.Node.Kind != document.List || s.Index >= len(v.Node.Children) || !isOf(r, v.Layer, p[:i]):
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
func isOf(r *Report, layer int16, p keypath.Path) bool {
	v, depth := r.Locate(p)
	return depth == len(p) && v.Layer == layer
}

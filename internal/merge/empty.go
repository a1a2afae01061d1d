package merge

import (
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
)

// maxNulls is how many files are searched for an empty key: the highest of those that
// contain a null.
const maxNulls = 100

// EmptyKey returns the key on the way to p that has no value because it was left empty, or
// because everything below it is commented out. It searches the configuration files from
// the highest down. depth is the number of steps of p that lead to the key.
func (r *Report) EmptyKey(p keypath.Path) (v Value, depth int, ok bool) {
	if r.nulls == nil {
		r.nulls = []Value{}
		for i := len(r.Tree.Layers) - 1; i >= 0 && len(r.nulls) < maxNulls; i-- {
			if l := r.Tree.Layers[i]; l.IsFile() && holdsNull(l.Root) {
				r.nulls = append(r.nulls, Value{Node: l.Root, Layer: int16(i)})
			}
		}
	}
	for _, root := range r.nulls {
		if v, depth, ok = r.emptyKeyIn(root, p); ok {
			return v, depth, true
		}
	}
	return Value{}, 0, false
}

// holdsNull reports whether n contains a null.
func holdsNull(n *document.Node) bool {
	for i := range n.Children {
		if c := &n.Children[i].Node; c.Kind == document.Null || holdsNull(c) {
			return true
		}
	}
	return false
}

// emptyKeyIn searches the file with the root v for the empty key.
func (r *Report) emptyKeyIn(v Value, p keypath.Path) (empty Value, depth int, ok bool) {
	t := r.Tree.Schema
	for i, s := range p {
		switch {
		case s.IsKey:
			at, found := r.findKey(t, v.Node, s)
			if !found {
				return Value{}, 0, false
			}
			v = Value{&v.Node.Children[at].Node, &v.Node.Children[at], v.Layer}
		case v.Node.Kind != document.List || s.Index >= len(v.Node.Children) || !isFromLayer(r, v.Layer, p[:i]):
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

// isFromLayer reports whether a layer defines the value at p, which no other layer
// overrides.
func isFromLayer(r *Report, layer int16, p keypath.Path) bool {
	v, depth := r.Locate(p)
	return depth == len(p) && v.Layer == layer
}

package load

import (
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/schema"
)

// section is what layers have at one path, for finding values by their paths: that
// each problem is placed must not cost a search through all that is beside it. What
// is below it is lined up when it is first asked for, once.
type section struct {
	t     *schema.Type // nil where that is not known
	refs  []ref        // at most one of each layer, the highest last; no nulls
	below map[step]*section
}

// child returns what the layers have one step below, or nil if that is nothing.
func (n *section) child(b *binder, s step) *section {
	if n.below == nil {
		n.below = map[step]*section{}
		for _, r := range n.refs {
			n.lineUp(b, r)
		}
	}
	if n.t == nil || n.t.Kind != schema.Struct {
		s.data = s.isKey // no struct has it, so it is data
	}
	return n.below[s]
}

// lineUp adds what is below a value.
func (n *section) lineUp(b *binder, r ref) {
	for i := range r.node.Children {
		child := &r.node.Children[i]
		if child.Node.Kind == document.Null {
			continue
		}
		at := ref{layer: r.layer, node: &child.Node}
		s := step{index: i}
		if r.node.Kind == document.Map {
			at.key = child
			var ok bool
			if s, ok = b.stepTo(n.t, child.Key); !ok {
				continue
			}
		}
		next := n.below[s]
		if next == nil {
			next = &section{t: below(n.t, s)}
			n.below[s] = next
		}
		if len(next.refs) > 0 && next.refs[len(next.refs)-1].layer == r.layer {
			continue // another spelling of the same key, which is a problem of its own
		}
		next.refs = append(next.refs, at)
	}
}

// stepTo is the step that a document's key leads in a value of type t. It is false
// if the type cannot read it.
func (b *binder) stepTo(t *schema.Type, key string) (step, bool) {
	switch {
	case t == nil:
	case t.Kind == schema.Struct:
		if f := t.Field(key); f != nil {
			return step{key: f.Key, isKey: true}, true
		}
	case t.Kind == schema.Map && !isPlainKey(t):
		k, miss := b.convertKey(t, key)
		if miss != nil {
			return step{}, false
		}
		return b.keyStep(k), true
	}
	return step{key: key, isKey: true, data: true}, true
}

// follow returns what there is on the way from n to p, n first, as far as any layer
// goes.
func (n *section) follow(b *binder, p path) []*section {
	way := make([]*section, 1, len(p)+1)
	way[0] = n
	for _, s := range p {
		if n = n.child(b, s); n == nil {
			break
		}
		way = append(way, n)
	}
	return way
}

// highest returns the value of the highest of some layers.
func (n *section) highest(in func(layer int) bool) (ref, bool) {
	for i := len(n.refs) - 1; i >= 0; i-- {
		if in(n.refs[i].layer) {
			return n.refs[i], true
		}
	}
	return ref{}, false
}

package merge

import (
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/schema"
)

// dropOptionalSections drops, from layers of defaults, the sections behind pointers that no
// other layer has: such a pointer is nil unless a layer sets the section.
func dropOptionalSections(tree *Tree, roots []Value) {
	var wanted []*document.Node
	for i, l := range tree.Layers {
		if !l.Fallback {
			wanted = append(wanted, roots[i].Node)
		}
	}
	for i, l := range tree.Layers {
		if l.Fallback {
			roots[i].Node = withoutOptional(tree.Schema, roots[i].Node, wanted)
		}
	}
}

// withoutOptional returns a section, or a copy without the optional sections in it that
// none of wanted has.
func withoutOptional(t *schema.Type, n *document.Node, wanted []*document.Node) *document.Node {
	var in map[*schema.Field][]*document.Node // the sections in wanted, by field
	e := document.Editor{From: n}
	for i := range n.Children {
		c := &n.Children[i]
		f := t.Field(c.Key)
		if f == nil || f.Type.Kind != schema.Struct || c.Node.Kind != document.Map {
			e.Keep(i, &c.Node)
			continue
		}
		if in == nil {
			in = sectionsByField(t, wanted)
		}
		if f.Pointer && len(in[f]) == 0 {
			e.Drop(i)
			continue
		}
		e.Keep(i, withoutOptional(f.Type, &c.Node, in[f]))
	}
	return e.Node()
}

// sectionsByField returns the sections that are in some sections of type t.
func sectionsByField(t *schema.Type, all []*document.Node) map[*schema.Field][]*document.Node {
	found := map[*schema.Field][]*document.Node{}
	for _, n := range all {
		for i := range n.Children {
			if c := &n.Children[i]; c.Node.Kind == document.Map {
				if f := t.Field(c.Key); f != nil {
					found[f] = append(found[f], &c.Node)
				}
			}
		}
	}
	return found
}

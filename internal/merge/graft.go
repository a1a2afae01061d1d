package merge

import (
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/schema"
)

// FieldSet is a set of fields of a section and of the sections in it.
type FieldSet struct {
	Fields   map[*schema.Field]bool
	Sections map[*schema.Field]*FieldSet
}

// Add adds a field of the section.
func (p *FieldSet) Add(f *schema.Field) {
	if p.Fields == nil {
		p.Fields = map[*schema.Field]bool{}
	}
	p.Fields[f] = true
}

// AddSection adds the fields of an inner section, which is the field f. It adds nothing if
// inner is empty.
func (p *FieldSet) AddSection(f *schema.Field, inner FieldSet) {
	if inner.Fields == nil && inner.Sections == nil {
		return
	}
	if p.Sections == nil {
		p.Sections = map[*schema.Field]*FieldSet{}
	}
	p.Sections[f] = &inner
}

// Graft returns a new report, with a copy of the tree in which some fields have the values
// of the running tree. The origin of these is the running configuration: they are in a
// layer of their own. Neither tree is changed.
func (r *Report) Graft(running *Tree, places *FieldSet) *Report {
	t := r.Tree
	layer := layers.Running()
	out := &Tree{Schema: t.Schema, Root: t.Root, Layers: append(slices.Clip(t.Layers), layer), lower: t.lower, lists: t.lists}
	g := grafter{from: running, to: layer, mark: layerMark(int16(len(t.Layers)))}
	root := g.section(t.Schema, *t.Root.Node, running.Root, places)
	out.Root.Node = &root
	return newReport(out, Options{Redact: r.Redact, Running: r.Running})
}

// grafter copies values of the running tree into a layer.
type grafter struct {
	from *Tree         // the running tree
	to   *layers.Layer // the layer of the copied values
	mark int16
}

// section returns a copy of the section n in which the fields of set have the values of the
// section from.
func (g *grafter) section(t *schema.Type, n document.Node, from Value, places *FieldSet) document.Node {
	children := make([]document.Child, 0, len(n.Children)+len(places.Fields))
	sections := map[*schema.Field]Value{} // in from
	if from.Node != nil {
		for i := range from.Node.Children {
			v := from.Child(i)
			switch f := t.FieldOrRemain(v.Key.Key); {
			case places.Fields[f]:
				c := document.Child{Key: v.Key.Key, Line: 1, Node: g.copy(v)}
				c.Node.Layer = g.mark
				children = append(children, c)
			case places.Sections[f] != nil:
				sections[f] = v
			}
		}
	}
	done := map[*schema.Field]bool{}
	for _, c := range n.Children {
		f := t.FieldOrRemain(c.Key)
		if places.Fields[f] {
			continue
		}
		if inner := places.Sections[f]; inner != nil && c.Node.Kind == document.Map {
			c.Node = g.section(f.Type, c.Node, sections[f], inner)
			done[f] = true
		}
		children = append(children, c)
	}
	for _, f := range t.Fields {
		if inner := places.Sections[f]; inner != nil && !done[f] { // the section has only defaults
			empty := document.Node{Kind: document.Map, Line: 1, Layer: g.mark}
			children = append(children, document.Child{Key: f.Key, Line: 1, Node: g.section(f.Type, empty, sections[f], inner)})
		}
	}
	n.Children = children
	return n
}

// copy returns a copy of a value that refers neither to its tree nor to its layer.
func (g *grafter) copy(v Value) document.Node {
	n := document.Node{Kind: v.Node.Kind, Text: v.Node.Text, Line: g.to.Retain(g.from.NativeValue(v), g.from.Format(v), g.from.Source(v)), Marks: v.Node.Marks}
	if len(v.Node.Children) > 0 {
		n.Children = make([]document.Child, len(v.Node.Children))
		for i := range n.Children {
			n.Children[i] = document.Child{Key: v.Node.Children[i].Key, Line: 1, Node: g.copy(v.Child(i))}
		}
	}
	return n
}

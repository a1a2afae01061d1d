package merge

import (
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/schema"
)

// Places are fields of a section, and of sections in it.
type Places struct {
	Fields map[*schema.Field]bool
	In     map[*schema.Field]*Places
}

// Add adds a field of the section.
func (p *Places) Add(f *schema.Field) {
	if p.Fields == nil {
		p.Fields = map[*schema.Field]bool{}
	}
	p.Fields[f] = true
}

// AddIn adds places in a section that is a field, if there are any.
func (p *Places) AddIn(f *schema.Field, inner Places) {
	if inner.Fields == nil && inner.In == nil {
		return
	}
	if p.In == nil {
		p.In = map[*schema.Field]*Places{}
	}
	p.In[f] = &inner
}

// Graft returns a report for a tree that has, at some places, what the running one has
// there. These values come from a layer of their own. Neither tree is changed.
func (r *Report) Graft(running *Tree, places *Places) *Report {
	t := r.Tree
	layer := layers.Running()
	out := &Tree{Schema: t.Schema, Root: t.Root, Layers: append(slices.Clip(t.Layers), layer), lower: t.lower, lists: t.lists}
	g := grafter{from: running, to: layer, mark: mark(int16(len(t.Layers)))}
	root := g.section(t.Schema, *t.Root.Node, running.Root, places)
	out.Root.Node = &root
	return newReport(out, Options{Redact: r.Redact, Running: r.Running})
}

type grafter struct {
	from *Tree
	to   *layers.Layer
	mark int16
}

// section returns a copy of a section in which places have what another section has.
func (g *grafter) section(t *schema.Type, n document.Node, from Value, places *Places) document.Node {
	children := make([]document.Child, 0, len(n.Children)+len(places.Fields))
	sections := map[*schema.Field]Value{} // of from
	if from.Node != nil {
		for i := range from.Node.Children {
			v := from.Child(i)
			switch f := t.FieldOrRemain(v.Key.Key); {
			case places.Fields[f]:
				c := document.Child{Key: v.Key.Key, Line: 1, Node: g.copy(v)}
				c.Node.Layer = g.mark
				children = append(children, c)
			case places.In[f] != nil:
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
		if inner := places.In[f]; inner != nil && c.Node.Kind == document.Map {
			c.Node = g.section(f.Type, c.Node, sections[f], inner)
			done[f] = true
		}
		children = append(children, c)
	}
	for _, f := range t.Fields {
		if inner := places.In[f]; inner != nil && !done[f] { // all of it is there by default
			empty := document.Node{Kind: document.Map, Line: 1, Layer: g.mark}
			children = append(children, document.Child{Key: f.Key, Line: 1, Node: g.section(f.Type, empty, sections[f], inner)})
		}
	}
	n.Children = children
	return n
}

// copy returns a copy of a value that needs neither its tree nor its layer.
func (g *grafter) copy(v Value) document.Node {
	n := document.Node{Kind: v.Node.Kind, Text: v.Node.Text, Line: g.to.Keep(g.from.Given(v), g.from.Format(v), g.from.Source(v)), Marks: v.Node.Marks}
	if len(v.Node.Children) > 0 {
		n.Children = make([]document.Child, len(v.Node.Children))
		for i := range n.Children {
			n.Children[i] = document.Child{Key: v.Node.Children[i].Key, Line: 1, Node: g.copy(v.Child(i))}
		}
	}
	return n
}

package load

import (
	"fmt"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/schema"
)

// locate finds the value at p in the highest layer that sets it. Where none
// does, it finds the section nearest to it that some layer has, and exact is
// false.
func (b *binder) locate(p path) (at ref, exact bool) {
	depth := -1
	for i := len(b.layers) - 1; i >= 0; i-- {
		r, d := descend(b.loader.schema, ref{layer: i, node: b.layers[i].root}, p)
		if d > depth {
			at, depth = r, d
		}
	}
	return at, depth == len(p)
}

// descend follows p from r as far as the document goes, and tells how far that
// was.
func descend(t *schema.Type, r ref, p path) (ref, int) {
	for depth, s := range p {
		next, ok := inside(t, r, s)
		if !ok || next.node.Kind == document.Null {
			return r, depth
		}
		r = next
		t = below(t, s)
	}
	return r, len(p)
}

// inside returns the value one step into r, whose type is t if that is known.
func inside(t *schema.Type, r ref, s step) (ref, bool) {
	if !s.isKey {
		if r.node.Kind != document.List || s.index >= len(r.node.Children) {
			return ref{}, false
		}
		return ref{r.layer, &r.node.Children[s.index].Node, nil}, true
	}
	if r.node.Kind != document.Map {
		return ref{}, false
	}
	for i := range r.node.Children {
		child := &r.node.Children[i]
		if child.Key == s.key || !s.data && t != nil && schema.Fold(child.Key) == schema.Fold(s.key) {
			return ref{r.layer, &child.Node, child}, true
		}
	}
	return ref{}, false
}

// below returns the type one step into t, or nil where that is not known.
func below(t *schema.Type, s step) *schema.Type {
	switch {
	case t == nil:
		return nil
	case t.Kind == schema.Struct:
		if f := t.Field(s.key); f != nil && !s.data {
			return f.Type
		}
		if t.Remain != nil {
			return t.Remain.Type.Elem
		}
		return nil
	}
	return t.Elem
}

// place names the place of a value in the text of a message.
func (b *binder) place(r ref) string {
	if r.layer == fromDefault {
		return "the default tag"
	}
	o := b.origin(r, false)
	return fmt.Sprintf("%s:%d:%d", o.Name, o.Line, o.Column)
}

// origin is the place of a value, or of its key.
func (b *binder) origin(r ref, key bool) Origin {
	if r.node == nil {
		return Origin{}
	}
	if r.layer == fromDefault {
		return Origin{Kind: Default, layer: fromDefault}
	}
	o := Origin{Kind: File, Name: b.layers[r.layer].path, layer: r.layer,
		Line: int(r.node.Line), Column: int(r.node.Column)}
	if key && r.key != nil {
		o.Line, o.Column = int(r.key.Line), int(r.key.Column)
	}
	return o
}

// finish gives every problem found its place and excerpt.
func (b *binder) finish() []Problem {
	e := newExcerpts(b)
	problems := make([]Problem, len(b.problems))
	for i, f := range b.problems {
		p := f.Problem
		if p.Key == "" {
			p.Key = f.path.String()
		}
		p.Origin = b.origin(f.ref, f.onKey)
		if p.Origin.Kind == File && !f.secret {
			p.Excerpt = e.excerpt(f.ref.layer, p.Origin, f.onKey)
		}
		problems[i] = p
	}
	return problems
}

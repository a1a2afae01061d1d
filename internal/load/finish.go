package load

import "example.com/lastgood/internal/document"

// finish gives every problem found its place and excerpt.
func (b *binder) finish() []Problem {
	e := newExcerpts(b)
	problems := make([]Problem, len(b.problems))
	for i, f := range b.problems {
		p := f.Problem
		if p.Key == "" {
			p.Key = b.masked(f.path).String()
		}
		p.Origin = b.origin(f)
		if b.mayBeSecret(f) && !e.isPlainKey(f.ref.layer, p.Origin) {
			p.Key = b.masked(f.path.parent().child(step{key: "…", isKey: true, data: true})).String()
			p.Message = "unknown key without a value"
			p.Hint = "is a colon missing?"
			f.secret = true
		}
		if p.Origin.Kind == File && !f.secret {
			p.Excerpt = e.excerpt(f.ref.layer, p.Origin, f.onKey)
		}
		problems[i] = p
	}
	return problems
}

// mayBeSecret reports whether what was taken for an unknown key may be a value, as
// in "{token hunter2}", where a colon is missing.
func (b *binder) mayBeSecret(f found) bool {
	return f.Code == "unknown_key" && f.ref.node.Kind == document.Null && b.loader.schema.Secrets
}

// origin is the place of what was found: of the value, or of its key.
func (b *binder) origin(f found) Origin {
	r := f.ref
	switch {
	case r.node == nil:
		return Origin{}
	case r.layer == fromDefault:
		return Origin{Kind: Default, layer: fromDefault}
	}
	l := b.layers[r.layer]
	o := Origin{Kind: File, Name: l.path, layer: l.order}
	switch {
	case r.node == l.root && len(b.layers) > 1:
		return Origin{} // none of the files is to blame more than the others
	case r.node == l.root: // nor is the first line more than the others
	case f.onKey && r.key != nil:
		o.Line, o.Column = int(r.key.Line), int(r.key.Column)
	default:
		o.Line, o.Column = int(r.node.Line), int(r.node.Column)
	}
	return o
}

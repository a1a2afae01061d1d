package load

import (
	"strings"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/redact"
)

// finish gives every problem found its place and excerpt.
func (b *binder) finish() []Problem {
	e := newExcerpts(b)
	problems := make([]Problem, len(b.problems))
	for i, f := range b.problems {
		p := f.Problem
		if p.Key == "" {
			p.Key = b.masked(f.path).String()
		} else {
			p.Key = b.redact(p.Key)
		}
		p.Origin, p.order = b.origin(f), b.orderOf(f.ref)
		inFile := p.Origin.Kind == File
		isMasked := f.Code == "unknown_key" && b.loader.schema.Secrets && b.maskUnknown(&p, f, e)
		if below := b.overridden(f); below != "" {
			p.Hint = strings.TrimPrefix(p.Hint+"; it overrides "+below, "; ")
		}
		switch {
		case inFile && isMasked:
			p.Excerpt = e.text(f.ref.layer).shape(p.Origin.Line, p.Origin.Column)
		case inFile && !f.secret:
			p.Excerpt = e.excerpt(f.ref, p.Origin, f.onKey)
		}
		problems[i] = p
	}
	return problems
}

// maskUnknown takes an unknown key out of a problem where it may be part of a secret that
// a typing error moved, and reports whether it did.
func (b *binder) maskUnknown(p *Problem, f found, e *excerpts) bool {
	inFile := p.Origin.Kind == File
	switch {
	case f.secret: // it is masked like all others there
		return false
	case f.ref.node.Kind == document.Null && !(inFile && e.isPlainKey(f.ref, p.Origin)):
		// It may be a value, as in "{token hunter2}", where a colon is missing.
		p.Message = "unknown key without a value"
		p.Hint = "is a colon missing?"
	case inFile && e.text(f.ref.layer).moved[f.ref.key]:
		p.Hint = "it is not shown because it may belong to the secret before it; check the indentation"
	case p.Hint != "" || b.loader.isOpenKey(f.ref.key.Key):
		return false // it is like a key that is no secret
	default:
		section := b.loader.secretKeys()
		if section == "" {
			return false
		}
		p.Hint = "it is not shown because it may be a key of " + section + ", which is secret"
	}
	p.Key = b.masked(f.path.parent().child(step{key: redact.Hidden, isKey: true, data: true})).String()
	return true
}

// origin is the place of what was found: of the value, or of its key.
func (b *binder) origin(f found) Origin {
	if f.ref.node == nil {
		return Origin{}
	}
	if b.isRoot(f.ref) { // no line of a file is to blame more than the others
		if file := b.soleFile(); file != nil {
			return file.at(0, 0)
		}
		return Origin{} // nor is one of several files
	}
	o := b.originOf(f.ref)
	if f.onKey && f.ref.key != nil && o.Kind == File {
		o = b.layers[f.ref.layer].at(int(f.ref.key.Line), int(f.ref.key.Column))
	}
	return o
}

// overridden tells what the value at fault overrides, where it does not stand in a
// file: a look into the files would only puzzle.
func (b *binder) overridden(f found) string {
	if f.ref.node == nil || b.made(f.ref) == nil || b.isRoot(f.ref) {
		return ""
	}
	isBelow := func(layer int) bool { return layer < f.ref.layer }
	if at, depth := b.locateIn(f.path, isBelow); depth == len(f.path) && at.node != nil {
		return b.place(at)
	}
	return ""
}

// originOf is the place of a value.
func (b *binder) originOf(r ref) Origin {
	if r.layer == fromDefault {
		return Origin{Kind: Default}
	}
	l := b.layers[r.layer]
	if l.made != nil {
		return l.made.Place(r.node)
	}
	return l.at(int(r.node.Line), int(r.node.Column))
}

// orderOf sorts what was found by layer.
func (b *binder) orderOf(r ref) int {
	switch {
	case r.node == nil:
		return 0
	case r.layer == fromDefault:
		return fromDefault
	}
	return b.layers[r.layer].order
}

func (b *binder) isRoot(r ref) bool {
	return r.layer != fromDefault && r.node == b.layers[r.layer].root
}

// soleFile returns the only configuration file, or nil if there is none or several.
func (b *binder) soleFile() *layer {
	var sole *layer
	for i := range b.layers {
		switch {
		case b.layers[i].made != nil:
		case sole != nil:
			return nil
		default:
			sole = &b.layers[i]
		}
	}
	return sole
}

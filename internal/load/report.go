package load

import (
	"fmt"
	"strconv"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/schema"
)

// found is a problem with what is needed to place it.
type found struct {
	Problem
	path   path
	ref    ref  // the value at fault, if any
	secret bool // its line must not be shown
	onKey  bool // it is about the key, not the value
}

// maxProblems is how many problems of a pass are kept. Nobody reads more, and
// placing each takes time.
const maxProblems = 1000

func (b *binder) full() bool { return len(b.problems) >= maxProblems }

func (b *binder) add(f found) {
	switch f.Code {
	case "check", "unknown_key", "duplicate_key":
	default:
		if b.loader.schema.Judged { // or nobody asks
			b.failed.add(f.path)
		}
	}
	if !b.full() {
		b.problems = append(b.problems, f)
	}
}

// mismatch reports a value of the wrong type.
func (b *binder) mismatch(r ref, miss schema.Mismatch, secret bool) {
	message := "want " + miss.Want
	if miss.Hint == "" && b.made(r) != nil && layers.IsServiceLink(r.node.Text) {
		miss.Hint = layers.ServiceLinkHint
	}
	switch {
	case shapeOf(r.node) != oneValue || r.node.Kind == document.Null:
		message += ", got " + show(r.node)
	case !secret:
		message += ", got " + b.redact(show(r.node))
	}
	b.add(found{ref: r, path: b.here(), secret: secret,
		Problem: Problem{Code: "type", Message: message, Hint: miss.Hint}})
}

// badKey reports a key of a map that its type cannot read.
func (b *binder) badKey(r ref, miss schema.Mismatch, secret bool) {
	b.add(found{ref: r, secret: secret, onKey: true,
		path:    append(b.here(), step{key: r.key.Key, isKey: true, data: true}),
		Problem: Problem{Code: "type", Message: "the key must be " + miss.Want, Hint: miss.Hint}})
}

// conflict reports that layers disagree about the shape of a value.
func (b *binder) conflict(at, other ref, secret bool) {
	what := func(r ref) string {
		if r.node.Kind == document.Map {
			return "a map of keys"
		}
		return article(r.node.Kind.String())
	}
	b.add(found{ref: at, path: b.here(), secret: secret,
		Problem: Problem{Code: "conflict", Message: fmt.Sprintf("it is %s here, but %s in %s",
			what(at), what(other), b.place(other))}})
}

// twice reports two spellings of one key in one document. name is how a struct
// spells it; the keys of a map have none.
func (b *binder) twice(child *document.Child, first ref, name string, secret bool) {
	p := Problem{Code: "duplicate_key", Hint: "keep one", Message: "it is the same key as the one"}
	if name != "" || !secret {
		p.Message = fmt.Sprintf("%q is the same key as %q", child.Key, first.key.Key)
	}
	if first.key.Line > 0 {
		p.Message += fmt.Sprintf(" on line %d", first.key.Line)
	}
	at := step{key: child.Key, isKey: true, data: true}
	if name != "" {
		p.Hint += fmt.Sprintf(", %q", name)
		at = step{key: name, isKey: true}
	}
	b.add(found{Problem: p, ref: ref{first.layer, &child.Node, child}, secret: secret, onKey: true, path: append(b.here(), at)})
}

// show says what was found where something else was wanted.
func show(n *document.Node) string {
	switch n.Kind {
	case document.Null, document.List, document.Map:
		return article(n.Kind.String())
	case document.String:
		return strconv.Quote(shorten(n.Text))
	}
	return shorten(n.Text)
}

// shorten cuts a text to what fits into a message.
func shorten(s string) string {
	const most = 60
	characters := 0
	for i := range s {
		if characters == most {
			return s[:i] + "…"
		}
		characters++
	}
	return s
}

func article(kind string) string {
	switch kind {
	case "null":
		return kind
	case "integer":
		return "an " + kind
	}
	return "a " + kind
}

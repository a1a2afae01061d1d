package load

import (
	"cmp"
	"fmt"
	"slices"
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

// maxProblems is how many problems of a pass are kept: the first by place, so that the
// same content has the same problems each time, in whatever order they are found. Nobody
// reads more, and an excerpt of each takes time.
const maxProblems = 1000

func (b *binder) add(f found) {
	switch f.Code {
	case "check", "unknown_key", "duplicate_key":
	default:
		if b.loader.schema.Judged { // or nobody asks
			b.failed.add(f.path)
		}
	}
	b.problems = append(b.problems, f)
	if len(b.problems) == 2*maxProblems {
		b.keepFirst()
	}
}

// keepFirst drops all problems but the first by place.
func (b *binder) keepFirst() {
	type placed struct {
		found
		at  Origin
		key string
	}
	all := make([]placed, len(b.problems))
	for i, f := range b.problems {
		f.order = b.orderOf(f.ref)
		all[i] = placed{f, b.origin(f), cmp.Or(f.Key, b.masked(f.path).String())}
	}
	slices.SortStableFunc(all, func(x, y placed) int {
		return cmp.Or(byPlace(x.order, y.order, x.at, y.at, x.key, y.key), cmp.Compare(x.Code, y.Code), cmp.Compare(x.Message, y.Message))
	})
	b.problems = b.problems[:min(len(all), maxProblems)]
	for i := range b.problems {
		b.problems[i] = all[i].found
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
		message += ", got " + article(r.node.Kind.String())
	case !secret:
		message += ", got " + b.show(r.node)
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
func (b *binder) show(n *document.Node) string {
	switch n.Kind {
	case document.Null, document.List, document.Map:
		return article(n.Kind.String())
	case document.String:
		return strconv.Quote(b.shorten(n.Text))
	}
	return b.shorten(n.Text)
}

// shorten cuts a text of the layers to what fits into a message, without secrets. A long
// one that many aliases stand for is read once.
func (b *binder) shorten(text string) string {
	if len(text) < 1024 {
		return shorten(b.redact(text))
	}
	short, known := b.shortened[text]
	if !known {
		short = shorten(b.redact(text))
		if b.shortened == nil {
			b.shortened = map[string]string{}
		}
		b.shortened[text] = short
	}
	return short
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

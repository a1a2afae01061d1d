package merge

import (
	"strconv"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
)

// quoter quotes values in messages.
type quoter struct {
	// Redact takes secrets out of a text that quotes a value.
	Redact func(string) string

	shortened map[string]string // long texts as messages quote them
}

// Show names what was found where something else was wanted, without secrets.
func (r *Report) Show(v Value) string {
	switch v.Node.Kind {
	case document.Null, document.List, document.Map:
		return naming(v.Node.Kind)
	case document.String:
		return strconv.Quote(r.ShowText(v))
	}
	return r.ShowText(v)
}

// longText is how long a text is that is read once, however many aliases it has.
const longText = 1024

// ShowText returns a scalar's text as it is written, without secrets, cut to what fits into
// a message.
func (r *Report) ShowText(v Value) string {
	text := v.Node.Text
	if from := r.Tree.Source(v); from != nil {
		text = from.Written
	}
	if len(text) < longText {
		return problem.Shorten(r.Redact(text), 60)
	}
	short, known := r.shortened[text]
	if !known {
		short = problem.Shorten(r.Redact(text), 60)
		if r.shortened == nil {
			r.shortened = map[string]string{}
		}
		r.shortened[text] = short
	}
	return short
}

// Hides reports whether the value v at p must not be shown: because it is secret, the
// content of a file, or what a decode hook made of a text that is not the document's.
func (r *Report) Hides(p keypath.Path, v Value) bool {
	const made = document.Made | document.Resolved
	from := r.Tree.Source(v)
	return from != nil && from.File || v.Node != nil && v.Node.Marks&made == made || r.Secret(p)
}

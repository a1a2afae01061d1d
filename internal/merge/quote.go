package merge

import (
	"strconv"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
)

// quoter quotes values in messages.
type quoter struct {
	// Redact removes secrets from a text that quotes a value.
	Redact func(string) string

	shortened map[string]string // long texts as messages quote them, so that each is redacted once
}

// Quote returns a value for a message that reports a mismatch, redacted: a scalar is
// quoted, a list or map is only named.
func (r *Report) Quote(v Value) string {
	switch v.Node.Kind {
	case document.Null, document.List, document.Map:
		return kindName(v.Node.Kind)
	case document.String:
		return strconv.Quote(r.QuoteText(v))
	}
	return r.QuoteText(v)
}

// longText is the number of bytes from which on the quoted form of a text is cached, since
// many aliases may repeat it.
const longText = 1024

// QuoteText returns a scalar's text as the document has it, redacted and shortened to fit
// into a message.
func (r *Report) QuoteText(v Value) string {
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

// IsHidden reports whether the value v at p must not be shown: because it is secret,
// because it is the content of a file, or because a decode hook made it from a text that is
// not in the document.
func (r *Report) IsHidden(p keypath.Path, v Value) bool {
	const resolvedByHook = document.Synthetic | document.Resolved
	from := r.Tree.Source(v)
	return from != nil && from.File || v.Node != nil && v.Node.Marks&resolvedByHook == resolvedByHook || r.Secret(p)
}

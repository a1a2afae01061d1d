package merge

import (
	"strconv"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/problem"
)

// quoter quotes values in messages.
type quoter struct {
	// Redact takes secrets out of a text that quotes a value.
	Redact func(string) string

	shortened map[string]string // long texts as messages quote them
}

// Show names what was found where something else was wanted, without secrets.
func (q *quoter) Show(n *document.Node) string {
	switch n.Kind {
	case document.Null, document.List, document.Map:
		return naming(n.Kind)
	case document.String:
		return strconv.Quote(q.ShowText(n))
	}
	return q.ShowText(n)
}

// longText is how long a text is that is read once, however many aliases it has.
const longText = 1024

// ShowText returns a scalar's text, without secrets, cut to what fits into a message.
func (q *quoter) ShowText(n *document.Node) string {
	if len(n.Text) < longText {
		return problem.Shorten(q.Redact(n.Text), 60)
	}
	short, known := q.shortened[n.Text]
	if !known {
		short = problem.Shorten(q.Redact(n.Text), 60)
		if q.shortened == nil {
			q.shortened = map[string]string{}
		}
		q.shortened[n.Text] = short
	}
	return short
}

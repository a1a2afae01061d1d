package load

import (
	"bytes"
	"slices"
	"strings"

	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// finish returns the problems of a rejected pass, sorted and with their excerpts: first
// those for which values are missing, or are not known, then those of the tree.
func (l *Loader) finish(docs []source.Document, all []*layers.Layer, unread, found []problem.Problem) []problem.Problem {
	l.excerptUnparsed(unread, docs)
	e := excerpts{schema: l.schema, docs: docs, layers: all, texts: map[int]*text{}}
	for i := range found {
		e.add(&found[i])
	}
	return problem.Sort(append(unread, found...))
}

// excerpts shows lines of a pass's documents, but never a secret, nor the value
// of an unknown key, which may be a misspelled secret.
type excerpts struct {
	schema *schema.Type
	docs   []source.Document
	layers []*layers.Layer
	texts  map[int]*text // by document, made when first needed
}

// add gives a problem its excerpt.
func (e *excerpts) add(p *problem.Problem) {
	if p.Origin.Kind != problem.File {
		return
	}
	if p.Code == "unknown_key" && p.Bare && e.schema.Secrets && !e.isPlainKey(p) {
		// What was taken for an unknown key may be a value, as in "{token hunter2}",
		// where a colon is missing.
		p.Path = append(p.Path[:len(p.Path)-1:len(p.Path)-1], keypath.Entry("…"))
		p.Key = e.schema.Mask(p.Path).String()
		p.Message, p.Hint = "unknown key without a value", "is a colon missing?"
		return
	}
	if !p.Hidden {
		p.Excerpt = e.excerpt(p)
	}
}

// text is a document by lines. Places in it are those of the file that it is a part of.
type text struct {
	data []byte
	source.Margin
	starts []int        // where each line begins
	hidden map[int]bool // numbers of the lines with something not to be shown
}

func newText(data []byte, margin source.Margin) *text {
	t := &text{data: data, Margin: margin, starts: []int{0}}
	for i, c := range data {
		if c == '\n' {
			t.starts = append(t.starts, i+1)
		}
	}
	return t
}

// line returns the n-th line, or nil. Lines of files count from 1.
func (t *text) line(n int) []byte {
	line, _, _ := bytes.Cut(t.from(n), []byte("\n"))
	return line
}

// from returns the text from its n-th line on, or nil.
func (t *text) from(n int) []byte {
	if n -= t.Above; n < 1 || n > len(t.starts) {
		return nil
	}
	return t.data[t.starts[n-1]:]
}

// end is the number of the line behind the last.
func (t *text) end() int { return t.Above + len(t.starts) + 1 }

// excerpt returns an excerpt of the n-th line.
func (t *text) excerpt(n, column int) (problem.Excerpt, bool) {
	x, ok := problem.NewExcerpt(t.from(n), 1, max(column-t.Left, 0))
	x.Line = n
	return x, ok
}

func (e *excerpts) text(doc int) *text {
	if e.texts[doc] == nil {
		t := newText(e.docs[doc].Data, e.docs[doc].Margin)
		i := slices.IndexFunc(e.layers, func(l *layers.Layer) bool { return l.IsFile() && l.Order == doc })
		t.hidden = hiddenLines(e.schema, e.layers[i].Root, t)
		e.texts[doc] = t
	}
	return e.texts[doc]
}

// isPlainKey reports whether the line of a problem begins with a key and its colon.
func (e *excerpts) isPlainKey(p *problem.Problem) bool {
	x, ok := e.text(p.Order).excerpt(p.Origin.Line, p.Origin.Column)
	return ok && keyOnly(x) != nil
}

// excerpt returns the line of a problem. Of one with a key, what follows the key is left
// out if it must not be shown.
func (e *excerpts) excerpt(p *problem.Problem) *problem.Excerpt {
	if p.Origin.Line == 0 {
		return nil
	}
	t := e.text(p.Order)
	x, ok := t.excerpt(p.Origin.Line, p.Origin.Column)
	switch {
	case !ok:
		return nil
	case !t.hidden[p.Origin.Line]:
		return &x
	case p.OnKey:
		return keyOnly(x)
	}
	return nil
}

// keyOnly leaves out what follows the key that x marks. It returns nil where
// there is no telling what else is in the line.
func keyOnly(x problem.Excerpt) *problem.Excerpt {
	runes := []rune(x.Text)
	start := min(x.Column-1, len(runes))
	end := min(start+x.Width, len(runes))
	if strings.Trim(string(runes[:start]), " -\"'") != "" {
		return nil
	}
	rest := strings.TrimLeft(string(runes[end:]), " ")
	if rest == "" || !strings.ContainsRune(":=", rune(rest[0])) {
		return nil
	}
	x.Text = string(runes[:end]) + rest[:1] + " …"
	return &x
}

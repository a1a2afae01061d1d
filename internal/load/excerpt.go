package load

import (
	"bytes"
	"strings"

	"example.com/lastgood/internal/diagnose"
	"example.com/lastgood/internal/source"
)

// excerpts shows lines of a pass's documents, but never a secret, nor the value
// of an unknown key, which may be a misspelled secret.
type excerpts struct {
	b     *binder
	texts []*text // by layer, made when first needed
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
func (t *text) excerpt(n, column int) (diagnose.Excerpt, bool) {
	x, ok := diagnose.NewExcerpt(t.from(n), 1, max(column-t.Left, 0))
	x.Line = n
	return x, ok
}

func newExcerpts(b *binder) *excerpts {
	return &excerpts{b: b, texts: make([]*text, len(b.layers))}
}

func (e *excerpts) text(layer int) *text {
	if e.texts[layer] == nil {
		l := e.b.layers[layer]
		t := newText(l.data, l.margin)
		t.hidden = hiddenLines(e.b.loader.schema, l.root, t)
		e.texts[layer] = t
	}
	return e.texts[layer]
}

// isPlainKey reports whether the line at origin begins with a key and its colon.
func (e *excerpts) isPlainKey(layer int, o Origin) bool {
	x, ok := e.text(layer).excerpt(o.Line, o.Column)
	return ok && keyOnly(x) != nil
}

// excerpt returns the line at origin. With onKey, what follows the key is left
// out if it must not be shown.
func (e *excerpts) excerpt(layer int, o Origin, onKey bool) *diagnose.Excerpt {
	if o.Line == 0 {
		return nil
	}
	t := e.text(layer)
	x, ok := t.excerpt(o.Line, o.Column)
	switch {
	case !ok:
		return nil
	case !t.hidden[o.Line]:
		return &x
	case onKey:
		return keyOnly(x)
	}
	return nil
}

// keyOnly leaves out what follows the key that x marks. It returns nil where
// there is no telling what else is in the line.
func keyOnly(x diagnose.Excerpt) *diagnose.Excerpt {
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

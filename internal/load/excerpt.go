package load

import (
	"strings"

	"example.com/lastgood/internal/diagnose"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// text is a document by lines, of which it shows none that must not be. Places in it are
// those of the file that it is a part of.
type text struct {
	lines *diagnose.Text
	source.Margin
	loader *Loader
	hidden map[int]bool             // by the number of a line, whether something in it must not be shown; see hide
	moved  map[*document.Child]bool // keys that may be a value of the secret before them
	shapes map[int]shapedLine       // of the lines that were asked for, by number
}

// shapedLine is the shape of a line.
type shapedLine struct {
	redact.Line
	lines *diagnose.Text // of that one line
}

func (l *Loader) newText(data []byte, margin source.Margin) *text {
	return &text{lines: diagnose.NewText(data), Margin: margin, loader: l, shapes: map[int]shapedLine{}}
}

// line returns a line of the file, or nil.
func (t *text) line(n int) []byte { return t.lines.Line(n - t.Above) }

// end is the number of the line behind the last.
func (t *text) end() int { return t.Above + t.lines.Lines() + 1 }

// plain returns an excerpt of a line as it is.
func (t *text) plain(line, column int) *diagnose.Excerpt {
	if x, ok := t.lines.Excerpt(line-t.Above, max(column-t.Left, 0)); ok {
		x.Line = line
		return &x
	}
	return nil
}

// shape returns an excerpt of the shape of a line, which shows keys that are not secret
// anywhere, and no values.
func (t *text) shape(line, column int) *diagnose.Excerpt {
	s, known := t.shapes[line]
	if !known {
		s.Line = redact.Shape(string(t.line(line)), t.loader.isOpenKey)
		s.lines = diagnose.NewText([]byte(s.Text))
		t.shapes[line] = s
	}
	if s.Text == "" {
		return t.plain(line, column)
	}
	if column = max(column-t.Left, 0); column > 0 {
		column = s.Column(column)
	}
	x, _ := s.lines.Excerpt(1, column)
	x.Line = line
	return &x
}

// excerpts shows lines of a pass's documents, but never a secret, nor the value
// of an unknown key, which may be a misspelled secret.
type excerpts struct {
	b     *binder
	texts []*text // by layer, made when first needed
}

func newExcerpts(b *binder) *excerpts {
	return &excerpts{b: b, texts: make([]*text, len(b.layers))}
}

func (e *excerpts) text(layer int) *text {
	if e.texts[layer] == nil {
		l := e.b.layers[layer]
		t := e.b.loader.newText(l.data, l.margin)
		t.hide(l.root)
		e.texts[layer] = t
	}
	return e.texts[layer]
}

// isPlainKey reports whether the line at origin begins with the key of r and its colon.
func (e *excerpts) isPlainKey(r ref, o Origin) bool {
	x := e.text(r.layer).plain(o.Line, o.Column)
	return x != nil && keyOnly(*x, r.key.Key) != nil
}

// excerpt returns the line at origin, or its shape where something in it must not be
// shown. With onKey, such a line is shown up to the key of r if it begins with that.
func (e *excerpts) excerpt(r ref, o Origin, onKey bool) *diagnose.Excerpt {
	if o.Line == 0 {
		return nil
	}
	t := e.text(r.layer)
	hidden, known := t.hidden[o.Line]
	if !known { // the value of a setting that is no secret can hold one
		line := string(t.line(o.Line))
		hidden = e.b.redact(line) != line
		t.hidden[o.Line] = hidden
	}
	x := t.plain(o.Line, o.Column)
	if x == nil || !hidden {
		return x
	}
	if onKey && r.key != nil {
		if short := keyOnly(*x, r.key.Key); short != nil {
			return short
		}
	}
	return t.shape(o.Line, o.Column)
}

// keyOnly leaves out what follows the key that x marks. It returns nil where the line
// begins with more than that, or the key is written in another way.
func keyOnly(x diagnose.Excerpt, key string) *diagnose.Excerpt {
	runes := []rune(x.Text)
	start := min(x.Column-1, len(runes))
	end := min(start+x.Width, len(runes))
	if strings.Trim(string(runes[:start]), " -\"'") != "" || strings.Trim(string(runes[start:end]), "\"'") != key {
		return nil
	}
	rest := strings.TrimLeft(string(runes[end:]), " ")
	if rest == "" || !strings.ContainsRune(":=", rune(rest[0])) {
		return nil
	}
	x.Text = string(runes[:end]) + rest[:1] + " …"
	return &x
}

// excerpt adds excerpts to problems of documents that did not parse, so that nothing is
// known of their values: if the type has secrets, of the shapes of lines.
func (l *Loader) excerpt(problems []Problem, docs []source.Document) {
	texts := map[int]*text{}
	for i := range problems {
		p := &problems[i]
		if p.Origin.Kind != File || p.Origin.Line == 0 {
			continue
		}
		t := texts[p.order]
		if t == nil {
			t = l.newText(docs[p.order].Data, docs[p.order].Margin)
			texts[p.order] = t
		}
		if l.schema.Secrets {
			p.Excerpt = t.shape(p.Origin.Line, p.Origin.Column)
		} else {
			p.Excerpt = t.plain(p.Origin.Line, p.Origin.Column)
		}
	}
}

// isOpenKey reports whether a key may be shown wherever it is: some field has it, and
// none that is secret.
func (l *Loader) isOpenKey(key string) bool {
	open, secret := l.keys()
	fold := schema.Fold(key)
	return open[fold] && !secret[fold]
}

// message returns what is wrong with a document, without text of it that might be
// secret.
func (l *Loader) message(p document.Problem) string {
	if l.schema.Secrets && !l.isOpenKey(p.Quoted) {
		return p.Message
	}
	return p.Full()
}

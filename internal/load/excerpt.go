package load

import (
	"strings"

	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// text is a document split into lines, with the lines of which excerpts show the shape only.
// Line and column numbers are those of the file that the document is a part of.
type text struct {
	lines *problem.Text
	source.Margin
	names  *keyNames
	hidden map[int]bool       // by line number: the line contains something that must not be shown; see findHidden
	moved  map[position]bool  // keys that may be part of the secret before them
	shapes map[int]shapedLine // cache, by line number
}

// shapedLine is the shape of a line; see [redact.Shape].
type shapedLine struct {
	redact.Line
	lines *problem.Text // of that one line
}

// line returns the line with number n in the file, or nil.
func (t *text) line(n int) []byte { return t.lines.Line(n - t.Above) }

// end returns the number of the line after the last.
func (t *text) end() int { return t.Above + t.lines.Lines() + 1 }

// plain returns an excerpt of the unredacted line, with a mark under token if that is at the
// column. It returns nil if there is no such line.
func (t *text) plain(line, column int, token string) *problem.Excerpt {
	if x, ok := t.lines.Excerpt(line-t.Above, max(column-t.Left, 0), token); ok {
		x.Line = line
		return &x
	}
	return nil
}

// shape returns an excerpt of the shape of a line: keys that are not secret anywhere in the
// type, and no values.
func (t *text) shape(line, column int) *problem.Excerpt {
	s, known := t.shapes[line]
	if !known {
		s.Line = redact.Shape(string(t.line(line)), t.names.isOpen)
		s.lines = problem.NewText([]byte(s.Text))
		t.shapes[line] = s
	}
	if s.Text == "" {
		return t.plain(line, column, "")
	}
	if column = max(column-t.Left, 0); column > 0 {
		column = s.Column(column)
	}
	x, _ := s.lines.Excerpt(1, column, "")
	x.Line = line
	return &x
}

// excerpts adds excerpts of a pass's documents to problems. An excerpt never contains a
// secret, nor the value of an unknown key, which may be a misspelled secret.
type excerpts struct {
	*keyNames
	redact func(string) string
	docs   []source.Document
	layers []*layers.Layer
	texts  map[int]*text // cache, by index in docs
}

// finish returns all problems of a rejected pass, sorted and with excerpts. incomplete are
// those found before the merge; a document that such a problem is in has no tree, unless the
// problem is Alone.
func (e *excerpts) finish(incomplete, found []problem.Problem) []problem.Problem {
	for i := range incomplete {
		if incomplete[i].Alone { // its document was parsed
			e.add(&incomplete[i])
		} else {
			e.addIncomplete(&incomplete[i])
		}
	}
	for i := range found {
		e.add(&found[i])
	}
	return problem.Sort(append(incomplete, found...))
}

// addIncomplete adds the excerpt to a problem of a document that was not parsed. Where its
// secrets are is unknown: if the type has secrets, only the shape of the line is shown.
func (e *excerpts) addIncomplete(p *problem.Problem) {
	switch {
	case !p.Origin.Kind.HasLines() || p.Origin.Line == 0 || e.isSecret(p):
	case e.schema.Secrets:
		p.Excerpt = e.text(p.Order).shape(p.Origin.Line, p.Origin.Column)
	default:
		p.Excerpt = e.text(p.Order).plain(p.Origin.Line, p.Origin.Column, "")
	}
}

// add adds the excerpt to a problem of a parsed document, and removes an unknown key from the
// problem that may be part of a secret.
func (e *excerpts) add(p *problem.Problem) {
	inFile := p.Origin.Kind.HasLines()
	secret := inFile && e.isSecret(p)
	masked := p.Code == "unknown_key" && (e.schema.Secrets || secret) && e.maskUnknown(p)
	switch {
	case secret:
	case inFile && masked:
		p.Excerpt = e.text(p.Order).shape(p.Origin.Line, p.Origin.Column)
	case inFile && !p.Hidden:
		p.Excerpt = e.excerpt(p)
	}
}

// isSecret reports whether all of the problem's document is secret.
func (e *excerpts) isSecret(p *problem.Problem) bool {
	return p.Order >= 0 && p.Order < len(e.docs) && e.docs[p.Order].Secret
}

// maskUnknown removes the unknown key from a problem if it may be part of a secret, such as
// one that a typing error moved to the place of a key. It reports whether it did.
func (e *excerpts) maskUnknown(p *problem.Problem) bool {
	inFile := p.Origin.Kind.HasLines()
	switch {
	case p.Hidden: // the merge has masked it
		return false
	case p.Bare && !(inFile && e.isPlainKey(p)):
		// The key may be a value, as in "{token hunter2}", where a colon is missing.
		p.Message = "unknown key without a value"
		p.Hint = "is a colon missing?"
	case inFile && e.text(p.Order).isMoved(p.Origin):
		p.Hint = "it is not shown because it may belong to the secret before it; check the indentation"
	case p.Like || e.isOpen(p.Spelt): // it is or resembles a key that is not secret
		if inFile && e.isSecret(p) {
			last := len(p.Path) - 1
			p.Key = schema.MaskData(p.Path[:last]).Child(p.Path[last]).String()
		}
		return false
	case inFile && e.isSecret(p):
		p.Hint = "it is not shown because all of its document is secret"
	default:
		section := e.secretKeys()
		if section == "" {
			return false
		}
		p.Hint = "it is not shown because it may be a key of " + section + ", which is secret"
	}
	p.Path = p.Path[:len(p.Path)-1].Child(keypath.Entry(redact.Hidden))
	p.Key = e.schema.Mask(p.Path).String()
	if inFile && e.isSecret(p) {
		p.Key = schema.MaskData(p.Path).String()
	}
	return true
}

// isMoved reports whether the key at a place may be a value of the secret before it.
func (t *text) isMoved(at problem.Origin) bool {
	return t.moved[position{int32(at.Line), int32(at.Column - t.Left)}]
}

// text returns the document with index doc by lines, cached.
func (e *excerpts) text(doc int) *text {
	if e.texts == nil {
		e.texts = map[int]*text{}
	}
	if e.texts[doc] == nil {
		t := &text{lines: problem.NewText(e.docs[doc].Data), Margin: e.docs[doc].Margin, names: e.keyNames, shapes: map[int]shapedLine{}}
		for _, l := range e.layers {
			if l.IsFile() && l.Order == doc {
				t.findHidden(l, l.AsWritten())
			}
		}
		e.texts[doc] = t
	}
	return e.texts[doc]
}

// isPlainKey reports whether the problem's line begins with its key and a colon.
func (e *excerpts) isPlainKey(p *problem.Problem) bool {
	x := e.text(p.Order).plain(p.Origin.Line, p.Origin.Column, "")
	return x != nil && keyOnly(*x, p.Spelt) != nil
}

// excerpt returns the problem's line, or its shape if the line contains something that must
// not be shown. A problem with a key is shown with the line up to and including the key, if
// the line begins with it. Without a line number it returns nil.
func (e *excerpts) excerpt(p *problem.Problem) *problem.Excerpt {
	if p.Origin.Line == 0 {
		return nil
	}
	t := e.text(p.Order)
	hidden, known := t.hidden[p.Origin.Line]
	if !known { // the value of a setting that is not secret can contain a secret
		line := string(t.line(p.Origin.Line))
		hidden = e.redact(line) != line
		t.hidden[p.Origin.Line] = hidden
	}
	x := t.plain(p.Origin.Line, p.Origin.Column, p.Token)
	if x == nil || !hidden {
		return x
	}
	if p.OnKey && p.Spelt != "" {
		if short := keyOnly(*x, p.Spelt); short != nil {
			return short
		}
	}
	return t.shape(p.Origin.Line, p.Origin.Column)
}

// keyOnly returns x without what follows the marked key. It returns nil if the line has
// something else before the key, or spells it in another way.
func keyOnly(x problem.Excerpt, key string) *problem.Excerpt {
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

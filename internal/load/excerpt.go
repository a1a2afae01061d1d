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

// text is a document by lines, of which it shows none that must not be. Places in it are
// those of the file that it is a part of.
type text struct {
	lines *problem.Text
	source.Margin
	names  *keyNames
	hidden map[int]bool       // by the number of a line, whether something in it must not be shown; see hide
	moved  map[position]bool  // keys that may be a value of the secret before them
	shapes map[int]shapedLine // of the lines that were asked for, by number
}

// shapedLine is the shape of a line.
type shapedLine struct {
	redact.Line
	lines *problem.Text // of that one line
}

// line returns a line of the file, or nil.
func (t *text) line(n int) []byte { return t.lines.Line(n - t.Above) }

// end is the number of the line behind the last.
func (t *text) end() int { return t.Above + t.lines.Lines() + 1 }

// plain returns an excerpt of a line as it is, with a mark under the token that is there,
// if it is known.
func (t *text) plain(line, column int, token string) *problem.Excerpt {
	if x, ok := t.lines.Excerpt(line-t.Above, max(column-t.Left, 0), token); ok {
		x.Line = line
		return &x
	}
	return nil
}

// shape returns an excerpt of the shape of a line, which shows keys that are not secret
// anywhere, and no values.
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

// excerpts shows lines of a pass's documents, but never a secret, nor the value
// of an unknown key, which may be a misspelled secret.
type excerpts struct {
	*keyNames
	redact func(string) string
	docs   []source.Document
	layers []*layers.Layer
	texts  map[int]*text // by document, made when first needed
}

// finish returns the problems of a rejected pass, sorted and with their excerpts: first
// those for which values are missing, or are not known, then those of the tree.
func (e *excerpts) finish(unread, found []problem.Problem) []problem.Problem {
	for i := range unread {
		if unread[i].Alone { // in a document that was read
			e.add(&unread[i])
		} else {
			e.addUnread(&unread[i])
		}
	}
	for i := range found {
		e.add(&found[i])
	}
	return problem.Sort(append(unread, found...))
}

// addUnread gives an excerpt to a problem of a document that did not parse, so that
// nothing is known of its values: if the type has secrets, of the shape of the line.
func (e *excerpts) addUnread(p *problem.Problem) {
	switch {
	case !p.Origin.Kind.HasLines() || p.Origin.Line == 0 || e.isSecret(p):
	case e.schema.Secrets:
		p.Excerpt = e.text(p.Order).shape(p.Origin.Line, p.Origin.Column)
	default:
		p.Excerpt = e.text(p.Order).plain(p.Origin.Line, p.Origin.Column, "")
	}
}

// add gives a problem its excerpt. A key that may be part of a secret is taken out of it.
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

// isSecret reports whether a problem is in a document of which no line must be shown.
func (e *excerpts) isSecret(p *problem.Problem) bool {
	return p.Order >= 0 && p.Order < len(e.docs) && e.docs[p.Order].Secret
}

// maskUnknown takes an unknown key out of a problem where it may be part of a secret that
// a typing error moved, and reports whether it did.
func (e *excerpts) maskUnknown(p *problem.Problem) bool {
	inFile := p.Origin.Kind.HasLines()
	switch {
	case p.Hidden: // it is masked like all others there
		return false
	case p.Bare && !(inFile && e.isPlainKey(p)):
		// It may be a value, as in "{token hunter2}", where a colon is missing.
		p.Message = "unknown key without a value"
		p.Hint = "is a colon missing?"
	case inFile && e.text(p.Order).isMoved(p.Origin):
		p.Hint = "it is not shown because it may belong to the secret before it; check the indentation"
	case p.Like || e.isOpen(p.Spelt): // it is like a key that is no secret
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

func (e *excerpts) text(doc int) *text {
	if e.texts == nil {
		e.texts = map[int]*text{}
	}
	if e.texts[doc] == nil {
		t := &text{lines: problem.NewText(e.docs[doc].Data), Margin: e.docs[doc].Margin, names: e.keyNames, shapes: map[int]shapedLine{}}
		for _, l := range e.layers {
			if l.IsFile() && l.Order == doc {
				t.hide(l, l.AsWritten())
			}
		}
		e.texts[doc] = t
	}
	return e.texts[doc]
}

// isPlainKey reports whether the line of a problem begins with its key and a colon.
func (e *excerpts) isPlainKey(p *problem.Problem) bool {
	x := e.text(p.Order).plain(p.Origin.Line, p.Origin.Column, "")
	return x != nil && keyOnly(*x, p.Spelt) != nil
}

// excerpt returns the line of a problem, or its shape where something in it must not be
// shown. If the problem is with a key, such a line is shown up to that if it begins
// with it.
func (e *excerpts) excerpt(p *problem.Problem) *problem.Excerpt {
	if p.Origin.Line == 0 {
		return nil
	}
	t := e.text(p.Order)
	hidden, known := t.hidden[p.Origin.Line]
	if !known { // the value of a setting that is no secret can hold one
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

// keyOnly leaves out what follows the key that x marks. It returns nil where the line
// begins with more than that, or the key is written in another way.
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

package load

import (
	"bytes"
	"regexp"
	"strings"

	"example.com/lastgood/internal/diagnose"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// excerpts shows lines of a pass's documents, but never a secret, nor the value
// of an unknown key, which may be a misspelled secret.
type excerpts struct {
	b      *binder
	hidden []map[int]bool // by layer: lines with something not to be shown
}

func newExcerpts(b *binder) *excerpts {
	e := &excerpts{b: b, hidden: make([]map[int]bool, len(b.layers))}
	for i, l := range b.layers {
		h := hider{lines: map[int]bool{}}
		h.walk(b.loader.schema, l.root, false)
		h.reach(bytes.Count(l.data, []byte("\n")) + 2) // behind the last line
		e.hidden[i] = h.lines
	}
	return e
}

// excerpt returns the line at origin. With onKey, what follows the key is left
// out.
func (e *excerpts) excerpt(layer int, o Origin, onKey bool) *diagnose.Excerpt {
	if o.Line == 0 {
		return nil
	}
	x, ok := diagnose.NewExcerpt(e.b.layers[layer].data, o.Line, o.Column)
	if !ok {
		return nil
	}
	if !e.hidden[layer][o.Line] {
		return &x
	}
	if !onKey || !startsLine(x) {
		return nil
	}
	runes := []rune(x.Text)
	end := min(x.Column-1+x.Width, len(runes))
	rest := strings.TrimLeft(string(runes[end:]), " ")
	if rest == "" || !strings.ContainsRune(":=", rune(rest[0])) {
		return nil
	}
	x.Text = string(runes[:end]) + string(rest[0]) + " …"
	return &x
}

// startsLine reports whether nothing but indentation and list marks stands
// before the marked part.
func startsLine(x diagnose.Excerpt) bool {
	return strings.Trim(string([]rune(x.Text)[:x.Column-1]), " -\"'") == ""
}

// hider finds the lines that hold a secret or the value of an unknown key.
type hider struct {
	lines map[int]bool
	open  bool // the last scalar was hidden, and may go on until the next value
	from  int  // its line
}

// walk visits n's values in the order of the text. A hidden value hides every
// line from its own to that of the value or key after it, since it may be long.
func (h *hider) walk(t *schema.Type, n *document.Node, hide bool) {
	for i := range n.Children {
		child := &n.Children[i]
		hideChild, inner := hide, (*schema.Type)(nil)
		if t != nil {
			switch t.Kind {
			case schema.Struct:
				if f := t.Field(child.Key); f != nil {
					inner, hideChild = f.Type, hide || f.Secret
				} else {
					hideChild = true
				}
			case schema.List, schema.Map:
				inner = t.Elem
			}
		}
		h.reach(int(child.Line))
		h.reach(int(child.Node.Line))
		if child.Node.Kind == document.Map || child.Node.Kind == document.List {
			h.walk(inner, &child.Node, hideChild)
		}
		if hideChild {
			h.open, h.from = true, int(child.Node.Line)
			h.lines[h.from] = true
		}
	}
}

// reach closes a hidden scalar at the line where something else starts.
func (h *hider) reach(line int) {
	if !h.open || line == 0 {
		return
	}
	for l := h.from + 1; l < line; l++ {
		h.lines[l] = true
	}
	h.open = false
}

// keyLine matches a line that sets one key.
var keyLine = regexp.MustCompile(`^\s*(?:- +)?["']?([\w.-]+)["']?\s*[:=]([^{\[|>&*]*)$`)

// excerpt adds excerpts to problems of documents that did not parse, so that
// nothing is known of their values. If the type has secrets, only a line that
// plainly sets a known key which is never secret is shown.
func (l *Loader) excerpt(problems []Problem, docs []source.Document) {
	open, secret := l.schema.KeyNames()
	for i := range problems {
		p := &problems[i]
		if p.Origin.Kind != File || p.Origin.Line == 0 {
			continue
		}
		x, ok := diagnose.NewExcerpt(docs[p.Origin.layer].Data, p.Origin.Line, p.Origin.Column)
		if !ok {
			continue
		}
		if len(secret) > 0 {
			m := keyLine.FindStringSubmatch(x.Text)
			if m == nil || !open[schema.Fold(m[1])] || secret[schema.Fold(m[1])] {
				continue
			}
		}
		p.Excerpt = &x
	}
}

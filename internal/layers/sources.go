package layers

import (
	"crypto/sha256"
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/source"
)

// Source is where the text of a value comes from that a document has a reference for.
type Source struct {
	Written string   // what the document has
	From    string   // as in [problem.Origin]
	Values  []string // of variables that are in the text; what the file has
	Plain   bool     // Written is nothing but references, without a default
	File    bool     // the text is the content of a file, or of a secret document, which is shown as a secret
}

// IsSecret reports whether the text has something in it that the document has not.
func (s *Source) IsSecret() bool { return s.File || len(s.Values) > 0 }

// sources are those of the values of one document. Aliases of a YAML anchor share theirs.
type sources struct {
	at      map[position]*Source
	files   []fileSum
	unknown bool // of some, only that they are set is known
}

// position is where a value is in a document; in one without lines, the column is a number
// of its own.
type position struct{ line, column int32 }

// fileSum is a file that was read for a document.
type fileSum struct {
	path string
	sum  [sha256.Size]byte
}

// add notes the source of a node, which has its place already.
func (s *sources) add(n *document.Node, from *Source) {
	if s.at == nil {
		s.at = map[position]*Source{}
	}
	if n.Line == 0 {
		n.Column = int32(len(s.at) + 1)
	}
	n.Marks |= document.Resolved
	s.at[position{n.Line, n.Column}] = from
	s.unknown = s.unknown || n.Marks&document.Unknown != 0
}

// Source returns where the text of a node of the layer comes from, or nil if that is the
// document itself.
func (l *Layer) Source(n *document.Node) *Source {
	switch {
	case n.Marks&document.Resolved == 0:
		return nil
	case l.Secret:
		return secret
	case l.IsFile():
		return l.at[position{n.Line, n.Column}]
	case n.Line < 1 || int(n.Line) > len(l.kept):
		return nil
	}
	return l.kept[n.Line-1]
}

// HasSources reports whether some texts of the layer come from elsewhere.
func (l *Layer) HasSources() bool {
	return l.Secret || len(l.at) > 0 || slices.ContainsFunc(l.kept, func(from *Source) bool { return from != nil })
}

// secret is the source of a value that is secret because its document is.
var secret = &Source{File: true}

// HidesKeys reports whether some values of the layer are in a document that is secret as a
// whole, or are kept from one.
func (l *Layer) HidesKeys() bool { return l.Secret || slices.ContainsFunc(l.kept, (*Source).HidesKeys) }

// HidesKeys reports whether the document that the value is in is secret as a whole.
func (s *Source) HidesKeys() bool { return s == secret }

// Hide makes all values of a layer secrets.
func (l *Layer) Hide() {
	l.Secret = true
	hide(l.Root)
}

func hide(n *document.Node) {
	n.Marks |= document.Resolved
	for i := range n.Children {
		hide(&n.Children[i].Node)
	}
}

// HasUnknown reports whether of some values of the layer only that they are set is known.
func (l *Layer) HasUnknown() bool { return l.unknown }

// ReadsSame reports whether the files that were read for the layer are the same by now.
func (l *Layer) ReadsSame(files map[string]*source.Document) bool {
	for _, f := range l.files {
		if now := files[f.path]; now == nil || now.Err != nil || now.Sum != f.sum {
			return false
		}
	}
	return true
}

package layers

import (
	"crypto/sha256"
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/source"
)

// Source is where a value's text comes from that replaces a reference in a document.
type Source struct {
	Written        string   // the reference, as the document has it
	From           string   // as in [problem.Origin]
	Values         []string // the values of the variables in the text, or the content of the file
	OnlyReferences bool     // Written consists only of references, without a default
	File           bool     // the text is from a file or a secret document, and is shown as a secret
}

// IsSecret reports whether the text contains something that is not in the document.
func (s *Source) IsSecret() bool { return s.File || len(s.Values) > 0 }

// sources are the sources of the values of one document. Aliases of a YAML anchor share
// theirs.
type sources struct {
	at      map[position]*Source
	files   []fileSum
	unknown bool // the content of some values is unknown
}

// position is the place of a value in a document. Where values have no lines, the column is
// a number that is unique in the document.
type position struct{ line, column int32 }

// fileSum is a file that was read for a document.
type fileSum struct {
	path string
	sum  [sha256.Size]byte
}

// add adds the source of a node. It needs the place of the node, and sets a column if that
// has no line.
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

// Source returns the source of a node's text, or nil if the text is in the document itself.
func (l *Layer) Source(n *document.Node) *Source {
	switch {
	case n.Marks&document.Resolved == 0:
		return nil
	case l.Secret:
		return secretSource
	case l.IsFile():
		return l.at[position{n.Line, n.Column}]
	case n.Line < 1 || int(n.Line) > len(l.retained):
		return nil
	}
	return l.retained[n.Line-1]
}

// HasSources reports whether any value of the layer has a source.
func (l *Layer) HasSources() bool {
	return l.Secret || len(l.at) > 0 || slices.ContainsFunc(l.retained, func(from *Source) bool { return from != nil })
}

// secretSource is the source of all values of a secret document.
var secretSource = &Source{File: true}

// HidesKeys reports whether values of the layer are from a secret document, now or when
// they were retained.
func (l *Layer) HidesKeys() bool {
	return l.Secret || slices.ContainsFunc(l.retained, (*Source).HidesKeys)
}

// HidesKeys reports whether the value is from a document that is secret as a whole. A nil
// source is not.
func (s *Source) HidesKeys() bool { return s == secretSource }

// MarkSecret makes all values of the layer secret.
func (l *Layer) MarkSecret() {
	l.Secret = true
	markSecret(l.Root)
}

func markSecret(n *document.Node) {
	n.Marks |= document.Resolved
	for i := range n.Children {
		markSecret(&n.Children[i].Node)
	}
}

// HasUnknown reports whether the content of any value of the layer is unknown.
func (l *Layer) HasUnknown() bool { return l.unknown }

// ReadsSame reports whether the files that were read for the layer have the same content in
// files.
func (l *Layer) ReadsSame(files map[string]*source.Document) bool {
	for _, f := range l.files {
		if now := files[f.path]; now == nil || now.Err != nil || now.Sum != f.sum {
			return false
		}
	}
	return true
}

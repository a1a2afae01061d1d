// Package layers makes trees of values: of configuration files, environment
// variables, flags, the settings of a Viper, files that hold one value each, and a Go
// value with defaults. All have the form of a parsed document, so that all layers of
// a configuration are merged and checked alike.
//
// The package knows the schema, but judges nothing apart from names: whether a
// text suits its field is found out when it is decoded.
package layers

import (
	"crypto/sha256"
	"errors"
	"slices"
	"unicode/utf8"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// Layer is a tree of values with their origins.
type Layer struct {
	Root     *document.Node
	Problems []problem.Problem // with what has no place in the tree
	Warnings []problem.Problem // of what may be wrong with a configuration file that is read all the same, and deprecated keys
	Path     string            // of a configuration file; "" for other layers
	Format   document.Format   // of a configuration file
	Order    int               // for sorting what is wrong: that of the document
	Fallback bool              // it has defaults, which make no optional section
	Remote   bool              // it is of a source that is no file
	Secret   bool              // all of it is
	Named    string            // the format that the source named
	Given    bool              // it is a file that the program has in itself, and nobody can edit
	Sum      [sha256.Size]byte // of the configuration file

	// What Resolve and Rename leave, if they were called and had something to do.
	Written *document.Node // the tree as it is written, with old keys and references; nil for Root
	Renamed Spellings      // of values that are set by an old key

	source.Margin // of the part of a file that this is

	// In other layers, the Line of a node is no line but leads to these, from 1.
	origins []problem.Origin
	values  []any             // ready-made ones; nil where there is only text
	formats []document.Format // of the files that values are kept from
	kept    []*Source         // of values that are kept; nil where there is none

	sources // of a configuration file
}

// AsWritten returns the tree as it is written, with old keys and references.
func (l *Layer) AsWritten() *document.Node {
	if l.Written != nil {
		return l.Written
	}
	return l.Root
}

// Running returns a layer, still without values, for what is kept from a running
// configuration.
func Running() *Layer {
	formats := []document.Format{0, document.YAML, document.TOML, document.JSON} // each at its own place
	return &Layer{Order: problem.LastOrder, formats: formats,
		origins: slices.Repeat([]problem.Origin{{Kind: problem.Running}}, len(formats)), values: make([]any, len(formats)), kept: make([]*Source, len(formats))}
}

// Keep returns the Line for a node of a layer that Running made, with its ready-made
// value, if any, the format of the file that it comes from, and what it refers to there.
func (l *Layer) Keep(value any, format document.Format, from *Source) (line int32) {
	if value == nil && from == nil {
		return int32(format) + 1
	}
	l.origins, l.values = append(l.origins, l.origins[0]), append(l.values, value)
	l.formats, l.kept = append(l.formats, format), append(l.kept, from)
	return int32(len(l.values))
}

// FormatOf returns the format of the configuration file that a node comes from, or 0.
func (l *Layer) FormatOf(n *document.Node) document.Format {
	if i := int(n.Line) - 1; 0 <= i && i < len(l.formats) {
		return l.formats[i]
	}
	return l.Format
}

// IsFile reports whether the layer is a configuration file.
func (l *Layer) IsFile() bool { return l.origins == nil }

// Origin returns where a node of the layer comes from.
func (l *Layer) Origin(n *document.Node) problem.Origin {
	switch {
	case l.IsFile():
		o := l.At(int(n.Line), int(n.Column))
		if from := l.Source(n); from != nil {
			o.From = from.From
		}
		return o
	case n.Line < 1:
		return problem.Origin{}
	}
	return l.origins[n.Line-1]
}

// At returns a place in the file that a layer is. That of all of it is the line above.
func (l *Layer) At(line, column int) problem.Origin {
	o := problem.Origin{Kind: problem.File, Name: l.Path, Line: line, Column: column}
	if l.Remote {
		o.Kind = problem.Source
	}
	switch {
	case line == 0:
		o.Line, o.Column = l.Above, 0
	case column > 0:
		o.Column += l.Left
	}
	return o
}

// Value returns the ready-made value of a node, or nil if there is only its text.
func (l *Layer) Value(n *document.Node) any {
	if l.values == nil || n.Line < 1 {
		return nil
	}
	return l.values[n.Line-1]
}

// Builder makes a layer of single values.
type Builder struct {
	origins []problem.Origin
	kept    []*Source // nil, or by origin
	root    section

	secret bool // of the values that are put
}

// section is a map in the making, or the items of a list that are set one by one.
type section struct {
	order    []keypath.Step
	children map[keypath.Step]*section
	leaf     *document.Node // of a value; nil for a section
	line     int32
}

// Put adds a value. If the layer has one at the key already, or at a section
// around it or a key inside it, nothing is added and its origin is returned.
func (b *Builder) Put(path keypath.Path, node document.Node, at problem.Origin) (clash *problem.Origin) {
	s := &b.root
	for _, step := range path {
		if s.leaf != nil {
			return b.originOf(s)
		}
		step.Data = false // where fields are, no key is data
		next := s.children[step]
		if next == nil {
			next = &section{line: int32(len(b.origins) + 1)}
			if s.children == nil {
				s.children = map[keypath.Step]*section{}
			}
			s.children[step] = next
			s.order = append(s.order, step)
		}
		s = next
	}
	if s.leaf != nil || s.children != nil {
		return b.originOf(s)
	}
	b.origins = append(b.origins, at)
	setLine(&node, int32(len(b.origins)))
	if b.secret {
		hide(&node)
		b.kept = append(append(b.kept, make([]*Source, len(b.origins)-1-len(b.kept))...), secret)
	}
	s.leaf = &node
	return nil
}

func (b *Builder) originOf(s *section) *problem.Origin { return &b.origins[s.line-1] }

func setLine(n *document.Node, line int32) {
	n.Line, n.Column = line, 0
	for i := range n.Children {
		c := &n.Children[i]
		c.Line, c.Column = line, 0
		setLine(&c.Node, line)
	}
}

// Layer returns what was put, or nil if that is nothing.
func (b *Builder) Layer(order int) *Layer {
	if len(b.origins) == 0 {
		return nil
	}
	root := b.root.node()
	return &Layer{Root: &root, Order: order, origins: b.origins, kept: b.kept}
}

func (s *section) node() document.Node {
	if s.leaf != nil {
		return *s.leaf
	}
	n := document.Node{Kind: document.Map, Line: s.line, Children: make([]document.Child, len(s.order))}
	if len(s.order) > 0 && !s.order[0].IsKey {
		n.Kind, n.Marks = document.List, document.Items
		slices.SortFunc(s.order, func(a, b keypath.Step) int { return a.Index - b.Index })
	}
	for i, step := range s.order {
		child := s.children[step]
		n.Children[i] = document.Child{Key: step.Key, Line: child.line, Column: int32(step.Index), Node: child.node()}
	}
	return n
}

// A layer's problems never hold a value.

// IsText reports whether a text can be that of a value of type t. Only one of bytes may be
// anything.
func IsText(t *schema.Type, text string) bool {
	return t.Kind == schema.Scalar && t.Scalar.Bytes() || utf8.ValidString(text)
}

// ErrNotText is why a text that is not one cannot be read.
var ErrNotText = errors.New("not valid UTF-8; only a []byte field takes any bytes")

// notText is the problem of bytes that are no text, where only a text will do.
func notText(path keypath.Path, at problem.Origin) problem.Problem {
	return problem.Problem{Code: "syntax", Key: path.String(), Origin: at, Message: "not valid UTF-8",
		Hint: "only a []byte field takes any bytes"}
}

// unprintable is the problem of a value whose method panicked when asked for its text.
func unprintable(key string, at problem.Origin, panicked *guard.Error) problem.Problem {
	return problem.Problem{Code: "type", Key: key, Origin: at, Message: panicked.Error()}
}

// unreadable is the problem of a text that is not a list, map or section.
func unreadable(path keypath.Path, at problem.Origin, text string, err error) problem.Problem {
	p := problem.Problem{Code: "type", Key: path.String(), Origin: at, Message: err.Error()}
	if IsServiceLink(text) {
		p.Hint = ServiceLinkHint
	}
	return p
}

// nearest is the hint at the leaf of t whose key was probably meant, or "".
func nearest(suggest *problem.Suggester, name string, t *schema.Type, format func(string) string) string {
	near := suggest.Suggest(name, t.Leaves.Keys)
	if near == "" {
		return ""
	}
	return "did you mean " + format(near) + "?"
}

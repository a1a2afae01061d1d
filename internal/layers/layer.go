// Package layers builds trees of values from everything besides documents: environment
// variables, flags, the settings of a Viper, files with one value each, and a Go value with
// defaults. The trees have the form of a parsed document, so that all layers of a
// configuration are merged and validated alike.
//
// The package uses the schema to find keys, but not to validate values: whether a text is
// valid for its field is found when it is decoded.
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

// Layer is a tree of values with their origins. It must not be changed once it was merged,
// and is then safe for concurrent use.
type Layer struct {
	Root       *document.Node
	Problems   []problem.Problem // about values that have no place in the tree
	Warnings   []problem.Problem // deprecated keys, and what may be wrong with a configuration file that is valid
	Path       string            // of a configuration file; "" for other layers
	Format     document.Format   // of a configuration file
	Order      int               // the position of the document, by which problems are sorted
	Fallback   bool              // its values are defaults, which do not set an optional section
	Remote     bool              // it is from a source other than a file
	Secret     bool              // all its values are secret
	FormatName string            // the format that the source named
	Embedded   bool              // it is a file embedded in the program, which nobody can edit
	Sum        [sha256.Size]byte // of the configuration file

	// Set by Resolve and Rename, if they changed something.
	WrittenRoot *document.Node // the tree as written, with old keys and references; nil if Root is that
	OldPaths    OldPaths       // the paths as written of values that are set by an old key

	source.Margin // the position of the document in a larger file

	// In layers other than files, a node's Line is an index into these slices, from 1.
	origins  []problem.Origin
	values   []any             // native values; nil where there is only text
	formats  []document.Format // of the files that retained values are from
	retained []*Source         // sources of retained values; nil where there is none

	sources // of a configuration file
}

// AsWritten returns the tree as it is written, with old keys and references.
func (l *Layer) AsWritten() *document.Node {
	if l.WrittenRoot != nil {
		return l.WrittenRoot
	}
	return l.Root
}

// Running returns an empty layer for values that are retained from the running
// configuration.
func Running() *Layer {
	formats := []document.Format{0, document.YAML, document.TOML, document.JSON} // values with only a format have these lines
	return &Layer{Order: problem.LastOrder, formats: formats,
		origins: slices.Repeat([]problem.Origin{{Kind: problem.Running}}, len(formats)), values: make([]any, len(formats)), retained: make([]*Source, len(formats))}
}

// Retain adds a value to a layer returned by [Running], and returns the Line for its node.
// native and from are nil if the value has none.
func (l *Layer) Retain(native any, format document.Format, from *Source) (line int32) {
	if native == nil && from == nil {
		return int32(format) + 1
	}
	l.origins, l.values = append(l.origins, l.origins[0]), append(l.values, native)
	l.formats, l.retained = append(l.formats, format), append(l.retained, from)
	return int32(len(l.values))
}

// FormatOf returns the format of the configuration file that a node is from, or 0.
func (l *Layer) FormatOf(n *document.Node) document.Format {
	if i := int(n.Line) - 1; 0 <= i && i < len(l.formats) {
		return l.formats[i]
	}
	return l.Format
}

// IsFile reports whether the layer is a configuration file.
func (l *Layer) IsFile() bool { return l.origins == nil }

// Origin returns the origin of a node of the layer.
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

// At returns a place in the file that the layer is. Line 0 is the file as a whole or, for a
// document in a larger file, the line above it.
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

// NativeValue returns the Go value that a node was made from, or nil if there is only its
// text.
func (l *Layer) NativeValue(n *document.Node) any {
	if l.values == nil || n.Line < 1 {
		return nil
	}
	return l.values[n.Line-1]
}

// Builder builds a layer of single values. The zero value is ready for use.
type Builder struct {
	origins  []problem.Origin
	retained []*Source // sources, by index of the origin; nil for none
	root     section

	secret bool // of the values that are added
}

// section is a map that is being built, or a list of which single items are set.
type section struct {
	order    []keypath.Step
	children map[keypath.Step]*section
	leaf     *document.Node // of a value; nil for a section
	line     int32
}

// Put adds a value. If a value at the path, above or below it was added before, Put adds
// nothing and returns the origin of that value.
func (b *Builder) Put(path keypath.Path, node document.Node, at problem.Origin) (clash *problem.Origin) {
	s := &b.root
	for _, step := range path {
		if s.leaf != nil {
			return b.originOf(s)
		}
		step.Data = false // one key must not be stored both as data and as a field
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
		markSecret(&node)
		b.retained = append(append(b.retained, make([]*Source, len(b.origins)-1-len(b.retained))...), secretSource)
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

// Layer returns the layer of the values that were added, or nil if there are none.
func (b *Builder) Layer(order int) *Layer {
	if len(b.origins) == 0 {
		return nil
	}
	root := b.root.node()
	return &Layer{Root: &root, Order: order, origins: b.origins, retained: b.retained}
}

func (s *section) node() document.Node {
	if s.leaf != nil {
		return *s.leaf
	}
	n := document.Node{Kind: document.Map, Line: s.line, Children: make([]document.Child, len(s.order))}
	if len(s.order) > 0 && !s.order[0].IsKey {
		n.Kind, n.Marks = document.List, document.SingleItems
		slices.SortFunc(s.order, func(a, b keypath.Step) int { return a.Index - b.Index })
	}
	for i, step := range s.order {
		child := s.children[step]
		n.Children[i] = document.Child{Key: step.Key, Line: child.line, Column: int32(step.Index), Node: child.node()}
	}
	return n
}

// A layer's problems never hold a value.

// IsText reports whether text is valid for a value of type t: valid UTF-8, except for
// bytes.
func IsText(t *schema.Type, text string) bool {
	return t.Kind == schema.Scalar && t.Scalar.Bytes() || utf8.ValidString(text)
}

// ErrNotText is the error of a text that is not valid UTF-8.
var ErrNotText = errors.New("not valid UTF-8; only a []byte field takes any bytes")

// notText returns the problem of a text that is not valid UTF-8.
func notText(path keypath.Path, at problem.Origin) problem.Problem {
	return problem.Problem{Code: "syntax", Key: path.String(), Origin: at, Message: "not valid UTF-8",
		Hint: "only a []byte field takes any bytes"}
}

// unprintable returns the problem of a value whose method panicked when it was called for
// the value's text.
func unprintable(key string, at problem.Origin, panicked *guard.Error) problem.Problem {
	return problem.Problem{Code: "type", Key: key, Origin: at, Message: panicked.Error()}
}

// unreadable returns the problem of a text that cannot be parsed as a list, map or section.
func unreadable(path keypath.Path, at problem.Origin, text string, err error) problem.Problem {
	p := problem.Problem{Code: "type", Key: path.String(), Origin: at, Message: err.Error()}
	if IsServiceLink(text) {
		p.Hint = ServiceLinkHint
	}
	return p
}

// nearest returns a hint with the key of t that is most similar to name, or "".
func nearest(suggest *problem.Suggester, name string, t *schema.Type, format func(string) string) string {
	near := suggest.Suggest(name, t.Leaves.Keys)
	if near == "" {
		return ""
	}
	return "did you mean " + format(near) + "?"
}

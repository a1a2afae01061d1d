// Package layers makes trees of values that do not stand in configuration files:
// environment variables, flags, the settings of a Viper, files that hold one value
// each, and a Go value with defaults. Each tree has the form of a parsed document,
// so that all layers of a configuration are merged and checked alike.
//
// The package knows the schema, but judges nothing apart from names: whether a
// text suits its field is found out when the layers are bound.
package layers

import (
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/origin"
	"example.com/lastgood/internal/schema"
)

// Tree is a layer: a tree of values. The Line of a node in it is no line: Place tells
// where the value comes from.
type Tree struct {
	Root   *document.Node
	Faults []Fault         // of what has no place in the tree
	places []origin.Origin // by Line, from 1
	values []any           // ready-made ones, by Line, from 1; nil where there is only text
}

// Place returns where a node of the layer comes from.
func (t *Tree) Place(n *document.Node) origin.Origin {
	if n.Line < 1 {
		return origin.Origin{}
	}
	return t.places[n.Line-1]
}

// Value returns the ready-made value of a node, if it has one.
func (t *Tree) Value(n *document.Node) (any, bool) {
	if t.values == nil || n.Line < 1 || t.values[n.Line-1] == nil {
		return nil, false
	}
	return t.values[n.Line-1], true
}

// Builder makes a layer of single values.
type Builder struct {
	places []origin.Origin
	root   section
}

// section is a map in the making.
type section struct {
	order    []string
	children map[string]*section
	leaf     *document.Node // of a value; nil for a section
	line     int32
}

// Put adds a value. If the layer has one at the key already, or at a section
// around it or a key inside it, nothing is added and its place is returned.
func (b *Builder) Put(path schema.Path, node document.Node, place origin.Origin) (clash *origin.Origin) {
	at := &b.root
	for _, key := range path {
		if at.leaf != nil {
			return b.placeOf(at)
		}
		next := at.children[key]
		if next == nil {
			next = &section{line: int32(len(b.places) + 1)}
			if at.children == nil {
				at.children = map[string]*section{}
			}
			at.children[key] = next
			at.order = append(at.order, key)
		}
		at = next
	}
	if at.leaf != nil || at.children != nil {
		return b.placeOf(at)
	}
	b.places = append(b.places, place)
	setLine(&node, int32(len(b.places)))
	at.leaf = &node
	return nil
}

func (b *Builder) placeOf(s *section) *origin.Origin { return &b.places[s.line-1] }

func setLine(n *document.Node, line int32) {
	n.Line, n.Column = line, 0
	for i := range n.Children {
		c := &n.Children[i]
		c.Line, c.Column = line, 0
		setLine(&c.Node, line)
	}
}

// Tree returns what was put, or nil if that is nothing.
func (b *Builder) Tree() *Tree {
	if len(b.places) == 0 {
		return nil
	}
	root := b.root.node()
	return &Tree{Root: &root, places: b.places}
}

func (s *section) node() document.Node {
	if s.leaf != nil {
		return *s.leaf
	}
	n := document.Node{Kind: document.Map, Line: s.line, Children: make([]document.Child, len(s.order))}
	for i, key := range s.order {
		child := s.children[key]
		n.Children[i] = document.Child{Key: key, Line: child.line, Node: child.node()}
	}
	return n
}

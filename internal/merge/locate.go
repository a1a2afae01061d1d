package merge

import (
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/value"
)

// finder finds the values of a tree.
type finder struct {
	Tree    *Tree
	Running *guard.Running // the pass, for calls of a caller's code; nil for none

	index     map[*document.Node]map[string]int // the keys of maps with many children
	hidesKeys *bool                             // whether any layer hides keys; nil until it was computed
}

// Locate returns the value at p, which may be in a default tag, or the section nearest to p
// if there is none. depth is the number of steps of p that lead to it. For a path into a
// value that a decode hook took, it returns that value.
func (f *finder) Locate(p keypath.Path) (v Value, depth int) {
	v, t := f.Tree.Root, f.Tree.Schema
	for i, s := range p {
		if f.Tree.IsTaken(v) {
			return v, len(p)
		}
		next, ok := f.childAt(t, v, s)
		if !ok {
			if def, ok := f.defaultTagValue(t, p[i:]); ok {
				return def, len(p)
			}
			return v, i
		}
		v, t = next, t.Below(s)
	}
	return v, len(p)
}

// childAt returns the child of v at step s. t is the type of v, or nil if it is not known.
// A null counts as missing, except as an entry of a map.
func (f *finder) childAt(t *schema.Type, v Value, s keypath.Step) (Value, bool) {
	if !s.IsKey {
		if v.Node.Kind != document.List || s.Index >= len(v.Node.Children) {
			return Value{}, false
		}
		return v.Child(s.Index), true
	}
	i, ok := f.findKey(t, v.Node, s)
	if !ok {
		return Value{}, false
	}
	child := v.Child(i)
	return child, s.Data || child.Node.Kind != document.Null
}

// minIndexed is the number of children from which on a map's keys are indexed.
const minIndexed = 16

// findKey returns the index of a key among the children of a map.
func (f *finder) findKey(t *schema.Type, n *document.Node, s keypath.Step) (int, bool) {
	if n.Kind != document.Map {
		return 0, false
	}
	normalize := func(key string) string { return key }
	switch {
	case t == nil:
	case t.Kind == schema.Struct && !s.Data:
		normalize = schema.Fold
	case t.Kind == schema.Map && !t.Key.Plain:
		normalize = func(key string) string {
			k, miss := t.Key.Convert(f.Running, key)
			if miss != nil {
				return "" // the merge has reported the key
			}
			return value.Step(f.Running, k).Key
		}
	}
	wanted := s.Key
	if !s.Data {
		wanted = schema.Fold(s.Key)
	}
	if len(n.Children) < minIndexed {
		for i := range n.Children {
			if normalize(n.Children[i].Key) == wanted {
				return i, true
			}
		}
		return 0, false
	}
	keys := f.index[n]
	if keys == nil {
		if f.index == nil {
			f.index = map[*document.Node]map[string]int{}
		}
		keys = make(map[string]int, len(n.Children))
		for i := len(n.Children) - 1; i >= 0; i-- {
			keys[normalize(n.Children[i].Key)] = i
		}
		f.index[n] = keys
	}
	i, ok := keys[wanted]
	return i, ok
}

// defaultTagValue returns the value at the end of p, which starts in a section of type t,
// from a default tag: the field's own or that of a section around it.
func (f *finder) defaultTagValue(t *schema.Type, p keypath.Path) (Value, bool) {
	for i, s := range p {
		if t != nil && t.Kind == schema.Struct && !s.Data {
			if field := t.Field(s.Key); field != nil && field.Default != nil {
				v, t, ok := DefaultOf(field), field.Type, true
				for _, s := range p[i+1:] {
					if v, ok = f.childAt(t, v, s); !ok {
						break
					}
					t = t.Below(s)
				}
				if ok {
					return v, true
				}
			}
		}
		t = t.Below(s)
	}
	return Value{}, false
}

// FileSection returns the section of a configuration file in which a value at p would
// belong: the innermost existing one, in the highest file that has it. Where that is inside
// a list of another layer, which a file cannot extend, it returns the innermost section of
// that layer. depth is the number of steps of p that lead to the section.
func (f *finder) FileSection(p keypath.Path) (section Value, depth int) {
	isFile := func(v Value) bool { return f.Tree.InFile(v) && !f.Tree.Layers[v.Layer].Embedded }
	for i, l := range f.Tree.Layers {
		if l.IsFile() && !l.Embedded {
			section = Value{Node: l.Root, Layer: int16(i)}
		}
	}
	v, t, elsewhere := f.Tree.Root, f.Tree.Schema, false
	for i, s := range p {
		next, ok := f.childAt(t, v, s)
		if !ok {
			break
		}
		elsewhere = elsewhere || !s.IsKey && !isFile(v)
		v, t = next, t.Below(s)
		if elsewhere || isFile(v) {
			section, depth = v, i+1
			continue
		}
		for below := range f.Tree.Below(v) {
			if isFile(below) {
				section, depth = below, i+1
				break
			}
		}
	}
	return section, depth
}

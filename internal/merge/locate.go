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

	index map[*document.Node]map[string]int // of the keys of wide maps
	hides *bool                             // whether some layer hides keys; nil if that is not known yet
}

// Locate finds the value at p, default tags being the lowest layer. Where there is
// none, it finds the section nearest to it. depth is how much of p leads there. What a
// decode hook took is all there is for what is in it.
func (f *finder) Locate(p keypath.Path) (v Value, depth int) {
	v, t := f.Tree.Root, f.Tree.Schema
	for i, s := range p {
		if f.Tree.IsTaken(v) {
			return v, len(p)
		}
		next, ok := f.inside(t, v, s)
		if !ok {
			if def, ok := f.defaultFrom(t, p[i:]); ok {
				return def, len(p)
			}
			return v, i
		}
		v, t = next, t.Below(s)
	}
	return v, len(p)
}

// inside returns the value one step into v, whose type is t if that is known. A null
// is none, except as an entry of a map.
func (f *finder) inside(t *schema.Type, v Value, s keypath.Step) (Value, bool) {
	if !s.IsKey {
		if v.Node.Kind != document.List || s.Index >= len(v.Node.Children) {
			return Value{}, false
		}
		return v.Child(s.Index), true
	}
	i, ok := f.find(t, v.Node, s)
	if !ok {
		return Value{}, false
	}
	child := v.Child(i)
	return child, s.Data || child.Node.Kind != document.Null
}

// wide is from how many children on the keys of a map are indexed, when one is
// looked for.
const wide = 16

// find returns the place of a key among the children of a map.
func (f *finder) find(t *schema.Type, n *document.Node, s keypath.Step) (int, bool) {
	if n.Kind != document.Map {
		return 0, false
	}
	spell := func(key string) string { return key }
	switch {
	case t == nil:
	case t.Kind == schema.Struct && !s.Data:
		spell = schema.Fold
	case t.Kind == schema.Map && !t.Key.Plain:
		spell = func(key string) string {
			k, miss := t.Key.Convert(f.Running, key)
			if miss != nil {
				return "" // reported elsewhere
			}
			return value.Step(f.Running, k).Key
		}
	}
	wanted := s.Key
	if !s.Data {
		wanted = schema.Fold(s.Key)
	}
	if len(n.Children) < wide {
		for i := range n.Children {
			if spell(n.Children[i].Key) == wanted {
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
			keys[spell(n.Children[i].Key)] = i
		}
		f.index[n] = keys
	}
	i, ok := keys[wanted]
	return i, ok
}

// defaultFrom finds the value at the end of p, which starts at a value of type t, in a
// default tag, its own or that of a section around it.
func (f *finder) defaultFrom(t *schema.Type, p keypath.Path) (Value, bool) {
	for i, s := range p {
		if t != nil && t.Kind == schema.Struct && !s.Data {
			if field := t.Field(s.Key); field != nil && field.Default != nil {
				v, t, ok := DefaultOf(field), field.Type, true
				for _, s := range p[i+1:] {
					if v, ok = f.inside(t, v, s); !ok {
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

// Section finds the section of a configuration file in which a value at p would
// belong: the innermost that there is, in the highest file that has it. In a list of
// another layer, which no file can add to, it is the innermost of that. depth is how
// much of p leads there.
func (f *finder) Section(p keypath.Path) (section Value, depth int) {
	isFile := func(v Value) bool { return f.Tree.InFile(v) && !f.Tree.Layers[v.Layer].Given }
	for i, l := range f.Tree.Layers {
		if l.IsFile() && !l.Given {
			section = Value{Node: l.Root, Layer: int16(i)}
		}
	}
	v, t, elsewhere := f.Tree.Root, f.Tree.Schema, false
	for i, s := range p {
		next, ok := f.inside(t, v, s)
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

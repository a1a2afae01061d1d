package layers

import (
	"fmt"
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// Rename gives the layer, which was made by the type as documents may write it, the keys of
// the type itself, and notes the old and the deprecated keys that are set, as warnings. The
// problems are values that are set by an old key and by another one as well. The tree that
// it had is not changed.
func (l *Layer) Rename(root *schema.Type) []problem.Problem {
	if l == nil || l.Root == nil || !root.Written.Renames {
		return nil
	}
	r := renamer{root: root, layer: l}
	renamed := r.section(root.Written, l.Root)
	if len(r.moved) > 0 {
		top := newOpened(renamed)
		slices.SortStableFunc(r.moved, func(a, b moved) int { return len(a.now) - len(b.now) }) // sections before what is in them
		for _, m := range r.moved {
			r.insert(top, m)
		}
		closed := top.close()
		renamed = &closed
	}
	l.Written, l.Root = l.AsWritten(), renamed
	return r.problems
}

// Spellings are how values are written that have an old key, by path.
type Spellings map[string]keypath.Path

func (s *Spellings) add(now, as keypath.Path) {
	if *s == nil {
		*s = Spellings{}
	}
	(*s)[now.String()] = slices.Clone(as)
}

// Of returns how the value at a path is written: by an old key of it or of a section around it,
// or as it is.
func (s Spellings) Of(p keypath.Path) keypath.Path {
	written, steps := keypath.Path(nil), 0
	p.Prefixes(func(around string) bool {
		if old, ok := s[around]; ok {
			written = old
		} else if steps > 0 {
			written = written.Child(p[steps-1])
		}
		steps++
		return true
	})
	return written
}

// renamer renames the keys of a layer.
type renamer struct {
	root     *schema.Type
	layer    *Layer
	now, as  keypath.Path // to the value at hand: as it is renamed, and as it is written
	moved    []moved
	settled  Spellings // of what has an old key and is where it belongs
	problems []problem.Problem
}

// moved is a value with an old path from the root.
type moved struct {
	now, as keypath.Path
	child   document.Child
}

// value returns the node for a value of type t, or a copy in which keys are renamed.
func (r *renamer) value(t *schema.Type, n *document.Node) *document.Node {
	switch {
	case t == nil || !t.Renames:
	case t.Kind == schema.Struct && n.Kind == document.Map:
		return r.section(t, n)
	case t.Kind == schema.Map && n.Kind == document.Map, t.Kind == schema.List && n.Kind == document.List:
		e := renaming{from: n}
		for i := range n.Children {
			step := keypath.Item(i)
			switch {
			case t.Kind == schema.Map:
				step = keypath.Entry(n.Children[i].Key)
			case n.Marks&document.Items != 0:
				step.Index = int(n.Children[i].Column)
			}
			r.now.Enter(step)
			r.as.Enter(step)
			e.keep(i, n.Children[i].Key, r.value(t.Elem, &n.Children[i].Node))
			r.now.Leave()
			r.as.Leave()
		}
		return e.node()
	}
	return n
}

// section is value for a Struct.
func (r *renamer) section(t *schema.Type, n *document.Node) *document.Node {
	e := renaming{from: n}
	var first map[int]int // the child for a field, by ordinal; made where there is an old key
	for i := range n.Children {
		c := &n.Children[i]
		f, before := t.Field(c.Key), r.now
		if f == nil {
			r.unknown(t, i, &e)
			continue
		}
		key := f.Key
		switch {
		case f.NowAt != nil:
			r.now = slices.Clip(f.NowAt)
		case f.Now != nil:
			key = f.Now.Key
			fallthrough
		default:
			r.now = r.now.Child(keypath.Field(key))
		}
		r.as.Enter(keypath.Field(c.Key))
		value := r.value(f.Type, &c.Node)
		isLeft := len(value.Children) == 0 && (len(c.Node.Children) > 0 || f.Gone && (value.Kind == document.Map || value.Kind == document.Null))
		switch {
		case isLeft && f.NowAt == nil: // all that was in it is elsewhere now
			e.drop(i)
		case f.NowAt != nil:
			if e.drop(i); !isLeft {
				r.note(f, c)
				r.moved = append(r.moved, moved{f.NowAt, slices.Clone(r.as), document.Child{Key: r.now[len(r.now)-1].Key, Line: c.Line, Column: c.Column, Node: *value}})
			}
		case f.Now == nil:
			r.note(f, c)
			e.keep(i, c.Key, value)
		default:
			if first == nil {
				first = firstOf(t, n)
			}
			if other := first[t.Field(key).Ordinal]; other != i {
				r.twice(c, &n.Children[other], append(slices.Clip(r.as[:len(r.as)-1]), keypath.Field(n.Children[other].Key)))
				e.drop(i)
				break
			}
			r.note(f, c)
			r.settled.add(r.now, r.as)
			e.keep(i, key, value)
		}
		r.now = before
		r.as.Leave()
	}
	return e.node()
}

// unknown is for the i-th child of a section of type t, whose key no field has.
func (r *renamer) unknown(t *schema.Type, i int, e *renaming) {
	c := &e.from.Children[i]
	var elem *schema.Type
	if t.Remain != nil {
		elem = t.Remain.Type.Elem
	}
	r.now = r.now.Child(keypath.Entry(c.Key))
	r.as.Enter(keypath.Entry(c.Key))
	e.keep(i, c.Key, r.value(elem, &c.Node))
	r.now.Leave()
	r.as.Leave()
}

// firstOf returns the children of a section that set its fields, by ordinal: of those that do
// it twice the one with the key of the field itself, or the first.
func firstOf(t *schema.Type, n *document.Node) map[int]int {
	first := make(map[int]int, len(n.Children))
	for i := range n.Children {
		f := t.Field(n.Children[i].Key)
		if f == nil || f.NowAt != nil {
			continue
		}
		of := f
		if f.Now != nil {
			of = t.Field(f.Now.Key)
		}
		if _, known := first[of.Ordinal]; !known || f.Now == nil {
			first[of.Ordinal] = i
		}
	}
	return first
}

// note notes that a value is set by a key that is old or deprecated.
func (r *renamer) note(f *schema.Field, c *document.Child) {
	if f.Now == nil && !f.IsDeprecated {
		return
	}
	if f.Now != nil {
		r.layer.Renamed.add(r.now, r.as)
	}
	if r.layer.Fallback || len(r.layer.Warnings) >= problem.Most {
		return
	}
	p := problem.Problem{Code: "deprecated", Key: r.shown(r.root, r.now), Origin: r.at(c), Order: r.layer.Order, Warning: true, Path: slices.Clone(r.now)}
	if p.Origin.Kind == problem.Defaults { // the program's own
		return
	}
	if f.Now != nil {
		p.Message, p.Hint = "it is set by its old key "+r.written(r.as), "use "+p.Key
		r.layer.Warnings = append(r.layer.Warnings, p)
	}
	if f.IsDeprecated {
		p.Message, p.Hint = "it is deprecated", f.Deprecated
		r.layer.Warnings = append(r.layer.Warnings, p)
	}
}

// written spells a path as it is written, without what may be part of a secret.
func (r *renamer) written(p keypath.Path) string { return r.shown(r.root.Written, p) }

func (r *renamer) shown(t *schema.Type, p keypath.Path) string {
	if r.layer.Secret {
		return schema.MaskData(p).String()
	}
	return t.Mask(p).String()
}

// at returns the place of a key.
func (r *renamer) at(c *document.Child) problem.Origin {
	if r.layer.IsFile() {
		return r.layer.At(int(c.Line), int(c.Column))
	}
	return r.layer.Origin(&c.Node)
}

// twice reports that the value at hand has an old key, and is set by another one, too.
func (r *renamer) twice(c, other *document.Child, as keypath.Path) {
	place := ""
	switch at := r.at(other); {
	case !r.layer.IsFile():
		place = ", by " + at.String()
	case other.Line > 0:
		place = fmt.Sprintf(" on line %d", at.Line)
	}
	p := problem.Problem{Code: "duplicate_key", Key: r.shown(r.root, r.now), Origin: r.at(c), Order: r.layer.Order, OnKey: true,
		Message: fmt.Sprintf("%s is an old key of it, and %s is set as well%s", r.written(r.as), r.written(as), place), Hint: "keep one"}
	r.problems = append(r.problems, p)
}

// renaming copies a node when something in it becomes another.
type renaming struct {
	from    *document.Node
	out     []document.Child
	changed bool
}

// keep keeps the i-th child, with a key and a node that may be others.
func (e *renaming) keep(i int, key string, n *document.Node) {
	c := &e.from.Children[i]
	if !e.changed && key == c.Key && n == &c.Node {
		return
	}
	e.drop(i)
	e.out = append(e.out, document.Child{Key: key, Line: c.Line, Column: c.Column, Node: *n})
}

// drop leaves the i-th child out.
func (e *renaming) drop(i int) {
	if !e.changed {
		e.changed = true
		e.out = append(make([]document.Child, 0, len(e.from.Children)), e.from.Children[:i]...)
	}
}

func (e *renaming) node() *document.Node {
	if !e.changed {
		return e.from
	}
	n := *e.from
	n.Children = e.out
	return &n
}

// opened is a section that values are moved into.
type opened struct {
	node  document.Node
	keys  map[string]int     // where the keys are, folded
	inner map[string]*opened // the sections in it that are open, too
}

func newOpened(n *document.Node) *opened {
	o := &opened{node: *n, keys: make(map[string]int, len(n.Children)), inner: map[string]*opened{}}
	o.node.Children = slices.Clip(n.Children)
	for i := range n.Children {
		o.keys[schema.Fold(n.Children[i].Key)] = i
	}
	return o
}

// close returns the section with what was moved into it.
func (o *opened) close() document.Node {
	if len(o.inner) > 0 {
		o.node.Children = slices.Clone(o.node.Children)
	}
	for key, in := range o.inner {
		o.node.Children[o.keys[key]].Node = in.close()
	}
	return o.node
}

// insert puts a value where it belongs, unless something is there.
func (r *renamer) insert(to *opened, m moved) {
	for depth := 0; ; depth++ {
		key := schema.Fold(m.now[depth].Key)
		i, there := to.keys[key]
		isLast := depth == len(m.now)-1
		if !there {
			c := m.child
			if c.Key = m.now[depth].Key; !isLast {
				c.Node = document.Node{Kind: document.Map, Line: c.Node.Line, Column: c.Node.Column}
			}
			i = len(to.node.Children)
			to.node.Children, to.keys[key] = append(to.node.Children, c), i
		}
		in := to.node.Children[i]
		isMap := in.Node.Kind == document.Map || in.Node.Kind == document.Null
		switch {
		case isLast && !there:
			r.settled.add(m.now, m.as)
			return
		case isLast || !isMap:
			r.now, r.as = m.now, m.as
			r.twice(&m.child, &in, r.settled.Of(m.now[:depth+1]))
			return
		}
		if to.inner[key] == nil {
			to.inner[key] = newOpened(&in.Node)
			to.inner[key].node.Kind = document.Map
		}
		to = to.inner[key]
	}
}

package layers

import (
	"fmt"
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// Rename replaces the old keys in the layer's tree by those of root, adds warnings for old
// and deprecated keys, and records how values were written. The tree before is not changed.
// It returns a problem for each value that is set by an old key and by another one as well.
func (l *Layer) Rename(root *schema.Type) []problem.Problem {
	if l == nil || l.Root == nil || !root.Written.Renames {
		return nil
	}
	r := renamer{root: root, layer: l}
	renamed := r.section(root.Written, l.Root)
	if len(r.moved) > 0 {
		top := newOpenSection(renamed)
		slices.SortStableFunc(r.moved, func(a, b moved) int { return len(a.path) - len(b.path) }) // sections before the values in them
		for _, m := range r.moved {
			r.insert(top, m)
		}
		closed := top.close()
		renamed = &closed
	}
	l.WrittenRoot, l.Root = l.AsWritten(), renamed
	return r.problems
}

// OldPaths maps the paths of values that are set by an old key to their paths as written.
type OldPaths map[string]keypath.Path

func (s *OldPaths) add(now, as keypath.Path) {
	if *s == nil {
		*s = OldPaths{}
	}
	(*s)[now.String()] = slices.Clone(as)
}

// Of returns the path as written of the value at p, which or whose section may have an old
// key.
func (s OldPaths) Of(p keypath.Path) keypath.Path {
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
	root          *schema.Type
	layer         *Layer
	path, written keypath.Path // of the current value: after renaming, and as written
	moved         []moved
	renamed       OldPaths // values with an old key that stayed in their section
	problems      []problem.Problem
}

// moved is a value that an old key moves to another section.
type moved struct {
	path, written keypath.Path
	child         document.Child
}

// value returns the node of a value of type t with its keys renamed. It is a copy if there
// are old keys in it.
func (r *renamer) value(t *schema.Type, n *document.Node) *document.Node {
	switch {
	case t == nil || !t.Renames:
	case t.Kind == schema.Struct && n.Kind == document.Map:
		return r.section(t, n)
	case t.Kind == schema.Map && n.Kind == document.Map, t.Kind == schema.List && n.Kind == document.List:
		e := childEditor{from: n}
		for i := range n.Children {
			step := keypath.Item(i)
			switch {
			case t.Kind == schema.Map:
				step = keypath.Entry(n.Children[i].Key)
			case n.Marks&document.SingleItems != 0:
				step.Index = int(n.Children[i].Column)
			}
			r.path.Enter(step)
			r.written.Enter(step)
			e.keep(i, n.Children[i].Key, r.value(t.Elem, &n.Children[i].Node))
			r.path.Leave()
			r.written.Leave()
		}
		return e.node()
	}
	return n
}

// section is value for a struct.
func (r *renamer) section(t *schema.Type, n *document.Node) *document.Node {
	e := childEditor{from: n}
	var first map[int]int // children by field, if there is an old key
	for i := range n.Children {
		c := &n.Children[i]
		f, before := t.Field(c.Key), r.path
		if f == nil {
			r.unknown(t, i, &e)
			continue
		}
		key := f.Key
		switch {
		case f.ReplacedAt != nil:
			r.path = slices.Clip(f.ReplacedAt)
		case f.ReplacedBy != nil:
			key = f.ReplacedBy.Key
			fallthrough
		default:
			r.path = r.path.Child(keypath.Field(key))
		}
		r.written.Enter(keypath.Field(c.Key))
		value := r.value(f.Type, &c.Node)
		isLeft := len(value.Children) == 0 && (len(c.Node.Children) > 0 || f.OnlyOldKeys && (value.Kind == document.Map || value.Kind == document.Null))
		switch {
		case isLeft && f.ReplacedAt == nil: // all its values moved elsewhere
			e.drop(i)
		case f.ReplacedAt != nil:
			if e.drop(i); !isLeft {
				r.recordOldKey(f, c)
				r.moved = append(r.moved, moved{f.ReplacedAt, slices.Clone(r.written), document.Child{Key: r.path[len(r.path)-1].Key, Line: c.Line, Column: c.Column, Node: *value}})
			}
		case f.ReplacedBy == nil:
			r.recordOldKey(f, c)
			e.keep(i, c.Key, value)
		default:
			if first == nil {
				first = firstByField(t, n)
			}
			if other := first[t.Field(key).Ordinal]; other != i {
				r.reportDuplicate(c, &n.Children[other], append(slices.Clip(r.written[:len(r.written)-1]), keypath.Field(n.Children[other].Key)))
				e.drop(i)
				break
			}
			r.recordOldKey(f, c)
			r.renamed.add(r.path, r.written)
			e.keep(i, key, value)
		}
		r.path = before
		r.written.Leave()
	}
	return e.node()
}

// unknown handles the i-th child of a section of type t, whose key no field has.
func (r *renamer) unknown(t *schema.Type, i int, e *childEditor) {
	c := &e.from.Children[i]
	var elem *schema.Type
	if t.Remain != nil {
		elem = t.Remain.Type.Elem
	}
	r.path = r.path.Child(keypath.Entry(c.Key))
	r.written.Enter(keypath.Entry(c.Key))
	e.keep(i, c.Key, r.value(elem, &c.Node))
	r.path.Leave()
	r.written.Leave()
}

// firstByField returns the indexes of the children that set the fields of a section, by the
// fields' ordinals. Of several children for a field, it is the one with the field's own
// key, or else the first.
func firstByField(t *schema.Type, n *document.Node) map[int]int {
	first := make(map[int]int, len(n.Children))
	for i := range n.Children {
		f := t.Field(n.Children[i].Key)
		if f == nil || f.ReplacedAt != nil {
			continue
		}
		of := f
		if f.ReplacedBy != nil {
			of = t.Field(f.ReplacedBy.Key)
		}
		if _, known := first[of.Ordinal]; !known || f.ReplacedBy == nil {
			first[of.Ordinal] = i
		}
	}
	return first
}

// recordOldKey adds warnings if the key of a value is old or deprecated.
func (r *renamer) recordOldKey(f *schema.Field, c *document.Child) {
	if f.ReplacedBy == nil && !f.IsDeprecated {
		return
	}
	if f.ReplacedBy != nil {
		r.layer.OldPaths.add(r.path, r.written)
	}
	if r.layer.Fallback || len(r.layer.Warnings) >= problem.Most {
		return
	}
	p := problem.Problem{Code: "deprecated", Key: r.mask(r.root, r.path), Origin: r.at(c), Order: r.layer.Order, Warning: true, Path: slices.Clone(r.path)}
	if p.Origin.Kind == problem.Defaults { // set by the program, not by a user
		return
	}
	if f.ReplacedBy != nil {
		p.Message, p.Hint = "it is set by its old key "+r.maskWritten(r.written), "use "+p.Key
		r.layer.Warnings = append(r.layer.Warnings, p)
	}
	if f.IsDeprecated {
		p.Message, p.Hint = "it is deprecated", f.Deprecated
		r.layer.Warnings = append(r.layer.Warnings, p)
	}
}

// maskWritten returns the text of a path as written, with keys masked that may be secret.
func (r *renamer) maskWritten(p keypath.Path) string { return r.mask(r.root.Written, p) }

func (r *renamer) mask(t *schema.Type, p keypath.Path) string {
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

// reportDuplicate reports that the current value is set by an old key and by the one of
// other as well, whose path as written is given.
func (r *renamer) reportDuplicate(c, other *document.Child, as keypath.Path) {
	place := ""
	switch at := r.at(other); {
	case !r.layer.IsFile():
		place = ", by " + at.String()
	case other.Line > 0:
		place = fmt.Sprintf(" on line %d", at.Line)
	}
	p := problem.Problem{Code: "duplicate_key", Key: r.mask(r.root, r.path), Origin: r.at(c), Order: r.layer.Order, OnKey: true,
		Message: fmt.Sprintf("%s is an old key of it, and %s is set as well%s", r.maskWritten(r.written), r.maskWritten(as), place), Hint: "keep one"}
	r.problems = append(r.problems, p)
}

// childEditor copies a node as soon as a child of it changes.
type childEditor struct {
	from    *document.Node
	out     []document.Child
	changed bool
}

// keep keeps the i-th child, with a key and a node that may have changed.
func (e *childEditor) keep(i int, key string, n *document.Node) {
	c := &e.from.Children[i]
	if !e.changed && key == c.Key && n == &c.Node {
		return
	}
	e.drop(i)
	e.out = append(e.out, document.Child{Key: key, Line: c.Line, Column: c.Column, Node: *n})
}

// drop drops the i-th child.
func (e *childEditor) drop(i int) {
	if !e.changed {
		e.changed = true
		e.out = append(make([]document.Child, 0, len(e.from.Children)), e.from.Children[:i]...)
	}
}

func (e *childEditor) node() *document.Node {
	if !e.changed {
		return e.from
	}
	n := *e.from
	n.Children = e.out
	return &n
}

// openSection is a section that values are moved into.
type openSection struct {
	node  document.Node
	keys  map[string]int          // indexes of the children, by folded key
	inner map[string]*openSection // sections in it that values are moved into
}

func newOpenSection(n *document.Node) *openSection {
	o := &openSection{node: *n, keys: make(map[string]int, len(n.Children)), inner: map[string]*openSection{}}
	o.node.Children = slices.Clip(n.Children)
	for i := range n.Children {
		o.keys[schema.Fold(n.Children[i].Key)] = i
	}
	return o
}

// close returns the section with the values that were moved into it.
func (o *openSection) close() document.Node {
	if len(o.inner) > 0 {
		o.node.Children = slices.Clone(o.node.Children)
	}
	for key, in := range o.inner {
		o.node.Children[o.keys[key]].Node = in.close()
	}
	return o.node
}

// insert inserts a moved value at its new path, or reports that there is a value already.
func (r *renamer) insert(to *openSection, m moved) {
	for depth := 0; ; depth++ {
		key := schema.Fold(m.path[depth].Key)
		i, there := to.keys[key]
		isLast := depth == len(m.path)-1
		if !there {
			c := m.child
			if c.Key = m.path[depth].Key; !isLast {
				c.Node = document.Node{Kind: document.Map, Line: c.Node.Line, Column: c.Node.Column}
			}
			i = len(to.node.Children)
			to.node.Children, to.keys[key] = append(to.node.Children, c), i
		}
		in := to.node.Children[i]
		isMap := in.Node.Kind == document.Map || in.Node.Kind == document.Null
		switch {
		case isLast && !there:
			r.renamed.add(m.path, m.written)
			return
		case isLast || !isMap:
			r.path, r.written = m.path, m.written
			r.reportDuplicate(&m.child, &in, r.renamed.Of(m.path[:depth+1]))
			return
		}
		if to.inner[key] == nil {
			to.inner[key] = newOpenSection(&in.Node)
			to.inner[key].node.Kind = document.Map
		}
		to = to.inner[key]
	}
}

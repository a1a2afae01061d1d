package merge

import (
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/schema"
)

// Options of a merge.
type Options struct {
	AllowUnknown bool                // unknown keys are ignored
	Redact       func(string) string // takes secrets out of a text that quotes a value; nil for none
	Running      *guard.Running      // of which it is part; nil for none
	Hooks        bool                // decode hooks may take what is wrong; see [Report.Forgive]
	Before       *Tree               // the running one; nil for none
}

// Merge makes one tree of layers, given from the lowest to the highest, and reports
// what is wrong with their keys. Where there is one layer, its tree is used as it is.
func Merge(t *schema.Type, all []*layers.Layer, opts Options) *Report {
	tree := &Tree{Schema: t, Layers: all}
	m := merger{keyReporter: keyReporter{Report: newReport(tree, opts), allowUnknown: opts.AllowUnknown}, hooks: opts.Hooks, before: opts.Before}
	if opts.Hooks {
		m.most *= manyMore
	}
	roots := make([]Value, len(all))
	for i, l := range all {
		roots[i] = Value{Node: l.Root, Layer: int16(i)}
	}
	leaveOptionalOut(m.Tree, roots)
	switch len(roots) {
	case 0:
		tree.Root = Value{Node: &document.Node{Kind: document.Map}, Layer: Default}
	case 1:
		tree.Root = Value{Node: m.section(t, roots[0]), Layer: 0}
	default:
		tree.Root = Value{Node: m.sections(t, roots), Layer: int16(len(all) - 1)}
	}
	return m.Report
}

// MaxLayers bounds the number of layers, which nodes carry.
const MaxLayers = 30_000

// merger makes a tree.
type merger struct {
	keyReporter
	free  int  // above 0 where layers need not agree, since nothing asks for a shape
	hooks bool // what is wrong stays in the tree, with the highest layer's value

	before *Tree
}

// value checks the keys in a value that only one layer has, and returns its node, or
// a copy without what is wrong.
func (m *merger) value(t *schema.Type, v Value) *document.Node {
	switch {
	case !t.Keyed:
	case t.Kind == schema.Struct && v.Node.Kind == document.Map:
		return m.section(t, v)
	case t.Kind == schema.Map && v.Node.Kind == document.Map:
		return m.entries(t, v)
	case t.Kind == schema.List && v.Node.Kind == document.List:
		e := document.Editor{From: v.Node}
		for i := range v.Node.Children {
			m.path.Enter(keypath.Item(i))
			e.Keep(i, m.value(t.Elem, v.Child(i)))
			m.path.Leave()
		}
		return e.Node()
	}
	return v.Node
}

// drop leaves out the i-th child, which was reported, unless a hook may take it.
func (m *merger) drop(e *document.Editor, i int) {
	if m.hooks {
		e.Keep(i, &e.From.Children[i].Node)
	} else {
		e.Drop(i)
	}
}

// section checks the keys of a struct.
func (m *merger) section(t *schema.Type, v Value) *document.Node {
	var room [32]*document.Child
	seen := room[:]
	if len(t.Fields) > len(seen) {
		seen = make([]*document.Child, len(t.Fields))
	}
	e, near := document.Editor{From: v.Node}, 0
	for i := range v.Node.Children {
		child := v.Child(i)
		f := t.FieldNear(near, child.Key.Key)
		if f == nil {
			m.unknown(t, child, i, &e)
			continue
		}
		near = f.Ordinal + 1
		if first := seen[f.Ordinal]; first != nil {
			m.twice(child, first, f.Key)
			m.drop(&e, i)
			continue
		}
		seen[f.Ordinal] = child.Key
		switch merges := mergesDefault(f, child); {
		case child.Node.Kind == document.Null, !f.Type.Keyed && !merges:
			e.Keep(i, child.Node)
		default:
			m.path.Enter(keypath.Field(f.Key))
			if merges {
				both := []Value{DefaultOf(f), child}
				if f.Default == nil {
					both = both[1:]
				}
				if c, ok := m.merge(f.Type, both, both[:len(both)-1]); ok {
					e.Replace(i, c)
				} else {
					e.Drop(i)
				}
			} else {
				e.Keep(i, m.value(f.Type, child))
			}
			m.path.Leave()
		}
	}
	return e.Node()
}

// unknown is for the i-th key of a section, which no field has.
func (m *merger) unknown(t *schema.Type, child Value, i int, e *document.Editor) {
	if t.Remain == nil {
		m.unknownKey(t, child)
		e.Keep(i, child.Node)
		return
	}
	m.path.Enter(keypath.Entry(child.Key.Key))
	e.Keep(i, m.value(t.Remain.Type.Elem, child))
	m.path.Leave()
}

// merge returns what values add up to, given from the lowest to the highest, which
// has all of overridden below it. It is false where they conflict.
func (m *merger) merge(t *schema.Type, all, overridden []Value) (document.Child, bool) {
	if len(all) > 1 && isMask(m.Report, m.path, all[len(all)-1]) {
		all = all[len(all)-1:] // which is reported when it is decoded
	}
	switch {
	case t.Kind == schema.Scalar && t.Scalar.TakesAll(): // nothing in it is ours to merge
		all = all[len(all)-1:]
	case m.free > 0:
		all = alike(all)
	}
	if len(all) > 1 && !m.agree(t, all) {
		if !m.hooks {
			return document.Child{}, false
		}
		all = alike(all)
	}
	top := all[len(all)-1]
	c := *top.Key
	switch {
	case setsItems(top.Node):
		c.Node = *m.items(t, all)
	case len(all) == 1 || top.Node.Kind != document.Map:
		c.Node = *m.value(t, top)
	case t.Kind == schema.Struct:
		c.Node = *m.sections(t, all)
	case t.Kind == schema.Map:
		c.Node = *m.maps(t, all)
	case t.Kind == schema.Any:
		c.Node = *m.maps(schema.AnyMap(), all)
	}
	c.Node.Layer, c.Node.Below = mark(top.Layer), m.Tree.keep(overridden)
	return c, true
}

// sections merges what several layers have for a struct.
func (m *merger) sections(t *schema.Type, all []Value) *document.Node {
	fields := newChains(len(t.Fields), all)
	var unknown []Value
	for _, v := range all {
		near := 0
		for i := range v.Node.Children {
			child := v.Child(i)
			f := t.FieldNear(near, child.Key.Key)
			if f == nil {
				unknown = append(unknown, child)
				continue
			}
			near = f.Ordinal + 1
			if last, ok := fields.last(f.Ordinal); ok && last.Layer == child.Layer {
				m.twice(child, last.Key, f.Key)
				continue
			}
			fields.add(f.Ordinal, child)
		}
	}
	out := *all[len(all)-1].Node
	out.Children = make([]document.Child, 0, min(len(t.Fields), len(fields.links)))
	var values []Value
	for i, f := range t.Fields {
		values = values[:0]
		if f.MergesDefault() {
			values = append(values, DefaultOf(f))
		}
		before := len(values)
		for v := range fields.each(i) {
			if v.Node.Kind != document.Null {
				values = append(values, v)
			}
		}
		if len(values) == before {
			continue
		}
		if before == 0 && f.Default != nil && setsItems(values[0].Node) {
			values = slices.Insert(values, 0, DefaultOf(f))
		}
		m.path.Enter(keypath.Field(f.Key))
		if c, ok := m.merge(f.Type, values, values[:len(values)-1]); ok {
			out.Children = append(out.Children, c)
		}
		m.path.Leave()
	}
	switch {
	case len(unknown) == 0:
	case t.Remain != nil:
		out.Children = m.groups(t.Remain.Type, unknown, out.Children)
	default:
		for _, v := range unknown {
			m.unknownKey(t, v)
		}
		m.free++
		out.Children = m.groups(schema.AnyMap(), unknown, out.Children)
		m.free--
	}
	return &out
}

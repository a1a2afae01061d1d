package merge

import (
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/schema"
)

// Options configures a merge. In the zero value unknown keys are errors and nothing is
// redacted.
type Options struct {
	AllowUnknown bool                // ignore unknown keys instead of reporting them
	Redact       func(string) string // removes secrets from a text that quotes a value; nil for none
	Running      *guard.Running      // the pass that the merge is a part of; nil for none
	Hooks        bool                // decode hooks may take values that are reported; see [Report.DropTaken]
	Previous     *Tree               // the tree of the running configuration; nil for none
}

// Merge merges layers, given from the lowest to the highest, into one tree, and reports
// what is wrong with their keys. A single layer's tree is used without a copy.
func Merge(t *schema.Type, all []*layers.Layer, opts Options) *Report {
	tree := &Tree{Schema: t, Layers: all}
	m := merger{keyReporter: keyReporter{Report: newReport(tree, opts), allowUnknown: opts.AllowUnknown}, hooks: opts.Hooks, previous: opts.Previous}
	if opts.Hooks {
		m.maxProblems *= hookProblemFactor
	}
	roots := make([]Value, len(all))
	for i, l := range all {
		roots[i] = Value{Node: l.Root, Layer: int16(i)}
	}
	dropOptionalSections(m.Tree, roots)
	switch len(roots) {
	case 0:
		tree.Root = Value{Node: &document.Node{Kind: document.Map}, Layer: Default}
	case 1:
		tree.Root = Value{Node: m.checkSection(t, roots[0]), Layer: 0}
	default:
		tree.Root = Value{Node: m.mergeSections(t, roots), Layer: int16(len(all) - 1)}
	}
	return m.Report
}

// MaxLayers is the largest number of layers: nodes carry the number of their layer as an
// int16.
const MaxLayers = 30_000

// merger merges layers into a tree.
type merger struct {
	keyReporter
	lenient int  // above 0 inside unknown keys, where no type asks for a shape and layers need not agree
	hooks   bool // values that are reported stay in the tree, as the highest layer has them

	previous *Tree
}

// checkValue checks the keys in a value that only one layer has. It returns the value's
// node, or a copy without what it reported.
func (m *merger) checkValue(t *schema.Type, v Value) *document.Node {
	switch {
	case !t.Keyed:
	case t.Kind == schema.Struct && v.Node.Kind == document.Map:
		return m.checkSection(t, v)
	case t.Kind == schema.Map && v.Node.Kind == document.Map:
		return m.checkEntries(t, v)
	case t.Kind == schema.List && v.Node.Kind == document.List:
		e := document.Editor{From: v.Node}
		for i := range v.Node.Children {
			m.path.Enter(keypath.Item(i))
			e.Keep(i, m.checkValue(t.Elem, v.Child(i)))
			m.path.Leave()
		}
		return e.Node()
	}
	return v.Node
}

// drop drops the i-th child, which was reported. Where hooks may take it, it stays.
func (m *merger) drop(e *document.Editor, i int) {
	if m.hooks {
		e.Keep(i, &e.From.Children[i].Node)
	} else {
		e.Drop(i)
	}
}

// checkSection checks the keys of a struct that only one layer has.
func (m *merger) checkSection(t *schema.Type, v Value) *document.Node {
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
			m.unknownChild(t, child, i, &e)
			continue
		}
		near = f.Ordinal + 1
		if first := seen[f.Ordinal]; first != nil {
			m.reportDuplicate(child, first, f.Key)
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
				e.Keep(i, m.checkValue(f.Type, child))
			}
			m.path.Leave()
		}
	}
	return e.Node()
}

// unknownChild handles the i-th child of a section, whose key no field has: it goes into
// the remain field, or is reported.
func (m *merger) unknownChild(t *schema.Type, child Value, i int, e *document.Editor) {
	if t.Remain == nil {
		m.reportUnknown(t, child)
		e.Keep(i, child.Node)
		return
	}
	m.path.Enter(keypath.Entry(child.Key.Key))
	e.Keep(i, m.checkValue(t.Remain.Type.Elem, child))
	m.path.Leave()
}

// merge merges the values of one key, given from the lowest to the highest. The result
// overrides the values in overridden, which are among them. It returns false if they
// conflict.
func (m *merger) merge(t *schema.Type, all, overridden []Value) (document.Child, bool) {
	if len(all) > 1 && isMask(m.Report, m.path, all[len(all)-1]) {
		all = all[len(all)-1:] // the decoder reports the mask
	}
	switch {
	case t.Kind == schema.Scalar && t.Scalar.DecodesAll(): // the type decodes all of it itself
		all = all[len(all)-1:]
	case m.lenient > 0:
		all = topShape(all)
	}
	if len(all) > 1 && !m.shapesAgree(t, all) {
		if !m.hooks {
			return document.Child{}, false
		}
		all = topShape(all)
	}
	top := all[len(all)-1]
	c := *top.Key
	switch {
	case setsItems(top.Node):
		c.Node = *m.mergeItems(t, all)
	case len(all) == 1 || top.Node.Kind != document.Map:
		c.Node = *m.checkValue(t, top)
	case t.Kind == schema.Struct:
		c.Node = *m.mergeSections(t, all)
	case t.Kind == schema.Map:
		c.Node = *m.mergeMaps(t, all)
	case t.Kind == schema.Any:
		c.Node = *m.mergeMaps(schema.AnyMap(), all)
	}
	c.Node.Layer, c.Node.Below = layerMark(top.Layer), m.Tree.addOverridden(overridden)
	return c, true
}

// mergeSections merges the values that several layers have for a struct.
func (m *merger) mergeSections(t *schema.Type, all []Value) *document.Node {
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
				m.reportDuplicate(child, last.Key, f.Key)
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
		out.Children = m.mergeEntries(t.Remain.Type, unknown, out.Children)
	default:
		for _, v := range unknown {
			m.reportUnknown(t, v)
		}
		m.lenient++
		out.Children = m.mergeEntries(schema.AnyMap(), unknown, out.Children)
		m.lenient--
	}
	return &out
}

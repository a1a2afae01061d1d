package merge

import (
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/value"
)

// checkEntries checks the keys of a map that only one layer has.
func (m *merger) checkEntries(t *schema.Type, v Value) *document.Node {
	e := document.Editor{From: v.Node}
	var first map[any]*document.Child
	if !t.Key.Plain { // 80 and 0x50 are one key
		first = make(map[any]*document.Child, len(v.Node.Children))
	}
	for i := range v.Node.Children {
		child := v.Child(i)
		if first != nil {
			key, ok := m.mapKey(t, child)
			if !ok {
				m.drop(&e, i)
				continue
			}
			if other := first[key]; other != nil {
				m.reportDuplicate(child, other, "")
				m.drop(&e, i)
				continue
			}
			first[key] = child.Key
		}
		if !t.Elem.Keyed {
			e.Keep(i, child.Node)
			continue
		}
		m.path.Enter(keypath.Entry(child.Key.Key))
		e.Keep(i, m.checkValue(t.Elem, child))
		m.path.Leave()
	}
	return e.Node()
}

// mapKey returns the key of a value in a map, converted to the map's key type. It reports a
// key that cannot be converted, and returns false.
func (m *keyReporter) mapKey(t *schema.Type, v Value) (any, bool) {
	if t.Key.Plain {
		return v.Key.Key, true
	}
	key, miss := t.Key.Convert(m.Running, v.Key.Key)
	if miss != nil {
		m.reportBadKey(v, *miss)
		return nil, false
	}
	return key.Interface(), true
}

// mergeMaps merges the values that several layers have for a map.
func (m *merger) mergeMaps(t *schema.Type, all []Value) *document.Node {
	count := 0
	for _, v := range all {
		count += len(v.Node.Children)
	}
	values := make([]Value, 0, count)
	for _, v := range all {
		for i := range v.Node.Children {
			values = append(values, v.Child(i))
		}
	}
	out := *all[len(all)-1].Node
	out.Children = m.mergeEntries(t, values, nil)
	return &out
}

// mergeEntries merges the entries of a map, given from the lowest layer to the highest, and
// appends them to a list of children in the order in which their keys occur first.
func (m *merger) mergeEntries(t *schema.Type, values []Value, to []document.Child) []document.Child {
	keys := chains{links: make([]link, 0, len(values))}
	byKey := make(map[any]int, len(values))
	for _, v := range values {
		key, ok := m.mapKey(t, v)
		if !ok {
			continue
		}
		at, known := byKey[key]
		if !known {
			at = len(keys.heads)
			byKey[key] = at
			keys.heads = append(keys.heads, head{})
		}
		if last, ok := keys.last(at); ok && last.Layer == v.Layer {
			m.reportDuplicate(v, last.Key, "")
			continue
		}
		keys.add(at, v)
	}
	if to == nil {
		to = make([]document.Child, 0, len(keys.heads))
	}
	var same []Value
	for i := range keys.heads {
		same = same[:0]
		for v := range keys.each(i) {
			same = append(same, v)
		}
		m.path.Enter(keypath.Entry(same[0].Key.Key))
		if c, ok := m.mergeEntry(t, same); ok {
			to = append(to, c)
		}
		m.path.Leave()
	}
	return to
}

// mergeEntry merges the values of one key of a map of type t. Null is an empty section
// where the entries are sections. Where an entry can be nil, null is nil and replaces lower
// values.
func (m *merger) mergeEntry(t *schema.Type, all []Value) (document.Child, bool) {
	top, lower := all[len(all)-1], all[:len(all)-1]
	isSection := t.Elem.Kind == schema.Struct // null is a section with its defaults
	if top.Node.Kind == document.Null && !isSection {
		c := *top.Key
		c.Node.Layer, c.Node.Below = layerMark(top.Layer), m.Tree.addOverridden(lower)
		return c, true
	}
	kept := make([]Value, 0, 4)
	for _, v := range all {
		switch {
		case v.Node.Kind != document.Null:
			kept = append(kept, v)
		case !isSection && value.CanBeNil(t.Go.Elem().Kind()):
			kept = kept[:0]
		case isSection && len(kept) > 0:
			m.warn(problem.Problem{Code: "conflict", Message: "null takes nothing away of what " + m.Tree.describePlace(kept[len(kept)-1]) + " sets",
				Hint: "take it out there, or write {} for what it has anyway"}, m.path, v)
		}
	}
	if len(kept) == 0 {
		kept = all[len(all)-1:]
	}
	if isSection {
		lower = kept[:len(kept)-1]
	}
	return m.merge(t.Elem, kept, lower)
}

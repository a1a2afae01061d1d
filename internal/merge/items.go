package merge

import (
	"fmt"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// setsItems reports whether n, in the place of a list, sets single items of it.
func setsItems(n *document.Node) bool {
	return n.Kind == document.List && n.Marks&document.SingleItems != 0
}

// mergesDefault reports whether a value is merged into the default tag of its field, or
// sets single items of a list, which need the lower layers.
func mergesDefault(f *schema.Field, v Value) bool { return f.MergesDefault() || setsItems(v.Node) }

// mergeItems returns a list whose single items the highest value sets: each replaces or is
// merged into an item of the list below, or is appended to it. It is an error if an item
// would be appended which the running configuration had in the list below, because that
// became shorter.
func (m *merger) mergeItems(t *schema.Type, all []Value) *document.Node {
	top := all[len(all)-1]
	list := Value{Node: &document.Node{Kind: document.List}, Layer: top.Layer}
	where := ""
	if len(all) > 1 {
		list = all[len(all)-2]
		where = " in " + m.Tree.describePlace(list)
	}
	count, key := len(list.Node.Children), m.path.String()
	was, had := 0, false
	if m.previous != nil {
		was, had = m.previous.lists[key]
	}
	if m.Tree.lists == nil {
		m.Tree.lists = map[string]int{}
	}
	m.Tree.lists[key] = count

	out := *top.Node
	out.Marks &^= document.SingleItems
	out.Children = make([]document.Child, 0, count+len(top.Node.Children))
	next := 0 // index into the items that are set
	for i := 0; i < count || next < len(top.Node.Children); i++ {
		m.path.Enter(keypath.Item(i))
		var values []Value
		if i < count && list.Child(i).Node.Kind != document.Null {
			values = append(values, list.Child(i))
		}
		set := next < len(top.Node.Children) && int(top.Node.Children[next].Column) == i
		if set {
			values = append(values, top.Child(next))
			values[len(values)-1].Key = &top.Node.Children[next]
			next++
		}
		switch {
		case set && i >= count && had && i < was:
			m.Add(problem.Problem{Code: "env", Message: fmt.Sprintf("the list became shorter, %s%s, and this is none of them any more", problem.Count(count, "item"), where),
				Hint: "unset the variable, or keep the item"}, m.path, values[0])
		case !set && i >= count: // a gap after i items
			m.path.Leave()
			for ; next < len(top.Node.Children); next++ {
				at := int(top.Node.Children[next].Column)
				v := top.Child(next)
				v.Key = &top.Node.Children[next]
				m.Add(problem.Problem{Code: "env", Message: fmt.Sprintf("there is no such item: the list has %s%s", problem.Count(count, "item"), where),
					Hint: fmt.Sprintf("the next one is %d", i)}, m.path.Child(keypath.Item(at)), v)
			}
			return &out
		case set:
			if c, ok := m.merge(t.Elem, values, values[:len(values)-1]); ok {
				out.Children = append(out.Children, document.Child{Line: c.Line, Node: c.Node})
			}
		default:
			c := list.Node.Children[i]
			item := list.Child(i)
			c.Node = *m.checkValue(t.Elem, item)
			c.Node.Layer = layerMark(item.Layer)
			out.Children = append(out.Children, c)
		}
		m.path.Leave()
	}
	return &out
}

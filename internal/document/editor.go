package document

// Editor copies a node as soon as a child of it changes. From must be set.
type Editor struct {
	From    *Node
	out     []Child
	changed bool
}

// Keep keeps the i-th child, with a node that may be a copy. Children must be kept,
// replaced or dropped in order.
func (e *Editor) Keep(i int, n *Node) {
	switch child := &e.From.Children[i]; {
	case n != &child.Node:
		c := *child
		c.Node = *n
		e.Replace(i, c)
	case e.changed:
		e.out = append(e.out, *child)
	}
}

// Replace replaces the i-th child.
func (e *Editor) Replace(i int, c Child) {
	e.Drop(i)
	e.out = append(e.out, c)
}

// Drop drops the i-th child.
func (e *Editor) Drop(i int) {
	if !e.changed {
		e.changed = true
		e.out = append(make([]Child, 0, len(e.From.Children)), e.From.Children[:i]...)
	}
}

// Node returns the edited node: From itself if nothing changed.
func (e *Editor) Node() *Node {
	if !e.changed {
		return e.From
	}
	n := *e.From
	n.Children = e.out
	return &n
}

package layers

import (
	"encoding"
	"reflect"
	"slices"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// nodeBuilder builds nodes of Go values, as a Viper or a codec returns them. The values may
// have any type and may contain themselves: the nodes are limited in number and depth as
// those of a document are. Calls of the values' methods are not guarded against panics.
type nodeBuilder struct{ walk }

// nodeAt returns the node of a Go value at path in a configuration of type root. Texts in
// it are parsed as those of variables are. The problems have no origin.
func nodeAt(root *schema.Type, path keypath.Path, value any) (document.Node, []problem.Problem) {
	n := nodeBuilder{newWalk(root, path, 0)}
	return n.node(root.At(path), reflect.ValueOf(value)), n.problems
}

// NodeOf returns the node of a Go value that a decode hook returned, at path in a
// configuration of type root. Texts in it are not parsed. The problems have no origin.
func NodeOf(root *schema.Type, path keypath.Path, value reflect.Value) (document.Node, []problem.Problem) {
	n := nodeBuilder{newWalk(root, path, 0)}
	return n.node(nil, value), n.problems
}

// node returns the node of a value for type t, which is nil if it is not known.
func (n *nodeBuilder) node(t *schema.Type, v reflect.Value) (node document.Node) {
	if !n.countValue() {
		return node
	}
	if v = n.pointee(t, v); !v.IsValid() {
		return node
	}
	if isSection(t) && v.Kind() == reflect.Struct {
		return n.fields(t, v)
	}
	if scalar, ok := n.scalar(v); ok {
		return n.parseScalar(t, scalar)
	}
	if kind := v.Kind(); (kind == reflect.Slice || kind == reflect.Array || kind == reflect.Map) && v.Len() > n.nodes {
		n.stop(document.TooMany()) // without a look at each
		return node
	}
	defer n.enter(v)()
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		if isSection(t) {
			if section, ok := n.blocks(t, v); ok {
				return section
			}
		}
		return n.list(t, v)
	case reflect.Map:
		return n.section(t, n.entries(v))
	case reflect.Struct:
		return n.fields(t, v)
	}
	n.problem(problem.Problem{Code: "type", Message: "a " + convert.TypeName(v.Type()) + " is no setting"})
	return node
}

func isSection(t *schema.Type) bool { return t != nil && t.Kind.Section() }

// pointee returns the value that v points to, or the zero Value for nil. A pointer to a
// value with a text of its own is returned itself, unless t is a section.
func (n *nodeBuilder) pointee(t *schema.Type, v reflect.Value) reflect.Value {
	for range document.MaxDepth {
		if v.Kind() != reflect.Pointer && v.Kind() != reflect.Interface {
			return v
		}
		if v.IsNil() {
			return reflect.Value{}
		}
		if v.Kind() == reflect.Pointer && (!isSection(t) || v.Elem().Kind() != reflect.Struct) {
			if _, ok := convert.Reveal(v); ok {
				return v
			}
			if _, ok := v.Interface().(encoding.TextMarshaler); ok {
				return v
			}
		}
		v = v.Elem()
	}
	n.tooDeep()
	return reflect.Value{}
}

// list returns the node of a slice or array.
func (n *nodeBuilder) list(t *schema.Type, v reflect.Value) document.Node {
	var elem *schema.Type
	if t != nil && t.Kind == schema.List {
		elem = t.Elem
	}
	node := document.Node{Kind: document.List}
	for i := 0; i < v.Len() && !n.stopped; i++ {
		n.child(keypath.Item(i), func() {
			node.Children = append(node.Children, document.Child{Node: n.node(elem, v.Index(i))})
		})
	}
	return node
}

// blocks returns the section for a list of maps, in which form the codec of HCL returns the
// blocks of one name. A struct takes one block; a map takes any number, whose labels are
// its keys.
func (n *nodeBuilder) blocks(t *schema.Type, v reflect.Value) (node document.Node, ok bool) {
	if v.Len() == 0 || v.Len() > 1 && t.Kind == schema.Struct {
		return node, false
	}
	for i := range v.Len() {
		if item := n.pointee(t, v.Index(i)); item.Kind() != reflect.Map {
			return node, false
		}
	}
	node.Kind = document.Map
	for i := 0; i < v.Len() && !n.stopped; i++ {
		n.depth++
		node.Children = append(node.Children, n.node(t, v.Index(i)).Children...)
		n.depth--
	}
	n.dropDuplicates(t, &node)
	return node, true
}

// section returns the node of the entries of a section of type t.
func (n *nodeBuilder) section(t *schema.Type, all []entry) document.Node {
	node := document.Node{Kind: document.Map}
	for _, e := range all {
		n.put(&node, t, e)
	}
	n.dropDuplicates(t, &node)
	return node
}

// put adds an entry to a section of type t.
func (n *nodeBuilder) put(to *document.Node, t *schema.Type, e entry) {
	step, inner := childType(t, e.key)
	n.child(step, func() { to.Children = append(to.Children, document.Child{Key: e.key, Node: n.node(inner, e.value)}) })
}

// childType returns the step for a key in a section of type t, and the type of its value,
// nil if it is not known.
func childType(t *schema.Type, key string) (keypath.Step, *schema.Type) {
	step := keypath.Entry(key)
	if t == nil {
		return step, nil
	}
	if f := t.Field(key); f != nil {
		step = keypath.Field(f.Key)
	}
	return step, t.Below(step)
}

// dropDuplicates drops and reports the children of a section of type t that have the key of
// an earlier one.
func (n *nodeBuilder) dropDuplicates(t *schema.Type, node *document.Node) {
	seen := make(map[string]bool, len(node.Children))
	node.Children = slices.DeleteFunc(node.Children, func(c document.Child) bool {
		again := seen[c.Key]
		if again {
			step, _ := childType(t, c.Key)
			n.child(step, func() {
				n.problem(problem.Problem{Code: "duplicate_key", Message: "it is set twice", Hint: "keep one"})
			})
		}
		seen[c.Key] = true
		return again
	})
}

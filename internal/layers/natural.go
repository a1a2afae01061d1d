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

// naturalizer makes nodes of Go values such as a Viper or a codec has. They may be of any
// type and form, and lead back to themselves: what is made of them is bounded as a
// document is. Calls of their methods are not guarded.
type naturalizer struct{ walk }

// naturalize returns the node that stands for what is at path in a configuration of type
// root: texts in it are read as variables are. The problems have no origin.
func naturalize(root *schema.Type, path keypath.Path, value any) (document.Node, []problem.Problem) {
	n := naturalizer{newWalk(root, path, 0)}
	return n.node(root.At(path), reflect.ValueOf(value)), n.problems
}

// NodeOf returns the node of a Go value, as a decode hook returns one, at path in a
// configuration of type root. Texts in it are texts.
func NodeOf(root *schema.Type, path keypath.Path, value reflect.Value) (document.Node, []problem.Problem) {
	n := naturalizer{newWalk(root, path, 0)}
	return n.node(nil, value), n.problems
}

// node returns the node that stands for a value of type t, which is nil if that is not
// known.
func (n *naturalizer) node(t *schema.Type, v reflect.Value) (node document.Node) {
	if !n.count() {
		return node
	}
	if v = n.pointee(t, v); !v.IsValid() {
		return node
	}
	if isSection(t) && v.Kind() == reflect.Struct {
		return n.fields(t, v)
	}
	if scalar, ok := n.scalar(v); ok {
		return n.read(t, scalar)
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

// pointee returns what a value points to, or no value for nil. A pointer that has a text
// is not followed, unless a section is wanted.
func (n *naturalizer) pointee(t *schema.Type, v reflect.Value) reflect.Value {
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

// list returns the node for a slice or array.
func (n *naturalizer) list(t *schema.Type, v reflect.Value) document.Node {
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

// blocks returns the section that a list of maps stands for, as the codec of HCL has the
// blocks of one name: of one for a struct, and of any number for a map, whose keys are
// the labels of the blocks.
func (n *naturalizer) blocks(t *schema.Type, v reflect.Value) (node document.Node, ok bool) {
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
	n.distinct(t, &node)
	return node, true
}

// section returns the node for entries of a section of type t.
func (n *naturalizer) section(t *schema.Type, all []entry) document.Node {
	node := document.Node{Kind: document.Map}
	for _, e := range all {
		n.put(&node, t, e)
	}
	n.distinct(t, &node)
	return node
}

// put adds an entry to a section of type t.
func (n *naturalizer) put(to *document.Node, t *schema.Type, e entry) {
	step, inner := below(t, e.key)
	n.child(step, func() { to.Children = append(to.Children, document.Child{Key: e.key, Node: n.node(inner, e.value)}) })
}

// below returns the step into a section of type t that a key is, and the type there, nil
// if it is not known.
func below(t *schema.Type, key string) (keypath.Step, *schema.Type) {
	step := keypath.Entry(key)
	if t == nil {
		return step, nil
	}
	if f := t.Field(key); f != nil {
		step = keypath.Field(f.Key)
	}
	return step, t.Below(step)
}

// distinct drops what has the key of another child of a section of type t, and reports it.
func (n *naturalizer) distinct(t *schema.Type, node *document.Node) {
	seen := make(map[string]bool, len(node.Children))
	node.Children = slices.DeleteFunc(node.Children, func(c document.Child) bool {
		again := seen[c.Key]
		if again {
			step, _ := below(t, c.Key)
			n.child(step, func() {
				n.problem(problem.Problem{Code: "duplicate_key", Message: "it is set twice", Hint: "keep one"})
			})
		}
		seen[c.Key] = true
		return again
	})
}

package layers

import (
	"cmp"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// naturalizer makes nodes of Go values such as a Viper or a codec has. They may be of any
// type and form, and lead back to themselves: what is made of them is bounded as a
// document is. Calls of their methods are not guarded.
type naturalizer struct {
	root     *schema.Type
	from     keypath.Path // to all that is read
	path     keypath.Path // to the value at hand
	depth    int
	nodes    int // that there may still be
	text     int // bytes of it that there may still be
	problems []problem.Problem
	stopped  bool // because there is too much
}

// naturalize returns the node that stands for what is at path in a configuration of type
// root: texts in it are read as variables are. content is how many bytes it was made of.
// The problems have no origin.
func naturalize(root *schema.Type, path keypath.Path, value any, content int) (document.Node, []problem.Problem) {
	n := newNaturalizer(root, path, content)
	return n.node(root.At(path), reflect.ValueOf(value)), n.problems
}

func newNaturalizer(root *schema.Type, path keypath.Path, content int) *naturalizer {
	return &naturalizer{root: root, from: path, path: slices.Clip(path), nodes: document.MaxNodes, text: content + document.MaxExpandedText}
}

// problem reports what is wrong with the value at hand.
func (n *naturalizer) problem(p problem.Problem) {
	if len(n.problems) > problem.Most {
		return // nobody gets to see more
	}
	path := n.path
	if n.root.Secrets { // a key without a field may be a misspelled secret
		for i := range path {
			if in := n.root.At(path[:i]); in != nil && in.Kind == schema.Struct && in.Below(path[i]) == nil {
				path = path[:i]
				break
			}
		}
	}
	p.Key = n.root.Mask(path).String()
	n.problems = append(n.problems, p)
}

// stop reports that there is too much.
func (n *naturalizer) stop(p document.Problem) {
	if !n.stopped {
		n.problems, n.stopped = append(n.problems, problem.Problem{Code: p.Code, Key: n.root.Mask(n.from).String(), Message: p.Message}), true
	}
}

func (n *naturalizer) tooDeep() {
	p := document.TooDeep()
	p.Message += ", or leading back to itself"
	n.stop(p)
}

// child calls f one step further into the values.
func (n *naturalizer) child(s keypath.Step, f func()) {
	n.path, n.depth = append(n.path, s), n.depth+1
	f()
	n.path, n.depth = n.path[:len(n.path)-1], n.depth-1
}

// take counts bytes of text, and reports whether they are a text and not too much.
func (n *naturalizer) take(text string) bool {
	if n.text -= len(text); n.text < 0 {
		n.stop(document.Problem{Code: "too_large", Message: "too much text"})
	}
	return !n.stopped
}

// node returns the node that stands for a value of type t, which is nil if that is not
// known.
func (n *naturalizer) node(t *schema.Type, v reflect.Value) (node document.Node) {
	switch n.nodes--; {
	case n.stopped:
		return node
	case n.depth >= document.MaxDepth:
		n.tooDeep()
		return node
	case n.nodes < 0:
		n.stop(document.TooMany())
		return node
	}
	if v = n.pointee(t, v); !v.IsValid() {
		return node
	}
	if isSection(t) && v.Kind() == reflect.Struct {
		return n.fields(t, v)
	}
	if scalar, ok := n.scalar(t, v); ok {
		return n.read(t, scalar)
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		if isSection(t) {
			if section, ok := n.blocks(t, v); ok {
				return section
			}
		}
		return n.list(t, v)
	case reflect.Map:
		return n.dict(t, v)
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

// scalar returns the node for a value that is none of a list or section.
func (n *naturalizer) scalar(t *schema.Type, v reflect.Value) (node document.Node, ok bool) {
	if text, ok := convert.Reveal(v); ok {
		if !n.root.SecretAt(n.path) {
			n.problem(problem.Problem{Code: "type", Message: "the value is a secret, but the field would show it",
				Hint: `give the field the tag secret:"true"`})
		}
		return document.Node{Kind: document.String, Text: text}, true
	}
	switch value := v.Interface().(type) {
	case time.Duration:
		return document.Node{Kind: document.String, Text: value.String()}, true
	case time.Time:
		return document.Node{Kind: document.Time, Text: value.Format(time.RFC3339Nano)}, true
	case json.Number:
		if strings.ContainsAny(value.String(), ".eE") {
			return document.Node{Kind: document.Float, Text: value.String()}, true
		}
		return document.Node{Kind: document.Int, Text: value.String()}, true
	}
	if text, ok := n.ownText(v); ok {
		return document.Node{Kind: document.String, Text: text}, true
	}
	switch v.Kind() {
	case reflect.String:
		node = document.Node{Kind: document.String, Text: v.String()}
	case reflect.Bool:
		node = document.Node{Kind: document.Bool, Text: strconv.FormatBool(v.Bool())}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		node = document.Node{Kind: document.Int, Text: strconv.FormatInt(v.Int(), 10)}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		node = document.Node{Kind: document.Int, Text: strconv.FormatUint(v.Uint(), 10)}
	case reflect.Float32, reflect.Float64:
		node = document.Node{Kind: document.Float, Text: strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())}
	case reflect.Complex64, reflect.Complex128:
		node = document.Node{Kind: document.String, Text: strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits())}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			node = document.Node{Kind: document.String, Text: string(v.Bytes())}
		}
	}
	return node, node.Kind != document.Null
}

// ownText returns the text that a value has for itself, by a method of its type. Of a
// struct, that may be one of a pointer to it, or String, as url.URL has.
func (n *naturalizer) ownText(v reflect.Value) (text string, ok bool) {
	value := v.Interface()
	if v.Kind() == reflect.Struct {
		to := reflect.New(v.Type())
		to.Elem().Set(v)
		value = to.Interface()
	}
	var panicked *guard.Error
	if m, is := value.(encoding.TextMarshaler); is {
		text, ok, panicked = marshalled(m)
	}
	if s, is := value.(fmt.Stringer); is && !ok && v.Kind() == reflect.Struct {
		text, panicked = (*guard.Running)(nil).Sprint(s)
		ok = true
	}
	if panicked != nil {
		n.problem(problem.Problem{Code: "type", Message: panicked.Error()})
	}
	return text, ok || panicked != nil
}

// read returns what a scalar is for a type: a text may be a list, a map or a section.
func (n *naturalizer) read(t *schema.Type, scalar document.Node) document.Node {
	switch {
	case !n.take(scalar.Text):
		return document.Node{}
	case t != nil && t.Kind == schema.Scalar && t.Scalar.Bytes():
		return scalar
	case !utf8.ValidString(scalar.Text):
		n.problem(notText(nil, problem.Origin{}))
		return document.Node{}
	case scalar.Kind != document.String || t == nil || t.Kind == schema.Any,
		t.Kind == schema.Struct && !strings.HasPrefix(strings.TrimSpace(scalar.Text), "{"): // which is reported when it is decoded
		return scalar
	}
	node, err := t.Kind.ParseText(scalar.Text)
	if err != nil {
		n.problem(problem.Problem{Code: "type", Message: err.Error()})
		return document.Node{}
	}
	return *node
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

// entry is an entry of a map.
type entry struct {
	key   string
	value reflect.Value
}

// dict returns the node for a map.
func (n *naturalizer) dict(t *schema.Type, v reflect.Value) document.Node {
	node := document.Node{Kind: document.Map}
	for _, e := range n.entries(v) {
		n.put(&node, t, e.key, e.value)
	}
	n.distinct(t, &node)
	return node
}

// entries returns the entries of a map in the order of their keys.
func (n *naturalizer) entries(v reflect.Value) []entry {
	if v.Len() > n.nodes {
		n.stop(document.TooMany())
		return nil
	}
	all := make([]entry, 0, v.Len())
	for it := v.MapRange(); it.Next() && !n.stopped; {
		key, panicked := keyText(it.Key())
		switch {
		case panicked != nil:
			n.problem(problem.Problem{Code: "type", Message: panicked.Error()})
		case len(key) > document.MaxKey:
			n.stop(document.LongKey())
		case !utf8.ValidString(key):
			n.problem(problem.Problem{Code: "syntax", Message: "a key is not valid UTF-8"})
		case n.take(key):
			all = append(all, entry{key, it.Value()})
		}
	}
	slices.SortStableFunc(all, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	return all
}

// put adds the value of a key of a section of type t.
func (n *naturalizer) put(to *document.Node, t *schema.Type, key string, v reflect.Value) {
	step, inner := below(t, key)
	n.child(step, func() { to.Children = append(to.Children, document.Child{Key: key, Node: n.node(inner, v)}) })
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

// fields returns the node for a struct: with the keys of t if that was made of the same
// Go type, or else as mapstructure has them.
func (n *naturalizer) fields(t *schema.Type, v reflect.Value) document.Node {
	node := document.Node{Kind: document.Map}
	if t != nil && t.Go == v.Type() {
		for _, f := range t.All() {
			switch fv, err := v.FieldByIndexErr(f.Index); {
			case err != nil: // in an embedded pointer that is nil
			case f.Remains:
				node.Children = append(node.Children, n.dict(t, fv).Children...)
			default:
				n.put(&node, t, f.Key, fv)
			}
		}
	} else {
		n.tagged(&node, t, v)
	}
	n.distinct(t, &node)
	return node
}

// tagged adds the exported fields of a struct under the names that mapstructure has for
// them.
func (n *naturalizer) tagged(node *document.Node, t *schema.Type, v reflect.Value) {
	for i := range v.NumField() {
		f, fv := v.Type().Field(i), v.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("mapstructure"), ",")
		is := func(option string) bool { return slices.Contains(strings.Split(options, ","), option) }
		switch {
		case name == "-" || !f.IsExported() || is("omitempty") && fv.IsZero():
		case is("squash") || is("remain"):
			if fv = n.pointee(schema.AnyMap(), fv); fv.Kind() == reflect.Struct {
				n.tagged(node, t, fv)
			} else if fv.Kind() == reflect.Map {
				node.Children = append(node.Children, n.dict(t, fv).Children...)
			}
		default:
			n.put(node, t, cmp.Or(name, f.Name), fv)
		}
	}
}

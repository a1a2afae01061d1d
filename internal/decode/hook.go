package decode

import (
	"fmt"
	"reflect"

	"github.com/go-viper/mapstructure/v2"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// Hook is a caller's decode hook.
type Hook struct {
	call mapstructure.DecodeHookFuncValue
	name *guard.Func
}

// NewHook returns the hook that a function is, of one of mapstructure's three signatures,
// and false for any other value. number is its place among the hooks, for messages.
func NewHook(f mapstructure.DecodeHookFunc, number int) (Hook, bool) {
	h := Hook{name: &guard.Func{Name: fmt.Sprintf("decode hook %d", number)}}
	v := reflect.ValueOf(f)
	if v.Kind() != reflect.Func || v.IsNil() {
		return h, false
	}
	if as, ok := signature[mapstructure.DecodeHookFuncValue](v); ok {
		h.call = as
	} else if as, ok := signature[mapstructure.DecodeHookFuncType](v); ok {
		h.call = func(from, to reflect.Value) (any, error) { return as(from.Type(), to.Type(), from.Interface()) }
	} else if as, ok := signature[mapstructure.DecodeHookFuncKind](v); ok {
		h.call = func(from, to reflect.Value) (any, error) { return as(from.Kind(), to.Kind(), from.Interface()) }
	}
	return h, h.call != nil
}

// signature returns a function as one of the type F, if it can be.
func signature[F any](f reflect.Value) (as F, ok bool) {
	if t := reflect.TypeFor[F](); f.CanConvert(t) {
		return f.Convert(t).Interface().(F), true
	}
	return as, false
}

// hooking is what a pass with hooks remembers.
type hooking struct {
	report   *merge.Report
	hooks    []Hook
	naturals map[*document.Node]natural
	made     map[*document.Node]any // what hooks returned, or had in it, by the nodes made of it
	taken    map[string]bool        // the paths of values that hooks took
}

// natural is what a list or map naturally holds. Its parts are kept to find out whether a
// hook changed it in place.
type natural struct {
	value any
	parts []any // of the children
}

// naturally returns what a document naturally holds at v, which is made once: lists and
// maps have those of their children in them.
func (h *hooking) naturally(v merge.Value) any {
	if made, ok := h.made[v.Node]; ok && shapeless(v.Node) {
		return made
	}
	if shapeless(v.Node) {
		return h.report.Tree.Natural(v)
	}
	if known, ok := h.naturals[v.Node]; ok {
		return known.value
	}
	n := natural{parts: make([]any, len(v.Node.Children))}
	for i := range n.parts {
		n.parts[i] = h.naturally(v.Child(i))
	}
	if v.Node.Kind == document.List {
		n.value = append(make([]any, 0, len(n.parts)+1), n.parts...)
	} else {
		m := make(map[string]any, len(n.parts))
		for i, part := range n.parts {
			m[v.Node.Children[i].Key] = part
		}
		n.value = m
	}
	h.naturals[v.Node] = n
	return n.value
}

func shapeless(n *document.Node) bool { return n.Kind != document.List && n.Kind != document.Map }

// isUnchanged reports whether what hooks returned for v is what they were given. What is
// further down is compared when it is decoded.
func (h *hooking) isUnchanged(before, after any, v merge.Value) bool {
	if !isSame(before, after) {
		return false
	}
	n, parts := h.naturals[v.Node], 0
	switch after := after.(type) {
	case map[string]any:
		for i, part := range n.parts {
			if now, ok := after[v.Node.Children[i].Key]; !ok || !isSame(part, now) {
				return false
			}
		}
		parts = len(after)
	case []any:
		for i, part := range n.parts {
			if !isSame(part, after[i]) {
				return false
			}
		}
		parts = len(after)
	}
	return parts == len(n.parts)
}

// isSame reports whether two values are the same list or map, or equal.
func isSame(a, b any) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	switch {
	case !x.IsValid() || !y.IsValid() || x.Type() != y.Type():
		return x.IsValid() == y.IsValid() && !x.IsValid()
	case x.Kind() == reflect.Map:
		return x.Pointer() == y.Pointer()
	case x.Kind() == reflect.Slice:
		return x.Pointer() == y.Pointer() && x.Len() == y.Len()
	case !x.Comparable():
		return false
	}
	return x.Equal(y) || a != a && b != b //nolint:gocritic // NaN
}

// hooked has the hooks decode v, and reports whether they did, or failed to.
func (d *decoder) hooked(dst reflect.Value, t *schema.Type, v merge.Value) bool {
	if d.Tree.NativeValue(v) != nil {
		return false
	}
	before := d.naturally(v)
	after, miss := d.call(before, dst)
	if miss == nil && dst.Kind() == reflect.Pointer && d.isUnchanged(before, after, v) {
		made := reflect.New(dst.Type().Elem())
		if after, miss = d.call(before, made.Elem()); after == nil && miss == nil { // it filled what it was given
			dst.Set(made)
		}
	}
	switch {
	case miss != nil:
		d.Mismatch(d.path, v, t, *miss)
	case d.isUnchanged(before, after, v):
		if _, made := d.made[v.Node]; made && setAsIs(dst, reflect.ValueOf(before)) {
			return true
		}
		return v.Node.Marks&document.Made == 0 && d.Failed(d.path) // layers do not agree on it, and no hook takes it
	case after != nil:
		d.take(d.path, v)
		d.fillFrom(dst, t, v, reflect.ValueOf(after))
		return true
	}
	d.take(d.path, v)
	return true
}

// take notes that hooks took the value at p.
func (h *hooking) take(p keypath.Path, v merge.Value) {
	h.taken[p.String()] = true
	h.report.Tree.MarkTaken(v.Node)
}

// call calls the hooks in turn, until one returns nil, which fills its target itself.
func (h *hooking) call(from any, to reflect.Value) (any, *convert.Mismatch) {
	for _, hook := range h.hooks {
		var err error
		var out any
		panicked := h.report.Running.Call(hook.name, func() { out, err = hook.call(reflect.ValueOf(from), to) })
		switch {
		case panicked != nil:
			return nil, &convert.Mismatch{Said: panicked.Error(), Err: panicked}
		case err != nil:
			return nil, &convert.Mismatch{Want: "what " + hook.name.String() + " takes", Said: convert.Said(h.report.Running, err), Err: err}
		}
		if from = out; from == nil {
			return nil, nil
		}
	}
	return from, nil
}

// fillFrom fills dst with what hooks returned for v: as it is where its type allows that,
// or else as strictly as what a document has.
func (d *decoder) fillFrom(dst reflect.Value, t *schema.Type, v merge.Value, from reflect.Value) {
	if setAsIs(dst, from) {
		return
	}
	var node document.Node
	var problems []problem.Problem
	panicked := d.Running.Call(returned, func() { node, problems = layers.NodeOf(d.Tree.Schema, d.path, from) })
	switch {
	case panicked != nil:
		d.Mismatch(d.path, v, t, convert.Mismatch{Said: panicked.Error(), Err: panicked})
		return
	case len(problems) > 0:
		for _, p := range problems {
			d.Add(problem.Problem{Code: p.Code, Message: p.Message, Hint: p.Hint}, d.path, v)
		}
		return
	}
	marks := document.Made
	if d.Tree.HasSources() && v.Node.Holds(document.Resolved) {
		marks |= document.Resolved
	}
	d.remake(&node, from, v.Node, marks)
	d.fill(dst, t, merge.Value{Node: &node, Key: v.Key, Layer: v.Layer})
}

var returned = &guard.Func{Name: "a method of what a decode hook returned"}

// setAsIs sets dst, or what it points to, to a value or what that points to, or returns
// false.
func setAsIs(dst, from reflect.Value) bool {
	switch {
	case from.Type().AssignableTo(dst.Type()):
		dst.Set(from)
	case dst.Kind() == reflect.Pointer && from.Type().AssignableTo(dst.Type().Elem()):
		pointee(dst).Set(from)
	case from.Kind() == reflect.Pointer && !from.IsNil():
		return setAsIs(dst, from.Elem())
	default:
		return false
	}
	return true
}

// remake gives the node of a value that a hook returned the place of another, and marks,
// and notes the values that were made nodes of.
func (h *hooking) remake(n *document.Node, from reflect.Value, at *document.Node, marks document.Marks) {
	for from.IsValid() && (from.Kind() == reflect.Pointer || from.Kind() == reflect.Interface) {
		from = from.Elem()
	}
	n.Line, n.Column, n.Marks = at.Line, at.Column, marks
	if from.IsValid() && shapeless(n) {
		h.made[n] = from.Interface()
	}
	for i := range n.Children {
		c := &n.Children[i]
		c.Line, c.Column = at.Line, at.Column
		var inner reflect.Value
		switch {
		case from.Kind() == reflect.Slice || from.Kind() == reflect.Array:
			inner = from.Index(i)
		case from.Kind() == reflect.Map && from.Type().Key().Kind() == reflect.String:
			inner = from.MapIndex(reflect.ValueOf(c.Key).Convert(from.Type().Key()))
		}
		h.remake(&c.Node, inner, at, marks)
	}
}

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

// NewHook returns a hook for a function with one of mapstructure's three hook signatures,
// and false for any other value. number is its position among the hooks, for messages.
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

// signature converts a function to the function type F, if it has that signature.
func signature[F any](f reflect.Value) (as F, ok bool) {
	if t := reflect.TypeFor[F](); f.CanConvert(t) {
		return f.Convert(t).Interface().(F), true
	}
	return as, false
}

// hookState is the state of a pass with hooks.
type hookState struct {
	report  *merge.Report
	hooks   []Hook
	inputs  map[*document.Node]hookInput // what hooks were given for lists and maps
	results map[*document.Node]any       // what hooks returned, and the values in it, by the nodes that stand for them
	taken   map[string]bool              // paths of the values that hooks took
}

// hookInput is what hooks are given for a list or map. Its children are kept to find out
// whether a hook changed it in place.
type hookInput struct {
	value any
	parts []any // the inputs of the children
}

// inputFor returns what hooks are given for v: plain Go data, as Viper's codec would have
// decoded it. It is built once: a list or map contains the inputs of its children.
func (h *hookState) inputFor(v merge.Value) any {
	if result, ok := h.results[v.Node]; ok && isScalar(v.Node) {
		return result
	}
	if isScalar(v.Node) {
		return h.report.Tree.Natural(v)
	}
	if known, ok := h.inputs[v.Node]; ok {
		return known.value
	}
	n := hookInput{parts: make([]any, len(v.Node.Children))}
	for i := range n.parts {
		n.parts[i] = h.inputFor(v.Child(i))
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
	h.inputs[v.Node] = n
	return n.value
}

func isScalar(n *document.Node) bool { return n.Kind != document.List && n.Kind != document.Map }

// isUnchanged reports whether hooks returned for v what they were given. Values further
// down are compared when they are decoded.
func (h *hookState) isUnchanged(before, after any, v merge.Value) bool {
	if !isSame(before, after) {
		return false
	}
	n, parts := h.inputs[v.Node], 0
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

// isSame reports whether two values are the same list or map, or are equal.
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

// runHooks calls the hooks for v, and reports whether nothing more is to be decoded:
// because the hooks took the value, or because there was a problem.
func (d *decoder) runHooks(dst reflect.Value, t *schema.Type, v merge.Value) bool {
	if d.Tree.NativeValue(v) != nil {
		return false
	}
	before := d.inputFor(v)
	after, miss := d.callHooks(before, dst)
	if miss == nil && dst.Kind() == reflect.Pointer && d.isUnchanged(before, after, v) {
		target := reflect.New(dst.Type().Elem())
		if after, miss = d.callHooks(before, target.Elem()); after == nil && miss == nil { // the hook filled its target
			dst.Set(target)
		}
	}
	switch {
	case miss != nil:
		d.Mismatch(d.path, v, t, *miss)
	case d.isUnchanged(before, after, v):
		if _, isResult := d.results[v.Node]; isResult && setDirectly(dst, reflect.ValueOf(before)) {
			return true
		}
		return v.Node.Marks&document.Synthetic == 0 && d.Failed(d.path) // layers conflict, and no hook takes the value
	case after != nil:
		d.markTaken(d.path, v)
		d.fillFromHook(dst, t, v, reflect.ValueOf(after))
		return true
	}
	d.markTaken(d.path, v)
	return true
}

// markTaken records that hooks took the value at p.
func (h *hookState) markTaken(p keypath.Path, v merge.Value) {
	h.taken[p.String()] = true
	h.report.Tree.MarkTaken(v.Node)
}

// callHooks calls the hooks in order. A hook that returns nil has filled its target, and
// ends the calls.
func (h *hookState) callHooks(from any, to reflect.Value) (any, *convert.Mismatch) {
	for _, hook := range h.hooks {
		var err error
		var out any
		panicked := h.report.Running.Call(hook.name, func() { out, err = hook.call(reflect.ValueOf(from), to) })
		switch {
		case panicked != nil:
			return nil, &convert.Mismatch{MethodError: panicked.Error(), Err: panicked}
		case err != nil:
			return nil, &convert.Mismatch{Want: "what " + hook.name.String() + " takes", MethodError: convert.ErrorText(h.report.Running, err), Err: err}
		}
		if from = out; from == nil {
			return nil, nil
		}
	}
	return from, nil
}

// fillFromHook fills dst with what hooks returned for v: directly where the types allow it,
// or else as strictly as a document's value.
func (d *decoder) fillFromHook(dst reflect.Value, t *schema.Type, v merge.Value, from reflect.Value) {
	if setDirectly(dst, from) {
		return
	}
	var node document.Node
	var problems []problem.Problem
	panicked := d.Running.Call(resultMethod, func() { node, problems = layers.NodeOf(d.Tree.Schema, d.path, from) })
	switch {
	case panicked != nil:
		d.Mismatch(d.path, v, t, convert.Mismatch{MethodError: panicked.Error(), Err: panicked})
		return
	case len(problems) > 0:
		for _, p := range problems {
			d.Add(problem.Problem{Code: p.Code, Message: p.Message, Hint: p.Hint}, d.path, v)
		}
		return
	}
	marks := document.Synthetic
	if d.Tree.HasSources() && v.Node.HasMark(document.Resolved) {
		marks |= document.Resolved
	}
	d.annotate(&node, from, v.Node, marks)
	d.fill(dst, t, merge.Value{Node: &node, Key: v.Key, Layer: v.Layer})
}

var resultMethod = &guard.Func{Name: "a method of what a decode hook returned"}

// setDirectly sets dst, or the value it points to, to from or the value that points to. It
// returns false if the types do not allow it.
func setDirectly(dst, from reflect.Value) bool {
	switch {
	case from.Type().AssignableTo(dst.Type()):
		dst.Set(from)
	case dst.Kind() == reflect.Pointer && from.Type().AssignableTo(dst.Type().Elem()):
		pointee(dst).Set(from)
	case from.Kind() == reflect.Pointer && !from.IsNil():
		return setDirectly(dst, from.Elem())
	default:
		return false
	}
	return true
}

// annotate gives a node that stands for a hook's result, and all nodes below it, the
// position of the node at and some marks, and records the results of scalars.
func (h *hookState) annotate(n *document.Node, from reflect.Value, at *document.Node, marks document.Marks) {
	for from.IsValid() && (from.Kind() == reflect.Pointer || from.Kind() == reflect.Interface) {
		from = from.Elem()
	}
	n.Line, n.Column, n.Marks = at.Line, at.Column, marks
	if from.IsValid() && isScalar(n) {
		h.results[n] = from.Interface()
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
		h.annotate(&c.Node, inner, at, marks)
	}
}

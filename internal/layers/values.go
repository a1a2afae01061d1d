package layers

import (
	"encoding"
	"reflect"
	"slices"
	"strings"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/value"
)

// FromValue returns a layer of the fields of a struct of type t that are not zero, and of
// pointers that are not nil, or nil if there are none. The layer shares no memory that can
// be written to with the value.
func FromValue(t *schema.Type, v reflect.Value) *Layer {
	c := converter{}
	root, ok := c.node(t, v, true)
	if !ok {
		return nil
	}
	return &Layer{Root: &root, Problems: c.problems, values: c.values, origins: slices.Repeat([]problem.Origin{{Kind: problem.Defaults}}, len(c.values))}
}

// converter builds the nodes of a Go value.
type converter struct {
	values   []any
	problems []problem.Problem
}

// addValue adds the native value of a node, which may be nil, and returns the node's Line.
func (c *converter) addValue(native any) int32 {
	c.values = append(c.values, native)
	return int32(len(c.values))
}

// node returns the node of v. With optional, there is none for a zero value.
func (c *converter) node(t *schema.Type, v reflect.Value, optional bool) (document.Node, bool) {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return document.Node{Kind: document.Null, Line: c.addValue(nil)}, !optional
		}
		v, optional = v.Elem(), false // a pointer to zero is set to zero
	}
	if optional && v.IsZero() {
		return document.Node{}, false
	}
	n := document.Node{}
	switch t.Kind {
	case schema.Struct:
		n = document.Node{Kind: document.Map, Line: c.addValue(nil)}
		for _, f := range t.Fields {
			fv, err := v.FieldByIndexErr(f.Index)
			if err != nil {
				continue // in an embedded pointer that is nil
			}
			if child, ok := c.node(f.Type, fv, true); ok {
				n.Children = append(n.Children, document.Child{Key: f.Key, Line: child.Line, Node: child})
			}
		}
		c.remain(&n, t, v)
		return n, true
	case schema.List:
		n = document.Node{Kind: document.List, Line: c.addValue(nil)}
		c.items(&n, t.Elem, v)
		return n, true
	case schema.Map:
		n = document.Node{Kind: document.Map, Line: c.addValue(nil)}
		c.entries(&n, t.Elem, v)
		return n, true
	case schema.Any:
		if v.IsNil() {
			return document.Node{Kind: document.Null, Line: c.addValue(nil)}, !optional
		}
		v = v.Elem()
		switch v.Interface().(type) { // the types that documents have; any other is a native value
		case map[string]any:
			n = document.Node{Kind: document.Map, Line: c.addValue(nil)}
			c.entries(&n, t, v)
			return n, true
		case []any:
			n = document.Node{Kind: document.List, Line: c.addValue(nil)}
			c.items(&n, t, v)
			return n, true
		}
	}
	return document.Node{Kind: document.String, Text: textOf(v), Line: c.addValue(value.Copy(v).Interface())}, true
}

func (c *converter) remain(n *document.Node, t *schema.Type, v reflect.Value) {
	if t.Remain != nil {
		if rest, err := v.FieldByIndexErr(t.Remain.Index); err == nil {
			c.entries(n, t.Remain.Type.Elem, rest)
		}
	}
}

func (c *converter) items(n *document.Node, elem *schema.Type, v reflect.Value) {
	for i := range v.Len() {
		item, _ := c.node(elem, v.Index(i), false)
		n.Children = append(n.Children, document.Child{Line: item.Line, Node: item})
	}
}

// entries adds the entries of the map v, sorted by key.
func (c *converter) entries(n *document.Node, elem *schema.Type, v reflect.Value) {
	first := len(n.Children)
	for it := v.MapRange(); it.Next(); {
		key, panicked := keyText(it.Key())
		if panicked != nil {
			c.problems = append(c.problems, unprintable("", problem.Origin{Kind: problem.Defaults}, panicked))
			continue
		}
		item, _ := c.node(elem, it.Value(), false)
		n.Children = append(n.Children, document.Child{Key: key, Line: item.Line, Node: item})
	}
	slices.SortFunc(n.Children[first:], func(a, b document.Child) int { return strings.Compare(a.Key, b.Key) })
}

// keyText returns the text of a map's key as a document would have it.
func keyText(key reflect.Value) (string, *guard.Error) {
	if key.Kind() == reflect.String {
		return key.String(), nil
	}
	if m, ok := key.Interface().(encoding.TextMarshaler); ok {
		if text, ok, panicked := marshalText(m); ok || panicked != nil {
			return text, panicked
		}
	}
	return (*guard.Running)(nil).Sprint(key.Interface())
}

// marshalText returns the text that MarshalText returns, and false if it returns an error.
func marshalText(m encoding.TextMarshaler) (text string, ok bool, panicked *guard.Error) {
	panicked = guard.Call(guard.Method(m, "MarshalText"), func() {
		b, err := m.MarshalText()
		text, ok = string(b), err == nil
	})
	return text, ok, panicked
}

// textOf returns the text of a native value. Secrets are redacted by it.
func textOf(v reflect.Value) string {
	if secret, ok := convert.Reveal(v); ok {
		return secret
	}
	switch {
	case v.Kind() == reflect.String:
		return v.String() // even if it has a String method
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		return string(v.Bytes())
	}
	s, _ := (*guard.Running)(nil).Sprint(v.Interface()) // what has no text shows none
	return s
}

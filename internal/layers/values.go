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

// FromValue makes a layer of a struct of type t: of its fields that are not zero,
// or are pointers that are not nil. It shares no memory with the value that could
// be written to. It returns nil if nothing is set.
func FromValue(t *schema.Type, v reflect.Value) *Layer {
	c := converter{}
	root, ok := c.node(t, v, true)
	if !ok {
		return nil
	}
	return &Layer{Root: &root, Problems: c.problems, values: c.values, origins: slices.Repeat([]problem.Origin{{Kind: problem.Defaults}}, len(c.values))}
}

type converter struct {
	values   []any
	problems []problem.Problem
}

// line makes room for a node's value and returns where it is.
func (c *converter) line(given any) int32 {
	c.values = append(c.values, given)
	return int32(len(c.values))
}

// node returns the node for v. With optional, a zero value is none.
func (c *converter) node(t *schema.Type, v reflect.Value, optional bool) (document.Node, bool) {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return document.Node{Kind: document.Null, Line: c.line(nil)}, !optional
		}
		v, optional = v.Elem(), false // a pointer to zero is set to zero
	}
	if optional && v.IsZero() {
		return document.Node{}, false
	}
	n := document.Node{}
	switch t.Kind {
	case schema.Struct:
		n = document.Node{Kind: document.Map, Line: c.line(nil)}
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
		n = document.Node{Kind: document.List, Line: c.line(nil)}
		c.items(&n, t.Elem, v)
		return n, true
	case schema.Map:
		n = document.Node{Kind: document.Map, Line: c.line(nil)}
		c.entries(&n, t.Elem, v)
		return n, true
	case schema.Any:
		if v.IsNil() {
			return document.Node{Kind: document.Null, Line: c.line(nil)}, !optional
		}
		v = v.Elem()
		switch v.Interface().(type) { // as documents have it; anything else is taken as it is
		case map[string]any:
			n = document.Node{Kind: document.Map, Line: c.line(nil)}
			c.entries(&n, t, v)
			return n, true
		case []any:
			n = document.Node{Kind: document.List, Line: c.line(nil)}
			c.items(&n, t, v)
			return n, true
		}
	}
	return document.Node{Kind: document.String, Text: text(v), Line: c.line(value.Copy(v).Interface())}, true
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

// entries adds the entries of the map v, in the order of their keys.
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

// keyText spells a map's key as a document would.
func keyText(key reflect.Value) (string, *guard.Error) {
	if key.Kind() == reflect.String {
		return key.String(), nil
	}
	if m, ok := key.Interface().(encoding.TextMarshaler); ok {
		if text, ok, panicked := marshalled(m); ok || panicked != nil {
			return text, panicked
		}
	}
	return (*guard.Running)(nil).Sprint(key.Interface())
}

// marshalled returns the text that a value has for itself, if it has one.
func marshalled(m encoding.TextMarshaler) (text string, ok bool, panicked *guard.Error) {
	panicked = guard.Call(guard.Method(m, "MarshalText"), func() {
		b, err := m.MarshalText()
		text, ok = string(b), err == nil
	})
	return text, ok, panicked
}

// text is what the secrets of the layer are known by.
func text(v reflect.Value) string {
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

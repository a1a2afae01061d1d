package convert

import (
	"reflect"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// PlainNode returns the node of a text that cannot be quoted in its source, such as a
// variable: a number, true or false if it is written like one, or else a string.
func PlainNode(text string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: text}
	switch n.Tag = n.ShortTag(); n.Tag {
	case "!!int", "!!float", "!!bool":
	default:
		n.Tag = "!!str"
	}
	return n
}

// nodeOf returns t if it is the node type of a YAML package: a struct with the fields that
// it has in every version. Otherwise it returns nil.
func nodeOf(t reflect.Type) reflect.Type {
	if t.Kind() != reflect.Struct || t.Name() != "Node" {
		return nil
	}
	for _, want := range []struct {
		field string
		kind  reflect.Kind
	}{{"Kind", reflect.Uint32}, {"Style", reflect.Uint32}, {"Tag", reflect.String}, {"Value", reflect.String}, {"Line", reflect.Int}, {"Column", reflect.Int}} {
		if f, ok := t.FieldByName(want.field); !ok || f.Type.Kind() != want.kind {
			return nil
		}
	}
	if f, ok := t.FieldByName("Content"); !ok || f.Type != reflect.SliceOf(reflect.PointerTo(t)) {
		return nil
	}
	return t
}

// toNode returns a pointer to a node of type t that is equal to n.
func toNode(n *yaml.Node, t reflect.Type) reflect.Value {
	if t == reflect.TypeFor[yaml.Node]() {
		return reflect.ValueOf(n)
	}
	out := reflect.New(t)
	to := out.Elem()
	to.FieldByName("Kind").SetUint(uint64(n.Kind))
	to.FieldByName("Style").SetUint(uint64(n.Style))
	to.FieldByName("Tag").SetString(n.Tag)
	to.FieldByName("Value").SetString(n.Value)
	to.FieldByName("Line").SetInt(int64(n.Line))
	to.FieldByName("Column").SetInt(int64(n.Column))
	if len(n.Content) > 0 {
		content := reflect.MakeSlice(reflect.SliceOf(reflect.PointerTo(t)), len(n.Content), len(n.Content))
		for i, c := range n.Content {
			content.Index(i).Set(toNode(c, t))
		}
		to.FieldByName("Content").Set(content)
	}
	return out
}

// toJSON returns a value as JSON. Numbers keep their digits.
func toJSON(n *yaml.Node) ([]byte, *Mismatch) {
	var b strings.Builder
	if miss := writeJSON(&b, n); miss != nil {
		return nil, miss
	}
	return []byte(b.String()), nil
}

// notJSON returns the mismatch of a value that cannot be written as JSON.
func notJSON(hint string) *Mismatch {
	return &Mismatch{Want: "what has a form in JSON, which the type reads", Hint: hint}
}

// writeJSON writes a node as JSON.
func writeJSON(b *strings.Builder, n *yaml.Node) *Mismatch {
	switch n.Kind {
	case yaml.SequenceNode:
		b.WriteByte('[')
		for i, c := range n.Content {
			if i > 0 {
				b.WriteByte(',')
			}
			if miss := writeJSON(b, c); miss != nil {
				return miss
			}
		}
		b.WriteByte(']')
		return nil
	case yaml.MappingNode:
		b.WriteByte('{')
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Tag != "!!str" {
				return notJSON("quote the keys that are numbers or the like")
			}
			if i > 0 {
				b.WriteByte(',')
			}
			writeString(b, n.Content[i].Value)
			b.WriteByte(':')
			if miss := writeJSON(b, n.Content[i+1]); miss != nil {
				return miss
			}
		}
		b.WriteByte('}')
		return nil
	}
	switch n.Tag {
	case "!!null":
		b.WriteString("null")
	case "!!bool":
		b.WriteString(strings.ToLower(n.Value))
	case "!!int", "!!float":
		number, miss := jsonNumber(n.Value)
		if miss != nil {
			return notJSON("it has no numbers with leading zeros, infinite ones or NaN")
		}
		b.WriteString(number)
	default:
		if !utf8.ValidString(n.Value) {
			return notJSON("its texts are UTF-8")
		}
		writeString(b, n.Value)
	}
	return nil
}

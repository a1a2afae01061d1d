package schema

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/redact"
)

// ParseText returns the value that is written as one text, as in a default tag: a
// scalar as it is; a list as JSON or "a, b"; a map as JSON or "k=v, k2=v2"; a
// struct as JSON. The error never holds the text.
func (k Kind) ParseText(text string) (*document.Node, error) {
	if redact.IsMask(text) { // neither a list nor JSON
		return &document.Node{Kind: document.String, Text: text}, nil
	}
	switch k {
	case List:
		if !strings.HasPrefix(strings.TrimSpace(text), "[") {
			return list(text), nil
		}
	case Map:
		if !strings.HasPrefix(strings.TrimSpace(text), "{") {
			return pairs(text)
		}
	case Struct:
	default:
		return &document.Node{Kind: document.String, Text: text}, nil
	}
	// The parser wants a map at the top level.
	wrapped, problems := document.Parse(document.JSON, slices.Concat([]byte(`{"":`), []byte(text), []byte("}")))
	if len(problems) > 0 {
		return nil, fmt.Errorf("not valid JSON: %s", problems[0].Message)
	}
	if len(wrapped.Children) != 1 {
		return nil, errors.New("not valid JSON: more than one value")
	}
	node := wrapped.Children[0].Node
	unplace(&node)
	return &node, nil
}

func list(text string) *document.Node {
	n := &document.Node{Kind: document.List}
	if strings.TrimSpace(text) == "" {
		return n
	}
	for item := range strings.SplitSeq(text, ",") {
		item = strings.TrimSpace(item)
		n.Children = append(n.Children, document.Child{Node: document.Node{Kind: document.String, Text: item}})
	}
	return n
}

func pairs(text string) (*document.Node, error) {
	n := &document.Node{Kind: document.Map}
	if strings.TrimSpace(text) == "" {
		return n, nil
	}
	seen := map[string]bool{}
	for item := range strings.SplitSeq(text, ",") {
		key, value, ok := strings.Cut(item, "=")
		if !ok {
			return nil, errors.New("want k=v,k2=v2 or JSON")
		}
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if len(key) > document.MaxKey {
			return nil, fmt.Errorf("a key of more than %d bytes", document.MaxKey)
		}
		if seen[key] {
			return nil, errors.New("a key is set twice")
		}
		seen[key] = true
		n.Children = append(n.Children, document.Child{Key: key, Node: document.Node{Kind: document.String, Text: value}})
	}
	return n, nil
}

// unplace removes positions, which mean nothing outside a file.
func unplace(n *document.Node) {
	n.Line, n.Column = 0, 0
	for i := range n.Children {
		c := &n.Children[i]
		c.Line, c.Column = 0, 0
		unplace(&c.Node)
	}
}

package schema

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/redact"
)

// ParseText returns the value that is written as one text, as in a default tag: a
// scalar as it is; a list as JSON or "a, b"; a map as JSON, "k=v, k2=v2" or "k:v"; a
// struct as JSON. What begins with "[" is a JSON list, unless that begins an address as in
// [::1]:80; what begins with "{" is a JSON map. The error never holds the text.
func (k Kind) ParseText(text string) (*document.Node, error) {
	if redact.IsMask(text) { // neither a list nor JSON
		return &document.Node{Kind: document.String, Text: text}, nil
	}
	switch k {
	case List:
		if trimmed := strings.TrimSpace(text); !strings.HasPrefix(trimmed, "[") || isBracketed(trimmed) {
			return list(text)
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
		return nil, fmt.Errorf("not valid JSON: %s%s", problems[0].Message, orQuote[k])
	}
	if len(wrapped.Children) != 1 {
		return nil, errors.New("not valid JSON: more than one value")
	}
	node := wrapped.Children[0].Node
	unplace(&node)
	return &node, nil
}

// orQuote is what to do about what is no JSON and may not have been meant to be.
var orQuote = map[Kind]string{
	List: `; put an item that begins with "[" in double quotes`,
	Map:  `; put a key that begins with "{" in double quotes`,
}

// isBracketed reports whether a text begins with an IPv6 address in brackets, as that of
// a host with a port.
func isBracketed(text string) bool {
	address, _, ok := strings.Cut(text[1:], "]")
	ip, err := netip.ParseAddr(address)
	return ok && err == nil && ip.Is6()
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

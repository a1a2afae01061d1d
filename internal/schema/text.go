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

// ParseText parses a value that is written as one text, as in a default tag: a scalar is
// the text itself; a list is JSON or "a, b"; a map is JSON, "k=v, k2=v2" or "k:v"; a struct
// is JSON. A text that starts with "[" is a JSON list, unless an address such as [::1]:80
// starts there; one that starts with "{" is a JSON map. Errors do not contain the text.
func (k Kind) ParseText(text string) (*document.Node, error) {
	if redact.IsMask(text) { // the decoder reports it
		return &document.Node{Kind: document.String, Text: text}, nil
	}
	switch k {
	case List:
		if trimmed := strings.TrimSpace(text); !strings.HasPrefix(trimmed, "[") || isBracketed(trimmed) {
			return parseList(text)
		}
	case Map:
		if !strings.HasPrefix(strings.TrimSpace(text), "{") {
			return parsePairs(text)
		}
	case Struct:
	default:
		return &document.Node{Kind: document.String, Text: text}, nil
	}
	// The parser requires a map at the top level.
	wrapped, problems := document.Parse(document.JSON, slices.Concat([]byte(`{"":`), []byte(text), []byte("}")))
	if len(problems) > 0 {
		return nil, fmt.Errorf("not valid JSON: %s%s", problems[0].Message, quoteHints[k])
	}
	if len(wrapped.Children) != 1 {
		return nil, errors.New("not valid JSON: more than one value")
	}
	node := wrapped.Children[0].Node
	clearPositions(&node)
	return &node, nil
}

// quoteHints are hints for a text that is not JSON and may not be meant to be.
var quoteHints = map[Kind]string{
	List: `; put an item that begins with "[" in double quotes`,
	Map:  `; put a key that begins with "{" in double quotes`,
}

// isBracketed reports whether a text starts with an IPv6 address in brackets, as in an
// address with a port.
func isBracketed(text string) bool {
	address, _, ok := strings.Cut(text[1:], "]")
	ip, err := netip.ParseAddr(address)
	return ok && err == nil && ip.Is6()
}

// clearPositions removes positions, which have no meaning outside a file.
func clearPositions(n *document.Node) {
	n.Line, n.Column = 0, 0
	for i := range n.Children {
		c := &n.Children[i]
		c.Line, c.Column = 0, 0
		clearPositions(&c.Node)
	}
}

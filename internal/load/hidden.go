package load

import (
	"bytes"
	"cmp"
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/schema"
)

// token is where a key or a value starts in a document.
type token struct {
	line, column int32
	hidden       bool // what starts here must not be shown
}

// hiddenLines returns the lines in which a token stands, and a secret or the value
// of an unknown key as well. It is not known where a value ends, only that it does
// before the next token; so that one's line is hidden if something stands before
// it there.
func hiddenLines(t *schema.Type, root *document.Node, in *text) map[int]bool {
	c := collector{}
	c.collect(t, root, false)
	slices.SortFunc(c.tokens, func(a, b token) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.column, b.column))
	})
	hidden := map[int]bool{}
	last := token{line: int32(in.end()), column: 1}
	for i := len(c.tokens) - 1; i >= 0; {
		// Several tokens can start at one place: an anchored value that has
		// aliases, or a list's item.
		here, secret := c.tokens[i], false
		for ; i >= 0 && c.tokens[i].line == here.line && c.tokens[i].column == here.column; i-- {
			secret = secret || c.tokens[i].hidden
		}
		if secret {
			hidden[int(here.line)] = true
			if !in.startsLine(last) {
				hidden[int(last.line)] = true
			}
		}
		last = here
	}
	return hidden
}

// startsLine reports whether nothing but indentation and list marks stands
// before a token.
func (t *text) startsLine(at token) bool {
	before := []rune(string(t.line(int(at.line))))
	before = before[:min(max(int(at.column)-1, 0), len(before))]
	return len(bytes.Trim([]byte(string(before)), " \t-")) == 0
}

type collector struct{ tokens []token }

func (c *collector) add(line, column int32, hidden bool) {
	if line > 0 {
		c.tokens = append(c.tokens, token{line, column, hidden})
	}
}

// collect adds the tokens in n, whose type is t if that is known.
func (c *collector) collect(t *schema.Type, n *document.Node, hide bool) {
	for i := range n.Children {
		child := &n.Children[i]
		inner, secret := inner(t, n, child.Key)
		secret = secret || hide || inner != nil && inner.Secrets && child.Node.Kind != document.Map && child.Node.Kind != document.List
		c.add(child.Line, child.Column, false)
		c.add(child.Node.Line, child.Node.Column, secret)
		c.collect(inner, &child.Node, secret)
	}
}

// inner returns the type of what key, or a list's item, stands for in n, whose type
// is t if that is known, and whether it is not to be shown. What no type was meant
// for may be a secret that a typing error moved there.
func inner(t *schema.Type, n *document.Node, key string) (*schema.Type, bool) {
	switch {
	case t == nil, t.Kind == schema.Any:
		return nil, false
	case t.Kind == schema.List && n.Kind == document.List, t.Kind == schema.Map && n.Kind == document.Map:
		return t.Elem, false
	case t.Kind != schema.Struct || n.Kind != document.Map:
		return nil, true
	}
	if f := t.Field(key); f != nil {
		return f.Type, f.Secret
	}
	if t.Remain != nil {
		return t.Remain.Type.Elem, t.Remain.Secret
	}
	return nil, true
}

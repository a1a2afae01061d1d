package load

import (
	"bytes"
	"cmp"
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/schema"
)

// token is where a key or a value starts in a document.
type token struct {
	line, column int32
	hidden       bool // what starts here must not be shown
}

// hide finds the lines of a layer's document, with the tree root, that have a token, and a secret or the value of an unknown
// key as well. It is not known where a value ends, only that it does before the next
// token; so that one's line is hidden if something is before it there.
func (t *text) hide(l *layers.Layer, root *document.Node) {
	c := collector{layer: l, moved: map[position]bool{}}
	c.collect(t.names.schema.Written, root, false)
	slices.SortFunc(c.tokens, func(a, b token) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.column, b.column))
	})
	t.hidden, t.moved = map[int]bool{}, c.moved
	last := token{line: int32(t.end()), column: 1}
	var begins token // where the last one's line begins
	for i := len(c.tokens) - 1; i >= 0; {
		// Several tokens can start at one place: an anchored value that has
		// aliases, or a list's item.
		here, secret := c.tokens[i], false
		for ; i >= 0 && c.tokens[i].line == here.line && c.tokens[i].column == here.column; i-- {
			secret = secret || c.tokens[i].hidden
		}
		if secret {
			t.hidden[int(here.line)] = true
			if begins.line != last.line {
				begins = token{line: last.line, column: t.indentation(int(last.line))}
			}
			if last.column > begins.column+1 {
				t.hidden[int(last.line)] = true
			}
		}
		last = here
	}
}

// indentation returns how many blanks and list marks a line begins with.
func (t *text) indentation(line int) int32 {
	raw := t.line(line)
	return int32(len(raw) - len(bytes.TrimLeft(raw, " \t-")))
}

// position is where a key is in a document.
type position struct{ line, column int32 }

type collector struct {
	layer  *layers.Layer
	tokens []token
	moved  map[position]bool
}

func (c *collector) add(line, column int32, hidden bool) {
	if line > 0 {
		c.tokens = append(c.tokens, token{line, column, hidden})
	}
}

// collect adds the tokens in n, whose type is t if that is known. A key without a field
// that follows a secret without a value may be a part of that.
func (c *collector) collect(t *schema.Type, n *document.Node, hide bool) {
	behindEmpty := false
	for i := range n.Children {
		child := &n.Children[i]
		inner, secret := inner(t, n, child.Key)
		isField := inner != nil
		switch {
		case isField:
			behindEmpty = (secret || inner.Secrets) && child.Node.Kind == document.Null && child.Node.Text == ""
		case behindEmpty && child.Line > 0:
			c.moved[position{child.Line, child.Column}] = true
		}
		isText := child.Node.Kind != document.Map && child.Node.Kind != document.List
		secret = secret || hide || isField && inner.Secrets && isText
		c.add(child.Line, child.Column, false)
		if from := c.layer.Source(&child.Node); from != nil && from.OnlyReferences { // only a name is there
			c.add(child.Node.Line, child.Node.Column, false)
			continue
		}
		c.add(child.Node.Line, child.Node.Column, secret)
		c.collect(inner, &child.Node, secret)
	}
}

// inner returns the type of the value of key, or of a list's item, in n, whose type
// is t if that is known, and whether it is not to be shown. What no type was meant
// for may be a secret that a typing error moved there.
func inner(t *schema.Type, n *document.Node, key string) (*schema.Type, bool) {
	switch {
	case t == nil, t.Kind == schema.Any:
		return nil, false
	case t.Kind == schema.Scalar && t.Scalar.TakesAll(): // its parts are only its own
		return t, false
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

package load

import (
	"bytes"
	"cmp"
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/schema"
)

// token is the start of a key or of a value in a document.
type token struct {
	line, column int32
	hidden       bool // what starts here must not be shown
}

// findHidden sets t.hidden and t.moved from the tree of a layer's document: the lines that
// contain a token and also a secret or the value of an unknown key. The tree has no ends of
// values, but a value ends before the next token. So the line of that token is hidden as well
// if something precedes the token there.
func (t *text) findHidden(l *layers.Layer, root *document.Node) {
	c := collector{layer: l, moved: map[position]bool{}}
	c.collect(t.names.schema.Written, root, false)
	slices.SortFunc(c.tokens, func(a, b token) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.column, b.column))
	})
	t.hidden, t.moved = map[int]bool{}, c.moved
	last := token{line: int32(t.end()), column: 1}
	var lineStart token // the first column of last.line
	for i := len(c.tokens) - 1; i >= 0; {
		// Several tokens can start at one place: an anchored value with
		// aliases, or the item of a list.
		here, secret := c.tokens[i], false
		for ; i >= 0 && c.tokens[i].line == here.line && c.tokens[i].column == here.column; i-- {
			secret = secret || c.tokens[i].hidden
		}
		if secret {
			t.hidden[int(here.line)] = true
			if lineStart.line != last.line {
				lineStart = token{line: last.line, column: t.indentation(int(last.line))}
			}
			if last.column > lineStart.column+1 {
				t.hidden[int(last.line)] = true
			}
		}
		last = here
	}
}

// indentation returns the number of blanks and list marks at the start of a line.
func (t *text) indentation(line int) int32 {
	raw := t.line(line)
	return int32(len(raw) - len(bytes.TrimLeft(raw, " \t-")))
}

// position is the place of a key in a document.
type position struct{ line, column int32 }

// collector collects the tokens of a tree.
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

// collect adds the tokens in n. t is the type of n, or nil if it is unknown; with hide, all
// values in n are hidden. A key that no field has, and that follows a secret without a value,
// may be part of that secret: it is recorded in c.moved.
func (c *collector) collect(t *schema.Type, n *document.Node, hide bool) {
	afterEmptySecret := false
	for i := range n.Children {
		child := &n.Children[i]
		inner, secret := childType(t, n, child.Key)
		isField := inner != nil
		switch {
		case isField:
			afterEmptySecret = (secret || inner.Secrets) && child.Node.Kind == document.Null && child.Node.Text == ""
		case afterEmptySecret && child.Line > 0:
			c.moved[position{child.Line, child.Column}] = true
		}
		isText := child.Node.Kind != document.Map && child.Node.Kind != document.List
		secret = secret || hide || isField && inner.Secrets && isText
		c.add(child.Line, child.Column, false)
		if from := c.layer.Source(&child.Node); from != nil && from.OnlyReferences { // the document contains the name of a variable only
			c.add(child.Node.Line, child.Node.Column, false)
			continue
		}
		c.add(child.Node.Line, child.Node.Column, secret)
		c.collect(inner, &child.Node, secret)
	}
}

// childType returns the type of the value of key, or of an item, in n, or nil if it is
// unknown, and whether the value must not be shown. t is the type of n, or nil. The value of a
// key that no field has must not be shown: it may be a secret that a typing error moved.
func childType(t *schema.Type, n *document.Node, key string) (*schema.Type, bool) {
	switch {
	case t == nil, t.Kind == schema.Any:
		return nil, false
	case t.Kind == schema.Scalar && t.Scalar.DecodesAll(): // the type decodes all of it
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

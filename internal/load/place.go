package load

import (
	"reflect"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/schema"
)

// locate finds the value at p in the highest layer that sets it, default tags
// being the lowest. Where none does, it finds the section nearest to it that some
// layer has. depth is how much of p leads there.
func (b *binder) locate(p path) (at ref, depth int) {
	return b.locateIn(p, func(layer) bool { return true })
}

// locateIn is like locate for some of the layers.
func (b *binder) locateIn(p path, in func(layer) bool) (at ref, depth int) {
	depth = -1
	for i := len(b.layers) - 1; i >= 0 && depth < len(p); i-- {
		if !in(b.layers[i]) {
			continue
		}
		r, d := b.descend(b.loader.schema, ref{layer: i, node: b.layers[i].root}, p)
		if d > depth {
			at, depth = r, d
		}
	}
	if depth < len(p) {
		if r, ok := b.locateDefault(p); ok {
			return r, len(p)
		}
	}
	return at, max(depth, 0)
}

// locateDefault finds the value at p in a default tag, its own or that of a
// section around it.
func (b *binder) locateDefault(p path) (ref, bool) {
	t := b.loader.schema
	for i, s := range p {
		if t != nil && t.Kind == schema.Struct && !s.data {
			if node := b.loader.defaults[t.Field(s.key)]; node != nil {
				rest := p[i+1:]
				if r, d := b.descend(t.Field(s.key).Type, ref{layer: fromDefault, node: node}, rest); d == len(rest) {
					return r, true
				}
			}
		}
		t = below(t, s)
	}
	return ref{}, false
}

// descend follows p from r as far as the document goes, and tells how far that
// was.
func (b *binder) descend(t *schema.Type, r ref, p path) (ref, int) {
	for depth, s := range p {
		next, ok := b.inside(t, r, s)
		if !ok || next.node.Kind == document.Null {
			return r, depth
		}
		r = next
		t = below(t, s)
	}
	return r, len(p)
}

// inside returns the value one step into r, whose type is t if that is known.
func (b *binder) inside(t *schema.Type, r ref, s step) (ref, bool) {
	if !s.isKey {
		if r.node.Kind != document.List || s.index >= len(r.node.Children) {
			return ref{}, false
		}
		return ref{r.layer, &r.node.Children[s.index].Node, nil}, true
	}
	if r.node.Kind != document.Map {
		return ref{}, false
	}
	same := func(key string) bool { return key == s.key }
	switch {
	case t == nil:
	case !s.data:
		folded := schema.Fold(s.key)
		same = func(key string) bool { return schema.Fold(key) == folded }
	case t.Kind == schema.Map && !isPlainKey(t):
		same = func(key string) bool {
			k, miss := b.convertKey(t, key)
			return miss == nil && b.keyStep(k) == s
		}
	}
	for i := range r.node.Children {
		child := &r.node.Children[i]
		if same(child.Key) {
			return ref{r.layer, &child.Node, child}, true
		}
	}
	return ref{}, false
}

// isPlainKey reports whether the keys of a map type are what documents spell.
func isPlainKey(t *schema.Type) bool { return t.Key.Go.Kind() == reflect.String && t.Key.Plain() }

// convertKey returns what a document's key is in a map of type t.
func (b *binder) convertKey(t *schema.Type, text string) (reflect.Value, *schema.Mismatch) {
	v, miss := b.convert(t.Key, &document.Node{Kind: document.String, Text: text})
	if miss != nil {
		return reflect.Value{}, miss
	}
	key := reflect.ValueOf(v).Convert(t.Key.Go)
	if !key.Comparable() { // its method put something else into an interface
		return reflect.Value{}, &schema.Mismatch{Want: t.Key.Name(), Hint: "what its UnmarshalText method makes of the text cannot be a key"}
	}
	return key, nil
}

// convert returns the value that a node has as a Scalar of type t.
func (b *binder) convert(t *schema.Type, n *document.Node) (v any, miss *schema.Mismatch) {
	if t.Unmarshal == nil {
		return t.Convert(n)
	}
	_ = b.running.Call(t.Unmarshal, func() { v, miss = t.Convert(n) }) // which says itself that its method panicked
	return v, miss
}

// below returns the type one step into t, or nil where that is not known.
func below(t *schema.Type, s step) *schema.Type {
	if t == nil || t.Kind != schema.Struct {
		if t == nil {
			return nil
		}
		return t.Elem
	}
	if f := t.Field(s.key); f != nil && !s.data {
		return f.Type
	}
	if t.Remain != nil {
		return t.Remain.Type.Elem
	}
	return nil
}

// typeAt returns the type of the value at p, which exists.
func (l *Loader) typeAt(p path) *schema.Type {
	t := l.schema
	for _, s := range p {
		t = below(t, s)
	}
	return t
}

// secretAt reports whether a field on the way to p is secret.
func (b *binder) secretAt(p path) bool {
	t := b.loader.schema
	for _, s := range p {
		if t == nil {
			return false
		}
		if t.Kind == schema.Struct {
			if f := t.Field(s.key); f != nil && !s.data && f.Secret || s.data && t.Remain != nil && t.Remain.Secret {
				return true
			}
		}
		t = below(t, s)
	}
	return false
}

// place names the place of a value in the text of a message.
func (b *binder) place(r ref) string {
	if r.layer == fromDefault {
		return "the default tag"
	}
	return b.originOf(r).String()
}

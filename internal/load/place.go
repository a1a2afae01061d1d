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
	return b.locateIn(p, func(int) bool { return true })
}

// locateIn is like locate for some of the layers.
func (b *binder) locateIn(p path, in func(layer int) bool) (at ref, depth int) {
	if b.found == nil {
		b.found = &section{t: b.loader.schema, refs: b.roots()}
	}
	way := b.found.follow(b, p)
	for depth = len(way) - 1; depth >= 0; depth-- {
		r, ok := way[depth].highest(in)
		if at = r; ok {
			break
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
			if n := b.defaultOf(t.Field(s.key)); n != nil {
				if way := n.follow(b, p[i+1:]); len(way) == len(p)-i {
					return way[len(way)-1].refs[0], true
				}
			}
		}
		t = below(t, s)
	}
	return ref{}, false
}

// defaultOf returns what the default tag of a field has, or nil if it has none.
func (b *binder) defaultOf(f *schema.Field) *section {
	node := b.loader.defaults[f]
	if node == nil {
		return nil
	}
	n := b.defaults[f]
	if n == nil {
		if b.defaults == nil {
			b.defaults = map[*schema.Field]*section{}
		}
		n = &section{t: f.Type, refs: []ref{{layer: fromDefault, node: node}}}
		b.defaults[f] = n
	}
	return n
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

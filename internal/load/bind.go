package load

import (
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/schema"
)

// binder matches the layers of one pass with the schema.
type binder struct {
	loader   *Loader
	layers   []layer
	tree     opaque // what the layers add up to
	path     path   // to the value being bound
	problems []found
	unbound  []path // to what could not be bound

	secrets    []string // texts not to be shown
	hasSecrets bool     // secrets have been collected
}

// ref is a value in one of the layers. layer is fromDefault for a default tag's.
type ref struct {
	layer int
	node  *document.Node
	key   *document.Child // where node is the value of a key
}

const fromDefault = -1

func (b *binder) bindRoot() opaque {
	refs := make([]ref, 0, len(b.layers))
	for i := range b.layers {
		refs = append(refs, ref{layer: i, node: b.layers[i].root})
	}
	return b.bindStruct(b.loader.schema, refs, false)
}

// bind returns the value for type t that refs, from the lowest layer to the
// highest and without nulls, add up to, in the form that decode expects. It is
// nil where there is none, and where there is a problem.
func (b *binder) bind(t *schema.Type, refs []ref, secret bool) any {
	if len(refs) == 0 {
		return nil
	}
	top := refs[len(refs)-1]
	if !b.agree(t, refs, secret) {
		return nil
	}
	switch t.Kind {
	case schema.Struct:
		return map[string]any(b.bindStruct(t, refs, secret))
	case schema.Map:
		return b.bindMap(t, refs, secret)
	case schema.List:
		return b.bindList(t, top, secret)
	case schema.Any:
		return b.bindAny(refs, secret)
	default:
		if made := b.made(top); made != nil {
			if v, ok := made.Value(top.node); ok {
				return v
			}
		}
		v, miss := t.Convert(top.node)
		if miss != nil {
			b.mismatch(top, *miss, secret)
			return nil
		}
		return v
	}
}

func (b *binder) bindStruct(t *schema.Type, refs []ref, secret bool) opaque {
	out := make(opaque, len(t.Fields))
	slots, unknown := b.align(t, refs, secret)
	b.unknownKeys(t, unknown, out, secret)
	for i, f := range t.Fields {
		b.path = append(b.path, step{key: f.Key, isKey: true})
		put(out, f.Input, b.bindField(f, slots[i], secret || f.Secret))
		b.path = b.path[:len(b.path)-1]
	}
	return out
}

// align lines up what the layers have for each field of a struct, and tells what
// there is no field for.
func (b *binder) align(t *schema.Type, refs []ref, secret bool) (slots [][]ref, unknown []ref) {
	slots = b.slots(t, len(refs))
	for _, r := range refs {
		for i := range r.node.Children {
			child := &r.node.Children[i]
			f := t.Field(child.Key)
			if f == nil {
				unknown = append(unknown, ref{r.layer, &child.Node, child})
				continue
			}
			slot := &slots[f.Ordinal]
			if n := len(*slot); n > 0 && (*slot)[n-1].layer == r.layer {
				b.twice(child, (*slot)[n-1], f.Key, secret || f.Secret)
				continue
			}
			*slot = append(*slot, ref{r.layer, &child.Node, child})
		}
	}
	return slots, unknown
}

// slots returns room for what up to some number of layers have for each field of a
// struct. A default tag is the lowest of them.
func (b *binder) slots(t *schema.Type, layers int) [][]ref {
	slots, room := make([][]ref, len(t.Fields)), make([]ref, len(t.Fields)*(layers+1))
	for i, f := range t.Fields {
		slots[i], room = room[:0:layers+1], room[layers+1:]
		if node := b.loader.defaults[f]; node != nil {
			slots[i] = append(slots[i], ref{layer: fromDefault, node: node})
		}
	}
	return slots
}

// bindField binds what its slot has for a field. A section that is not set at all
// still gets its defaults, unless it is a pointer, where nil says that it is not
// set.
func (b *binder) bindField(f *schema.Field, refs []ref, secret bool) any {
	refs = withoutNulls(refs)
	if len(refs) == 0 && f.Type.Defaults && !f.Pointer {
		return map[string]any(b.bindStruct(f.Type, nil, secret))
	}
	return b.bind(f.Type, refs, secret)
}

// made returns the layer of r unless that is a file or a default tag.
func (b *binder) made(r ref) *layers.Tree {
	if r.layer == fromDefault {
		return nil
	}
	return b.layers[r.layer].made
}

// withoutNulls drops nulls, which mean "not set here".
func withoutNulls(refs []ref) []ref {
	kept := refs[:0]
	for _, r := range refs {
		if r.node.Kind != document.Null {
			kept = append(kept, r)
		}
	}
	return kept
}

// put stores a value where mapstructure looks for it. An absent one is stored
// as nil, since mapstructure would go through all keys in search of another
// spelling.
func put(out opaque, input []string, value any) {
	for _, name := range input[:len(input)-1] {
		inner, _ := out[name].(opaque)
		if inner == nil {
			inner = opaque{}
			out[name] = inner
		}
		out = inner
	}
	out[input[len(input)-1]] = value
}

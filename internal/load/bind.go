package load

import (
	"reflect"

	"example.com/lastgood/internal/diagnose"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
)

// binder matches the layers of one pass with the schema.
type binder struct {
	loader   *Loader
	running  *guard.Running // the pass, for calls of a caller's code; nil for none
	layers   []layer
	value    reflect.Value // what the layers add up to
	path     path          // to the value being bound
	problems []found
	near     diagnose.Suggester
	unbound  pathSet // what could not be bound
	failed   pathSet // what has a problem other than with a key, or of a check

	found    *section                   // the layers' roots, when something was first located
	defaults map[*schema.Field]*section // what default tags have, of those asked for
	printed  map[uintptr]printed        // maps with values that broke a rule

	slotRoom stack[[]ref]
	refRoom  stack[ref]

	judged  []any           // pointers to the values that a caller's code gets to see
	secrets *redact.Secrets // of the layers and of values; nil until it is needed
	known   int             // how many of judged are in secrets

	shortened map[string]string // long texts as messages quote them
}

// ref is a value in one of the layers. layer is fromDefault for a default tag's.
type ref struct {
	layer int
	node  *document.Node
	key   *document.Child // where node is the value of a key
}

const fromDefault = -1

// roots returns the layers' roots.
func (b *binder) roots() []ref {
	refs := make([]ref, len(b.layers))
	for i := range b.layers {
		refs[i] = ref{layer: i, node: b.layers[i].root}
	}
	return refs
}

// bindTo gives dst, whose type is that of t or a pointer to it, the value that refs
// add up to, from the lowest layer to the highest and without nulls. It leaves dst
// alone where there is none, and where there is a problem.
func (b *binder) bindTo(dst reflect.Value, t *schema.Type, refs []ref, secret bool) {
	if len(refs) == 0 || b.running.Over() {
		return
	}
	top := refs[len(refs)-1]
	if b.isMasked(t, top, secret) || !b.agree(t, refs, secret) {
		return
	}
	switch t.Kind {
	case schema.Struct:
		b.bindStruct(pointee(dst), t, refs, secret)
	case schema.Map:
		b.bindMap(pointee(dst), t, refs, secret)
	case schema.List:
		b.bindList(pointee(dst), t, top, secret)
	case schema.Any:
		b.bindAny(dst, refs, secret)
	default:
		v, ok := b.given(top)
		if !ok {
			var miss *schema.Mismatch
			if v, miss = b.convert(t, top.node); miss != nil {
				b.mismatch(top, *miss, secret)
				return
			}
		}
		set(pointee(dst), v)
	}
}

// pointee returns what dst points to, which it makes if it must.
func pointee(dst reflect.Value) reflect.Value {
	for dst.Kind() == reflect.Pointer {
		if dst.IsNil() {
			dst.Set(reflect.New(dst.Type().Elem()))
		}
		dst = dst.Elem()
	}
	return dst
}

// set stores a converted value, whose type is dst's or of the same kind.
func set(dst reflect.Value, v any) {
	rv := reflect.ValueOf(v)
	if rv.Type() != dst.Type() {
		rv = rv.Convert(dst.Type())
	}
	dst.Set(rv)
}

func (b *binder) bindStruct(dst reflect.Value, t *schema.Type, refs []ref, secret bool) {
	slotLevel, refLevel := b.slotRoom.level(), b.refRoom.level()
	slots, unknown := b.align(t, refs, secret)
	b.unknownKeys(dst, t, unknown, secret)
	for i, f := range t.Fields {
		if b.running.Over() {
			break
		}
		b.path = append(b.path, step{key: f.Key, isKey: true})
		b.bindField(dst, f, slots[i], secret || f.Secret)
		b.path = b.path[:len(b.path)-1]
	}
	b.slotRoom.release(slotLevel)
	b.refRoom.release(refLevel)
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
			if n := len(*slot); n > 0 && (*slot)[n-1].layer == r.layer && (*slot)[n-1].key != nil { // no default tag
				b.twice(child, (*slot)[n-1], f.Key, secret || f.Secret)
				continue
			}
			*slot = append(*slot, ref{r.layer, &child.Node, child})
		}
	}
	return slots, unknown
}

// mostRoom is for how many layers there is room in advance. Where there are more, few
// of them have the same key.
const mostRoom = 8

// slots returns room for what up to some number of layers have for each field of a
// struct. A default tag is the lowest of them.
func (b *binder) slots(t *schema.Type, layers int) [][]ref {
	each := min(layers, mostRoom) + 1
	slots, room := b.slotRoom.take(len(t.Fields)), b.refRoom.take(len(t.Fields)*each)
	for i, f := range t.Fields {
		slots[i], room = room[:0:each], room[each:]
		if node := b.loader.defaults[f]; node != nil {
			slots[i] = append(slots[i], ref{layer: fromDefault, node: node})
		}
	}
	return slots
}

// bindField binds what its slot has for a field. A section that is not set at all
// still gets its defaults, unless it is a pointer, where nil says that it is not
// set.
func (b *binder) bindField(dst reflect.Value, f *schema.Field, refs []ref, secret bool) {
	refs = withoutNulls(refs)
	switch {
	case len(refs) > 0:
		b.bindTo(field(dst, f.Index), f.Type, refs, secret)
	case f.Type.Defaults && !f.Pointer:
		b.bindStruct(field(dst, f.Index), f.Type, nil, secret)
	}
}

// field returns a field of a struct, or of one embedded in it, which it makes if
// that is a pointer.
func field(v reflect.Value, index []int) reflect.Value {
	for _, i := range index {
		v = pointee(v).Field(i)
	}
	return v
}

// given returns the value of r if that needs no conversion.
func (b *binder) given(r ref) (any, bool) {
	if made := b.made(r); made != nil {
		return made.Value(r.node)
	}
	return nil, false
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

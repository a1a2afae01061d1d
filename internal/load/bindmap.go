package load

import (
	"reflect"
	"strconv"
	"sync"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/schema"
)

// entry is a key of a map-typed value with what the layers have for it.
type entry struct {
	key  reflect.Value
	refs []ref
}

// bindMap merges maps whose keys are data.
func (b *binder) bindMap(dst reflect.Value, t *schema.Type, refs []ref, secret bool) {
	plain := isPlainKey(t)
	if plain && len(refs) == 1 { // nothing to merge, which is the usual case
		b.bindOnlyMap(dst, t, refs[0], secret)
		return
	}
	out := reflect.MakeMap(dst.Type())
	for _, e := range b.entries(t, refs, plain, secret) {
		if refs := withoutNulls(e.refs); len(refs) > 0 {
			b.bindEntry(out, e.key.Convert(dst.Type().Key()), b.keyStep(e.key), t, refs, secret)
		}
	}
	dst.Set(out)
}

func (b *binder) bindOnlyMap(dst reflect.Value, t *schema.Type, r ref, secret bool) {
	out := reflect.MakeMapWithSize(dst.Type(), len(r.node.Children))
	for i := range r.node.Children {
		child := &r.node.Children[i]
		if child.Node.Kind == document.Null {
			continue
		}
		key := reflect.New(dst.Type().Key()).Elem()
		key.SetString(child.Key)
		b.bindEntry(out, key, step{key: child.Key, isKey: true, data: true}, t, []ref{{r.layer, &child.Node, child}}, secret)
	}
	dst.Set(out)
}

// bindEntry binds the value at a key of a map.
func (b *binder) bindEntry(m, key reflect.Value, at step, t *schema.Type, refs []ref, secret bool) {
	b.path = append(b.path, at)
	value := reflect.New(m.Type().Elem()).Elem()
	b.bindTo(value, t.Elem, refs, secret)
	m.SetMapIndex(key, value)
	b.path = b.path[:len(b.path)-1]
}

// entries lines up what the layers have for each key, in the order of the text.
// Two spellings of one key, such as 80 and 0x50, are the same key.
func (b *binder) entries(t *schema.Type, refs []ref, plain, secret bool) []*entry {
	var order []*entry
	byKey := map[any]*entry{}
	for _, r := range refs {
		for i := range r.node.Children {
			if b.running.Over() {
				return order
			}
			child := &r.node.Children[i]
			at := ref{r.layer, &child.Node, child}
			key := reflect.ValueOf(child.Key)
			if !plain {
				var miss *schema.Mismatch
				if key, miss = b.convertKey(t, child.Key); miss != nil {
					b.badKey(at, *miss, secret)
					continue
				}
			}
			e := byKey[key.Interface()]
			switch {
			case e == nil:
				e = &entry{key, []ref{at}}
				byKey[key.Interface()] = e
				order = append(order, e)
			case e.refs[len(e.refs)-1].layer == r.layer:
				b.twice(child, e.refs[len(e.refs)-1], "", secret)
			default:
				e.refs = append(e.refs, at)
			}
		}
	}
	return order
}

func (b *binder) bindList(dst reflect.Value, t *schema.Type, r ref, secret bool) {
	items := r.node.Children
	switch {
	case dst.Kind() == reflect.Slice:
		dst.Set(reflect.MakeSlice(dst.Type(), len(items), len(items)))
	case len(items) > dst.Len():
		b.mismatch(r, schema.Mismatch{Want: "a list of at most " + strconv.Itoa(dst.Len()) + " items"}, secret)
		return
	}
	for i := range items {
		item := ref{r.layer, &items[i].Node, nil}
		b.path = append(b.path, step{index: i})
		if item.node.Kind != document.Null {
			b.bindTo(dst.Index(i), t.Elem, []ref{item}, secret)
		} else if k := t.Go.Elem().Kind(); k != reflect.Pointer && k != reflect.Interface {
			b.mismatch(item, schema.Mismatch{Want: "a value"}, secret)
		}
		b.path = b.path[:len(b.path)-1]
	}
}

// bindAny binds what documents without a schema add up to: maps are merged,
// anything else is the highest layer's.
func (b *binder) bindAny(dst reflect.Value, refs []ref, secret bool) {
	top := refs[len(refs)-1]
	v, ok := b.given(top)
	switch {
	case ok:
	case top.node.Kind == document.Map:
		var m map[string]any
		b.bindMap(reflect.ValueOf(&m).Elem(), anyMap(), refs, secret)
		v = m
	case top.node.Kind == document.List:
		var l []any
		b.bindList(reflect.ValueOf(&l).Elem(), anyList(), top, secret)
		v = l
	default:
		var miss *schema.Mismatch
		if v, miss = schema.Natural(top.node); miss != nil {
			b.mismatch(top, *miss, secret)
			return
		}
	}
	dst = pointee(dst)
	dst.Set(reflect.ValueOf(v))
}

// anyScalar is the type of one value where any may stand.
var anyScalar = &schema.Type{Kind: schema.Scalar}

// anyList and anyMap are the types of lists and maps where any value may stand. They
// are made when first asked for: nothing is done when a program starts.
func anyList() *schema.Type { natural.once.Do(makeNatural); return natural.list }
func anyMap() *schema.Type  { natural.once.Do(makeNatural); return natural.dict }

var natural struct {
	once       sync.Once
	list, dict *schema.Type
}

func makeNatural() {
	item := &schema.Type{Kind: schema.Any, Go: reflect.TypeFor[any]()}
	key := &schema.Type{Kind: schema.Scalar, Go: reflect.TypeFor[string]()}
	natural.list = &schema.Type{Kind: schema.List, Go: reflect.TypeFor[[]any](), Elem: item}
	natural.dict = &schema.Type{Kind: schema.Map, Go: reflect.TypeFor[map[string]any](), Elem: item, Key: key}
}

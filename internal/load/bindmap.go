package load

import (
	"reflect"
	"strconv"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/schema"
)

// entry is a key of a map-typed value with what the layers have for it.
type entry struct {
	key  reflect.Value
	refs []ref
}

// bindMap merges maps whose keys are data.
func (b *binder) bindMap(t *schema.Type, refs []ref, secret bool) any {
	plain := isPlainKey(t)
	if plain && len(refs) == 1 { // nothing to merge, which is the usual case
		return b.bindOnlyMap(t, refs[0], secret)
	}
	texts, values := map[string]any{}, map[any]any{}
	for _, e := range b.entries(t, refs, plain, secret) {
		refs := withoutNulls(e.refs)
		if len(refs) == 0 {
			continue
		}
		b.path = append(b.path, keyStep(e.key))
		value := b.bind(t.Elem, refs, secret)
		b.path = b.path[:len(b.path)-1]
		if plain {
			texts[e.key.String()] = value
		} else {
			values[e.key.Interface()] = value
		}
	}
	if plain {
		return texts
	}
	return values
}

func (b *binder) bindOnlyMap(t *schema.Type, r ref, secret bool) any {
	out := make(map[string]any, len(r.node.Children))
	for i := range r.node.Children {
		child := &r.node.Children[i]
		if child.Node.Kind == document.Null {
			continue
		}
		b.path = append(b.path, step{key: child.Key, isKey: true, data: true})
		out[child.Key] = b.bind(t.Elem, []ref{{r.layer, &child.Node, child}}, secret)
		b.path = b.path[:len(b.path)-1]
	}
	return out
}

// entries lines up what the layers have for each key, in the order of the text.
// Two spellings of one key, such as 80 and 0x50, are the same key.
func (b *binder) entries(t *schema.Type, refs []ref, plain, secret bool) []*entry {
	var order []*entry
	byKey := map[any]*entry{}
	for _, r := range refs {
		for i := range r.node.Children {
			child := &r.node.Children[i]
			at := ref{r.layer, &child.Node, child}
			key := reflect.ValueOf(child.Key)
			if !plain {
				var miss *schema.Mismatch
				if key, miss = convertKey(t, child.Key); miss != nil {
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

func (b *binder) bindList(t *schema.Type, r ref, secret bool) any {
	items := r.node.Children
	if t.Go.Kind() == reflect.Array && len(items) > t.Go.Len() {
		b.mismatch(r, schema.Mismatch{Want: "a list of at most " + strconv.Itoa(t.Go.Len()) + " items"}, secret)
		return nil
	}
	out := make([]any, len(items))
	for i := range items {
		item := ref{r.layer, &items[i].Node, nil}
		b.path = append(b.path, step{index: i})
		if item.node.Kind != document.Null {
			out[i] = b.bind(t.Elem, []ref{item}, secret)
		} else if k := t.Go.Elem().Kind(); k != reflect.Pointer && k != reflect.Interface {
			b.mismatch(item, schema.Mismatch{Want: "a value"}, secret)
		}
		b.path = b.path[:len(b.path)-1]
	}
	return out
}

// bindAny returns what documents without a schema add up to: maps are merged,
// anything else is the highest layer's.
func (b *binder) bindAny(refs []ref, secret bool) any {
	top := refs[len(refs)-1]
	switch top.node.Kind {
	case document.Map:
		return b.bindMap(anyMap, refs, secret)
	case document.List:
		return b.bindList(anyList, top, secret)
	}
	if made := b.made(top); made != nil {
		if v, ok := made.Value(top.node); ok {
			return v
		}
	}
	v, miss := schema.Natural(top.node)
	if miss != nil {
		b.mismatch(top, *miss, secret)
		return nil
	}
	return v
}

var (
	anyScalar = &schema.Type{Kind: schema.Scalar}

	anyType = &schema.Type{Kind: schema.Any, Go: reflect.TypeFor[any]()}
	anyList = &schema.Type{Kind: schema.List, Go: reflect.TypeFor[[]any](), Elem: anyType}
	anyMap  = &schema.Type{Kind: schema.Map, Go: reflect.TypeFor[map[string]any](), Elem: anyType,
		Key: &schema.Type{Kind: schema.Scalar, Go: reflect.TypeFor[string]()}}
)

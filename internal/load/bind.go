package load

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/lastgood/internal/diagnose"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/schema"
)

// binder matches the layers of one pass with the schema.
type binder struct {
	loader   *Loader
	layers   []layer
	path     path // to the value being bound
	problems []found
}

// found is a problem with what is needed to place it.
type found struct {
	Problem
	path   path
	ref    ref  // the value at fault, if any
	secret bool // its line must not be shown
	onKey  bool // only the key may be shown, because the value could be a secret
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
	switch t.Kind {
	case schema.Struct, schema.Map:
		if refs = b.mapsOnly(refs, secret); refs == nil {
			return nil
		}
		if t.Kind == schema.Struct {
			return map[string]any(b.bindStruct(t, refs, secret))
		}
		return b.bindMap(t, refs, secret)
	case schema.List:
		if top.node.Kind != document.List {
			b.mismatch(top, schema.Mismatch{Want: "a list"}, secret)
			return nil
		}
		return b.bindList(t, top, secret)
	case schema.Any:
		return b.bindAny(refs, secret)
	default:
		return b.bindScalar(t, top, secret)
	}
}

// mapsOnly returns refs if all are maps, and otherwise reports those that are not.
func (b *binder) mapsOnly(refs []ref, secret bool) []ref {
	var other *ref // that is a map
	for i := range refs {
		if refs[i].node.Kind == document.Map {
			other = &refs[i]
		}
	}
	ok := true
	for _, r := range refs {
		if r.node.Kind == document.Map {
			continue
		}
		ok = false
		if other != nil {
			b.conflict(r, *other, secret)
		} else {
			b.mismatch(r, schema.Mismatch{Want: "a map of keys"}, secret)
		}
	}
	if !ok {
		return nil
	}
	return refs
}

func (b *binder) bindStruct(t *schema.Type, refs []ref, secret bool) opaque {
	out := make(opaque, len(t.Fields))
	slots := make([][]ref, len(t.Fields))
	var unknown []ref
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
				b.twice(f, child, (*slot)[n-1])
				continue
			}
			*slot = append(*slot, ref{r.layer, &child.Node, child})
		}
	}
	b.unknownKeys(t, unknown, out, secret)
	for i, f := range t.Fields {
		b.path = append(b.path, step{key: f.Key, isKey: true})
		put(out, f.Input, b.bindField(f, slots[i], secret || f.Secret))
		b.path = b.path[:len(b.path)-1]
	}
	return out
}

// bindField binds a field, its default tag being the lowest layer. A section
// that is not set at all still gets its defaults, unless it is a pointer, where
// nil says that it is not set.
func (b *binder) bindField(f *schema.Field, refs []ref, secret bool) any {
	refs = withoutNulls(refs)
	if node := b.loader.defaults[f]; node != nil {
		refs = append([]ref{{layer: fromDefault, node: node}}, refs...)
	}
	if len(refs) == 0 && f.Type.Defaults && !f.Pointer {
		return map[string]any(b.bindStruct(f.Type, nil, secret))
	}
	return b.bind(f.Type, refs, secret)
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

// unknownKeys keeps, ignores or reports the keys that a struct has no field for.
func (b *binder) unknownKeys(t *schema.Type, unknown []ref, out opaque, secret bool) {
	if len(unknown) == 0 {
		return
	}
	if t.Remain != nil {
		b.remain(t.Remain, unknown, out, secret || t.Remain.Secret)
		return
	}
	if b.loader.opts.AllowUnknown {
		return
	}
	for _, r := range unknown {
		if len(b.path) == 0 && strings.HasPrefix(r.key.Key, "x-") {
			continue // free for YAML anchors
		}
		p := Problem{Code: "unknown_key", Message: "unknown key"}
		if near := diagnose.Suggest(r.key.Key, t.Keys()); near != "" {
			p.Hint = fmt.Sprintf("did you mean %q?", near)
		}
		b.problems = append(b.problems, found{Problem: p, ref: r, secret: secret, onKey: true,
			path: b.path.child(step{key: r.key.Key, isKey: true, data: true})})
	}
}

// remain puts unknown keys where mapstructure finds them for a ",remain" field.
func (b *binder) remain(f *schema.Field, unknown []ref, out opaque, secret bool) {
	refs := map[string][]ref{}
	for _, r := range unknown {
		refs[r.key.Key] = append(refs[r.key.Key], r)
	}
	for key, refs := range refs {
		b.path = append(b.path, step{key: key, isKey: true, data: true})
		out[key] = b.bind(f.Type.Elem, withoutNulls(refs), secret)
		b.path = b.path[:len(b.path)-1]
	}
}

func (b *binder) bindMap(t *schema.Type, refs []ref, secret bool) any {
	byKey := map[string][]ref{}
	var order []*document.Child
	for _, r := range refs {
		for i := range r.node.Children {
			child := &r.node.Children[i]
			if byKey[child.Key] == nil {
				order = append(order, child)
			}
			byKey[child.Key] = append(byKey[child.Key], ref{r.layer, &child.Node, child})
		}
	}
	plain := t.Key.Go.Kind() == reflect.String && t.Key.Plain()
	texts, values := make(map[string]any), map[any]any{}
	for _, child := range order {
		b.path = append(b.path, step{key: child.Key, isKey: true, data: true})
		refs := withoutNulls(byKey[child.Key])
		switch {
		case len(refs) == 0: // null everywhere
		case plain:
			texts[child.Key] = b.bind(t.Elem, refs, secret)
		default:
			key, miss := t.Key.Convert(&document.Node{Kind: document.String, Text: child.Key})
			if miss != nil {
				top := refs[len(refs)-1]
				b.problems = append(b.problems, found{ref: top, path: b.here(), secret: secret, onKey: true,
					Problem: Problem{Code: "type", Message: "the key must be " + miss.Want, Hint: miss.Hint}})
			} else {
				values[key] = b.bind(t.Elem, refs, secret)
			}
		}
		b.path = b.path[:len(b.path)-1]
	}
	if plain {
		return texts
	}
	return values
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
	for _, r := range refs[:len(refs)-1] {
		if (r.node.Kind == document.Map) != (top.node.Kind == document.Map) {
			b.conflict(top, r, secret)
			return nil
		}
	}
	switch top.node.Kind {
	case document.Map:
		return b.bindMap(anyMap, refs, secret)
	case document.List:
		return b.bindList(anyList, top, secret)
	}
	v, miss := schema.Natural(top.node)
	if miss != nil {
		b.mismatch(top, *miss, secret)
		return nil
	}
	return v
}

var (
	anyType = &schema.Type{Kind: schema.Any, Go: reflect.TypeFor[any]()}
	anyList = &schema.Type{Kind: schema.List, Go: reflect.TypeFor[[]any](), Elem: anyType}
	anyMap  = &schema.Type{Kind: schema.Map, Go: reflect.TypeFor[map[string]any](), Elem: anyType,
		Key: &schema.Type{Kind: schema.Scalar, Go: reflect.TypeFor[string]()}}
)

func (b *binder) bindScalar(t *schema.Type, r ref, secret bool) any {
	if r.node.Kind == document.Map || r.node.Kind == document.List {
		b.mismatch(r, schema.Mismatch{Want: t.Name()}, secret)
		return nil
	}
	v, miss := t.Convert(r.node)
	if miss != nil {
		b.mismatch(r, *miss, secret)
		return nil
	}
	return v
}

// mismatch reports a value of the wrong type.
func (b *binder) mismatch(r ref, miss schema.Mismatch, secret bool) {
	message := "want " + miss.Want
	if !secret {
		message += ", got " + show(r.node)
	}
	b.report(r, Problem{Code: "type", Message: message, Hint: miss.Hint}, secret)
}

// conflict reports that layers disagree about whether a value is a map.
func (b *binder) conflict(at, other ref, secret bool) {
	what := func(r ref) string {
		if r.node.Kind == document.Map {
			return "a map of keys"
		}
		return article(r.node.Kind.String())
	}
	b.report(at, Problem{Code: "conflict", Message: fmt.Sprintf("it is %s here, but %s in %s",
		what(at), what(other), b.place(other))}, secret)
}

// twice reports two spellings of one key in one document.
func (b *binder) twice(f *schema.Field, child *document.Child, first ref) {
	message := fmt.Sprintf("%q is the same key as %q", child.Key, first.key.Key)
	if first.key.Line > 0 {
		message += fmt.Sprintf(" on line %d", first.key.Line)
	}
	b.problems = append(b.problems, found{
		Problem: Problem{Code: "duplicate_key", Message: message, Hint: fmt.Sprintf("keep one, %q", f.Key)},
		ref:     ref{first.layer, &child.Node, child}, secret: f.Secret, onKey: true,
		path: b.path.child(step{key: f.Key, isKey: true}),
	})
}

func (b *binder) report(r ref, p Problem, secret bool) {
	b.problems = append(b.problems, found{Problem: p, ref: r, path: b.here(), secret: secret})
}

// show says what was found where something else was wanted.
func show(n *document.Node) string {
	switch n.Kind {
	case document.Null, document.List, document.Map:
		return article(n.Kind.String())
	case document.String:
		return strconv.Quote(shorten(n.Text))
	}
	return shorten(n.Text)
}

// shorten cuts a text to what fits into a message.
func shorten(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

func article(kind string) string {
	switch kind {
	case "null":
		return kind
	case "integer":
		return "an " + kind
	}
	return "a " + kind
}

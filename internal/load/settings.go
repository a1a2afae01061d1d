package load

import (
	"reflect"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/origin"
	"example.com/lastgood/internal/schema"
)

// Setting is one value of a configuration with where it comes from.
type Setting struct {
	Key       string
	Value     any      // see render; nil where a pointer is
	Origin    Origin   // Nowhere if nothing sets it
	Overrides []Origin // what lower layers have for it, from the highest to the lowest
	Secret    bool
	Restart   bool     // it waits for one
	Pending   *Pending // what it waits for, or nil
}

// settings lists every leaf of a value that the layers added up to, in the order of
// the fields. Entries of maps are listed by their keys, items of lists one by one if
// they are sections.
func (b *binder) settings(value reflect.Value, pending []Pending) []Setting {
	var all []Setting
	var waiting pathMap[*Pending]
	for i := range pending {
		waiting.put(pending[i].path, &pending[i])
	}
	l := lister{binder: b, trail: new(trail), emit: func(at leaf) { all = append(all, b.setting(at, &waiting)) }}
	l.section(b.loader.schema, value, b.roots(), leaf{})
	return all
}

func (b *binder) setting(at leaf, waiting *pathMap[*Pending]) Setting {
	s := Setting{
		Key:     b.masked(at.path).String(),
		Value:   b.render(at.t, at.value, at.secret),
		Secret:  at.secret,
		Restart: at.restart,
	}
	for i := len(at.refs) - 1; i >= 0; i-- {
		o := b.originOf(at.refs[i])
		if s.Origin.Kind == Nowhere {
			s.Origin = o
		} else {
			s.Overrides = append(s.Overrides, o)
		}
	}
	if p, ok := waiting.around(at.path); ok {
		s.Pending, s.Origin, s.Overrides = p, Origin{Kind: origin.Running}, nil
	}
	return s
}

// leaf is a value that is listed as one setting.
type leaf struct {
	path    path
	t       *schema.Type
	value   reflect.Value
	refs    []ref // what the layers have for it, the highest last
	secret  bool
	restart bool
}

// lister calls emit for every leaf of a value.
type lister struct {
	*binder
	trail *trail
	emit  func(leaf)
}

// value lists what is at and below v.
func (l lister) value(t *schema.Type, v reflect.Value, refs []ref, at leaf) {
	defer l.trail.cut(len(*l.trail))
	for v.Kind() == reflect.Pointer && !v.IsNil() && l.trail.enter(v) {
		v = v.Elem()
	}
	if t.Kind == schema.Any && v.Kind() == reflect.Interface && !v.IsNil() {
		v = v.Elem()
		t, at.secret = naturalType(v), at.secret || schema.IsSecret(v.Type())
	}
	refs = withoutNulls(refs)
	switch {
	case v.Kind() == reflect.Pointer, !l.trail.enter(v): // it is nil, or leads back to itself
	case t.Kind == schema.Struct:
		l.section(t, v, refs, at)
		return
	case t.Kind == schema.Map && v.Len() > 0 && !at.secret:
		l.entries(t, v, refs, at)
		return
	case t.Kind == schema.List && v.Len() > 0 && !at.secret && isSection(t.Elem):
		l.items(t, v, refs, at)
		return
	}
	at.t, at.value, at.refs = t, v, refs
	l.emit(at)
}

func isSection(t *schema.Type) bool { return t.Kind == schema.Struct || t.Kind == schema.Map }

func (l lister) section(t *schema.Type, v reflect.Value, refs []ref, at leaf) {
	slots, unknown := l.align(t, refs, at.secret)
	for i, f := range t.Fields {
		fv, err := v.FieldByIndexErr(f.Index)
		if err != nil {
			continue // in an embedded pointer that is nil
		}
		inner := leaf{secret: at.secret || f.Secret, restart: at.restart || f.Restart}
		inner.path = at.path.child(step{key: f.Key, isKey: true})
		l.value(f.Type, fv, slots[i], inner)
	}
	if t.Remain == nil {
		return
	}
	if rest, err := v.FieldByIndexErr(t.Remain.Index); err == nil {
		byKey := map[any][]ref{}
		for _, r := range unknown {
			byKey[r.key.Key] = append(byKey[r.key.Key], r)
		}
		at.secret, at.restart = at.secret || t.Remain.Secret, at.restart || t.Remain.Restart
		l.keys(t.Remain.Type, rest, byKey, at)
	}
}

func (l lister) entries(t *schema.Type, v reflect.Value, refs []ref, at leaf) {
	byKey := map[any][]ref{}
	for _, e := range l.binder.entries(t, refs, isPlainKey(t), at.secret) {
		byKey[e.key.Interface()] = e.refs
	}
	l.keys(t, v, byKey, at)
}

// keys lists a map by its keys, sorted.
func (l lister) keys(t *schema.Type, v reflect.Value, byKey map[any][]ref, at leaf) {
	for _, e := range l.entriesOf(v) {
		name := e.key.Interface()
		if isPlainKey(t) {
			name = e.key.String() // as documents spell it, not as its own type
		}
		inner := at
		inner.path = at.path.child(e.step)
		l.value(t.Elem, e.value, byKey[name], inner)
	}
}

func (l lister) items(t *schema.Type, v reflect.Value, refs []ref, at leaf) {
	for i := range v.Len() {
		var item []ref
		if len(refs) > 0 { // lists are replaced: only the highest counts
			top := refs[len(refs)-1]
			if top.node.Kind == document.List && i < len(top.node.Children) {
				item = []ref{{top.layer, &top.node.Children[i].Node, nil}}
			}
		}
		inner := at
		inner.path = at.path.child(step{index: i})
		l.value(t.Elem, v.Index(i), item, inner)
	}
}

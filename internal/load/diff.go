package load

import (
	"reflect"
	"slices"
	"strings"

	"example.com/lastgood/internal/schema"
)

// Change is a setting that differs between two values.
type Change struct {
	Key      string
	Old, New any // as in [Setting]; nil where there is none
	Secret   bool
}

// Diff lists what differs between two pointers to values of the loader's type, in
// the order of the fields, leaf by leaf.
func (l *Loader) Diff(old, new any) []Change {
	d := differ{binder: &binder{loader: l}}
	d.value(l.schema, reflect.ValueOf(old).Elem(), reflect.ValueOf(new).Elem(), nil, false)
	return d.changes
}

type differ struct {
	*binder
	changes []Change
}

// value compares two values, of which one may be missing.
func (d *differ) value(t *schema.Type, a, b reflect.Value, p path, secret bool) {
	a, b = existing(a), existing(b)
	switch {
	case !a.IsValid() && !b.IsValid(), a.IsValid() && b.IsValid() && reflect.DeepEqual(a.Interface(), b.Interface()):
		return
	}
	if t.Kind == schema.Any {
		if t = commonType(a, b); t == anyScalar {
			d.change(t, a, b, p, secret)
			return
		}
	}
	switch {
	case t.Kind == schema.Struct:
		d.section(t, a, b, p, secret)
	case t.Kind == schema.Map && !secret:
		for _, key := range keysOf(a, b) {
			d.value(t.Elem, entryOf(a, key), entryOf(b, key), p.child(keyStep(key)), false)
		}
	case t.Kind == schema.List && !secret && isSection(t.Elem):
		for i := range max(lenOf(a), lenOf(b)) {
			d.value(t.Elem, itemOf(a, i), itemOf(b, i), p.child(step{index: i}), false)
		}
	default:
		d.change(t, a, b, p, secret)
	}
}

func (d *differ) section(t *schema.Type, a, b reflect.Value, p path, secret bool) {
	for _, f := range t.All() {
		at := p
		if f != t.Remain {
			at = p.child(step{key: f.Key, isKey: true})
		}
		d.value(f.Type, fieldOf(a, f), fieldOf(b, f), at, secret || f.Secret)
	}
}

func (d *differ) change(t *schema.Type, a, b reflect.Value, p path, secret bool) {
	shown := func(v reflect.Value) any {
		switch {
		case !v.IsValid():
			return nil
		case t == anyScalar: // or two values of different kinds where any may stand
			return render(naturalType(v), v, secret)
		}
		return render(t, v, secret)
	}
	d.changes = append(d.changes, Change{d.masked(p).String(), shown(a), shown(b), secret})
}

// existing returns what a pointer or interface leads to, or no value for nil.
func existing(v reflect.Value) reflect.Value {
	for v.IsValid() && (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) {
		v = v.Elem()
	}
	return v
}

// commonType is the type of two values that stand where any may.
func commonType(a, b reflect.Value) *schema.Type {
	switch {
	case !a.IsValid():
		return naturalType(b)
	case b.IsValid() && naturalType(a) != naturalType(b):
		return anyScalar
	}
	return naturalType(a)
}

func fieldOf(v reflect.Value, f *schema.Field) reflect.Value {
	if !v.IsValid() {
		return v
	}
	fv, err := v.FieldByIndexErr(f.Index)
	if err != nil {
		return reflect.Value{}
	}
	return fv
}

// keysOf returns the keys of both maps, sorted.
func keysOf(a, b reflect.Value) []reflect.Value {
	var keys []reflect.Value
	if a.IsValid() {
		keys = a.MapKeys()
	}
	if b.IsValid() {
		for _, key := range b.MapKeys() {
			if !entryOf(a, key).IsValid() {
				keys = append(keys, key)
			}
		}
	}
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(keyStep(a).key, keyStep(b).key) })
	return keys
}

func entryOf(v, key reflect.Value) reflect.Value {
	if !v.IsValid() {
		return v
	}
	return v.MapIndex(key)
}

func lenOf(v reflect.Value) int {
	if !v.IsValid() {
		return 0
	}
	return v.Len()
}

func itemOf(v reflect.Value, i int) reflect.Value {
	if i >= lenOf(v) {
		return reflect.Value{}
	}
	return v.Index(i)
}

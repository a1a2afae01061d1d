package explain

import (
	"reflect"
	"slices"
	"strings"

	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/schema"
)

// Change is a setting that differs between two values.
type Change struct {
	Key      string
	Old, New any // as in [Setting]; nil where there is none
	Secret   bool
}

// Diff lists what differs between two pointers to values of type t, in the order of the
// fields, leaf by leaf.
func Diff(t *schema.Type, old, new any) []Change {
	d := differ{schema: t}
	d.value(t, reflect.ValueOf(old).Elem(), reflect.ValueOf(new).Elem(), nil, false)
	return d.changes
}

type differ struct {
	schema  *schema.Type
	changes []Change
}

// value compares two values, of which one may be missing.
func (d *differ) value(t *schema.Type, a, b reflect.Value, p keypath.Path, secret bool) {
	a, b = existing(a), existing(b)
	switch {
	case !a.IsValid() && !b.IsValid(), a.IsValid() && b.IsValid() && equal(a, b):
		return
	}
	if t.Kind == schema.Any {
		if t = commonType(a, b); t == schema.AnyScalar() {
			d.change(t, a, b, p, secret)
			return
		}
	}
	switch {
	case t.Kind == schema.Struct:
		d.section(t, a, b, p, secret)
	case t.Kind == schema.Map && !secret:
		for _, key := range keysOf(a, b) {
			d.value(t.Elem, entryOf(a, key), entryOf(b, key), p.Child(merge.EntryStep(key)), false)
		}
	case t.Kind == schema.List && !secret && t.Elem.Section():
		for i := range max(lenOf(a), lenOf(b)) {
			d.value(t.Elem, itemOf(a, i), itemOf(b, i), p.Child(keypath.Item(i)), false)
		}
	default:
		d.change(t, a, b, p, secret)
	}
}

// equal compares two values of one type, by pointers to them if it can: nothing is
// copied then.
func equal(a, b reflect.Value) bool {
	if a.CanAddr() && b.CanAddr() {
		a, b = a.Addr(), b.Addr()
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

func (d *differ) section(t *schema.Type, a, b reflect.Value, p keypath.Path, secret bool) {
	for _, f := range t.All() {
		at := p
		if f != t.Remain {
			at = p.Child(keypath.Field(f.Key))
		}
		d.value(f.Type, fieldOf(a, f), fieldOf(b, f), at, secret || f.Secret)
	}
}

func (d *differ) change(t *schema.Type, a, b reflect.Value, p keypath.Path, secret bool) {
	shown := func(v reflect.Value) any {
		switch {
		case !v.IsValid():
			return nil
		case t == schema.AnyScalar(): // or two values of different kinds where any may stand
			return Render(schema.TypeOf(v), v, secret)
		}
		return Render(t, v, secret)
	}
	d.changes = append(d.changes, Change{d.schema.Mask(p).String(), shown(a), shown(b), secret})
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
		return schema.TypeOf(b)
	case b.IsValid() && schema.TypeOf(a) != schema.TypeOf(b):
		return schema.AnyScalar()
	}
	return schema.TypeOf(a)
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
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(merge.EntryStep(a).Key, merge.EntryStep(b).Key) })
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

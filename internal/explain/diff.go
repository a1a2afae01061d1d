package explain

import (
	"math"
	"reflect"
	"slices"
	"strings"

	"example.com/lastgood/internal/convert"
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
	changes, _ := diff(t, old, new, math.MaxInt)
	return changes
}

// DiffBriefly lists the first changes that [Diff] would, and counts the rest. Long
// values are cut, and nothing of the two values is shared, so that the changes can be
// kept when those are not.
func DiffBriefly(t *schema.Type, old, new any, most int) (changes []Change, rest int) {
	changes, rest = diff(t, old, new, most)
	for i := range changes {
		changes[i].Old, changes[i].New = brief(changes[i].Old), brief(changes[i].New)
	}
	return changes, rest
}

func diff(t *schema.Type, old, new any, most int) (changes []Change, rest int) {
	d := differ{schema: t, most: most}
	d.value(t, reflect.ValueOf(old).Elem(), reflect.ValueOf(new).Elem(), nil, false)
	return d.changes, d.rest
}

type differ struct {
	schema  *schema.Type
	changes []Change
	most    int
	rest    int // changes beyond those
}

// value compares two values, of which one may be missing.
func (d *differ) value(t *schema.Type, a, b reflect.Value, p keypath.Path, secret bool) {
	a, b = existing(a), existing(b)
	if !areEqual(a, b) {
		d.different(t, a, b, p, secret)
	}
}

// areEqual reports whether two values, without pointers, are equal or both missing.
func areEqual(a, b reflect.Value) bool {
	if !a.IsValid() || !b.IsValid() {
		return a.IsValid() == b.IsValid()
	}
	if a.CanAddr() && b.CanAddr() { // nothing is copied then
		a, b = a.Addr(), b.Addr()
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

// different lists what differs in two values that do.
func (d *differ) different(t *schema.Type, a, b reflect.Value, p keypath.Path, secret bool) {
	if t.Kind == schema.Any {
		secret = secret || a.IsValid() && convert.IsSecret(a.Type()) || b.IsValid() && convert.IsSecret(b.Type())
		if t = commonType(a, b); t == schema.AnyScalar() {
			d.change(t, a, b, p, secret)
			return
		}
	}
	switch {
	case t.Kind == schema.Struct:
		d.section(t, a, b, p, secret)
	case t.Kind == schema.Map && !secret:
		for _, e := range d.differing(a, b) {
			d.different(t.Elem, e.a, e.b, d.below(p, e.at), false)
		}
	case t.Kind == schema.List && !secret && t.Elem.Section():
		for i := range max(lenOf(a), lenOf(b)) {
			d.value(t.Elem, itemOf(a, i), itemOf(b, i), d.below(p, keypath.Item(i)), false)
		}
	default:
		d.change(t, a, b, p, secret)
	}
}

// isBrief reports whether values are cut.
func (d *differ) isBrief() bool { return d.most < math.MaxInt }

// isFull reports whether changes are only counted from now on, so that neither their
// paths nor their order matters.
func (d *differ) isFull() bool { return len(d.changes) >= d.most }

func (d *differ) below(p keypath.Path, s keypath.Step) keypath.Path {
	if d.isFull() {
		return nil
	}
	return p.Child(s)
}

func (d *differ) section(t *schema.Type, a, b reflect.Value, p keypath.Path, secret bool) {
	for _, f := range t.All() {
		at := p
		if f != t.Remain {
			at = d.below(p, keypath.Field(f.Key))
		}
		d.value(f.Type, fieldOf(a, f), fieldOf(b, f), at, secret || f.Secret)
	}
}

func (d *differ) change(t *schema.Type, a, b reflect.Value, p keypath.Path, secret bool) {
	if d.isFull() {
		d.rest++
		return
	}
	shown := func(v reflect.Value) any {
		switch {
		case !v.IsValid():
			return nil
		case d.isBrief() && v.Kind() == reflect.Slice && v.Len() > mostBrief:
			v = v.Slice(0, mostBrief+1) // the rest is not shown, and need not be rendered
		}
		switch {
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

// pair is what two maps have at a key.
type pair struct {
	at   keypath.Step
	a, b reflect.Value // as existing returns them
}

// differing returns the keys at which two maps differ, sorted.
func (d *differ) differing(a, b reflect.Value) []pair {
	var all []pair
	add := func(key, a, b reflect.Value) {
		if a, b = existing(a), existing(b); !areEqual(a, b) {
			all = append(all, pair{merge.EntryStep(key), a, b})
		}
	}
	if a.IsValid() {
		for it := a.MapRange(); it.Next(); {
			add(it.Key(), it.Value(), entryOf(b, it.Key()))
		}
	}
	if b.IsValid() {
		for it := b.MapRange(); it.Next(); {
			if !entryOf(a, it.Key()).IsValid() {
				add(it.Key(), reflect.Value{}, it.Value())
			}
		}
	}
	if !d.isFull() {
		slices.SortFunc(all, func(a, b pair) int { return strings.Compare(a.at.Key, b.at.Key) })
	}
	return all
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

package explain

import (
	"context"
	"math"
	"reflect"
	"slices"
	"strings"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/value"
)

// Change is a setting that differs between two values.
type Change struct {
	Key      string
	Old, New any // as in [Setting]; nil where there is none
	Secret   bool
}

// Diff lists what differs between two pointers to values of type t, in the order of the
// fields, leaf by leaf. A nil pointer has nothing.
func Diff(ctx context.Context, t *schema.Type, old, new any) []Change {
	changes, _ := diff(ctx, t, old, new, math.MaxInt)
	return changes
}

// DiffBriefly lists the first changes that [Diff] would, and counts the rest. Long
// values are cut, and nothing of the two values is shared, so that the changes can be
// kept when those are not.
func DiffBriefly(ctx context.Context, t *schema.Type, old, new any, most int) (changes []Change, rest int) {
	changes, rest = diff(ctx, t, old, new, most)
	for i := range changes {
		changes[i].Old, changes[i].New = brief(changes[i].Old), brief(changes[i].New)
	}
	return changes, rest
}

func diff(ctx context.Context, t *schema.Type, old, new any, most int) (changes []Change, rest int) {
	d := differ{schema: t, running: guard.Under(ctx), most: most}
	d.value(t, reflect.ValueOf(old), reflect.ValueOf(new), nil, false)
	return d.changes, d.rest
}

type differ struct {
	schema   *schema.Type
	running  *guard.Running
	trail    value.Trail
	changes  []Change
	most     int
	rest     int  // changes beyond those
	counting bool // what is found now is beyond them
}

// value compares two values, of which one may be missing.
func (d *differ) value(t *schema.Type, a, b reflect.Value, p keypath.Path, secret bool) {
	defer d.trail.Cut(len(d.trail))
	a, fromA := existing(a)
	b, fromB := existing(b)
	if !areEqual(a, b) && d.trail.EnterBoth(fromA, fromB) {
		d.different(t, a, b, p, secret)
	}
}

// areEqual reports whether two values, as existing returns them, are equal or both
// missing.
func areEqual(a, b reflect.Value) bool {
	if !a.IsValid() || !b.IsValid() {
		return a.IsValid() == b.IsValid()
	}
	if a.CanAddr() && b.CanAddr() { // nothing is copied then
		a, b = a.Addr(), b.Addr()
	}
	return value.Equal(a.Interface(), b.Interface())
}

// areAlike is like areEqual for values behind pointers.
func areAlike(a, b reflect.Value) bool {
	a, _ = existing(a)
	b, _ = existing(b)
	return areEqual(a, b)
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
		d.entries(t, a, b, p)
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
func (d *differ) isFull() bool { return d.counting || len(d.changes) >= d.most }

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
			return Render(d.running, schema.TypeOf(v), v, secret)
		}
		return Render(d.running, t, v, secret)
	}
	d.changes = append(d.changes, Change{d.schema.Mask(p).String(), shown(a), shown(b), secret})
}

// existing returns what a pointer or interface leads to, or no value for nil, nor for
// one that leads to itself; and the last pointer on the way, or else the value.
func existing(v reflect.Value) (to, from reflect.Value) {
	from = v
	for range maxPointers {
		switch v.Kind() {
		case reflect.Pointer:
			from = v
		case reflect.Interface:
			from = v.Elem()
		default:
			return v, from
		}
		v = v.Elem()
	}
	return reflect.Value{}, reflect.Value{}
}

// maxPointers is more pointers to pointers than a type can have.
const maxPointers = 100

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

// pair is a key of two maps, of which one may lack it, with what they have for it.
type pair struct {
	step    keypath.Step
	a, b    reflect.Value
	changes int // in it; none where one is an empty section and the other missing
}

// firstPairs collects where two maps differ, sorted, as far as it is listed. The rest is
// counted.
type firstPairs struct {
	*differ
	elem *schema.Type
	most int
	kept []pair
	full bool // kept is sorted up to most, and what is beyond that is not listed
}

// entries lists the differing entries of two maps, of which one may be missing.
func (d *differ) entries(t *schema.Type, a, b reflect.Value, p keypath.Path) {
	first := firstPairs{differ: d, elem: t.Elem, most: d.most - len(d.changes)}
	if d.isFull() {
		first.most, first.full = 0, true
	}
	if hasLostKeys(a) || hasLostKeys(b) {
		for _, e := range d.pairs(a, b) {
			if !areAlike(e.a, e.b) {
				first.add(e.step, e.a, e.b)
			}
		}
	} else {
		first.addAll(a, b)
	}
	first.sort()
	for _, e := range first.kept {
		d.value(t.Elem, e.a, e.b, d.below(p, e.step), false)
	}
}

// addAll adds what is at each key of two maps.
func (f *firstPairs) addAll(a, b reflect.Value) {
	if a.IsValid() {
		for it := a.MapRange(); it.Next(); {
			if other := entryOf(b, it.Key()); !areAlike(it.Value(), other) {
				f.add(value.Step(f.running, it.Key()), it.Value(), other)
			}
		}
	}
	if b.IsValid() {
		for it := b.MapRange(); it.Next(); {
			if !entryOf(a, it.Key()).IsValid() {
				f.add(value.Step(f.running, it.Key()), reflect.Value{}, it.Value())
			}
		}
	}
}

// hasLostKeys reports whether a map has keys that do not equal themselves, as NaN: they
// belong together as they are spelled.
func hasLostKeys(m reflect.Value) bool {
	if !m.IsValid() {
		return false
	}
	switch m.Type().Key().Kind() {
	case reflect.Float32, reflect.Float64, reflect.Interface, reflect.Struct, reflect.Array, reflect.Complex64, reflect.Complex128:
		for it := m.MapRange(); it.Next(); {
			if !it.Key().Equal(it.Key()) {
				return true
			}
		}
	}
	return false
}

func (f *firstPairs) add(at keypath.Step, a, b reflect.Value) {
	e := pair{at, a, b, 1}
	if f.isBrief() && f.elem.Kind != schema.Scalar {
		e.changes = f.count(e)
	}
	switch {
	case e.changes == 0:
		return
	case f.full && (f.most == 0 || f.kept[f.most-1].step.Key < at.Key):
		f.rest += e.changes
		return
	}
	f.kept = append(f.kept, e)
	if len(f.kept)/2 >= f.most {
		f.sort()
		f.full = true
	}
}

// sort sorts what has been kept, and counts what is not listed of it.
func (f *firstPairs) sort() {
	slices.SortFunc(f.kept, func(a, b pair) int { return strings.Compare(a.step.Key, b.step.Key) })
	most := min(len(f.kept), f.most)
	for _, e := range f.kept[most:] {
		f.rest += e.changes
	}
	f.kept = f.kept[:most]
}

// count returns how many changes there are in a pair.
func (f *firstPairs) count(e pair) int {
	rest, counting := f.rest, f.counting
	f.rest, f.counting = 0, true
	f.value(f.elem, e.a, e.b, nil, false)
	counted := f.rest
	f.rest, f.counting = rest, counting
	return counted
}

// pairs returns the keys of both maps, sorted. Those that do not equal themselves, as
// NaN, belong together as they are spelled.
func (d *differ) pairs(a, b reflect.Value) []pair {
	left, right := value.Entries(d.running, a), value.Entries(d.running, b)
	all := make([]pair, 0, max(len(left), len(right)))
	for len(left) > 0 || len(right) > 0 {
		order := 0
		switch {
		case len(left) == 0:
			order = 1
		case len(right) == 0:
			order = -1
		default:
			order = strings.Compare(left[0].Step.Key, right[0].Step.Key)
		}
		var next pair
		if order <= 0 {
			next.step, next.a, left = left[0].Step, left[0].Value, left[1:]
		}
		if order >= 0 {
			next.step, next.b, right = right[0].Step, right[0].Value, right[1:]
		}
		all = append(all, next)
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

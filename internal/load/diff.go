package load

import (
	"math"
	"reflect"
	"slices"
	"strconv"
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
	changes, _ := l.diff(old, new, math.MaxInt)
	return changes
}

// DiffBriefly lists the first changes that [Loader.Diff] would, and counts the rest.
// Long values are cut, and nothing of the two values is shared, so that the changes can
// be kept when those are not.
func (l *Loader) DiffBriefly(old, new any, most int) (changes []Change, rest int) {
	changes, rest = l.diff(old, new, most)
	for i := range changes {
		changes[i].Old, changes[i].New = brief(changes[i].Old), brief(changes[i].New)
	}
	return changes, rest
}

func (l *Loader) diff(old, new any, most int) (changes []Change, rest int) {
	d := differ{binder: &binder{loader: l}, most: most}
	d.section(l.schema, reflect.ValueOf(old).Elem(), reflect.ValueOf(new).Elem(), nil, false)
	return d.changes, d.rest
}

type differ struct {
	*binder
	changes  []Change
	most     int
	rest     int  // changes beyond those
	counting bool // what is found now is beyond them
}

// value compares two values, of which one may be missing.
func (d *differ) value(t *schema.Type, a, b reflect.Value, p path, secret bool) {
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
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

// different lists what differs in two values that do.
func (d *differ) different(t *schema.Type, a, b reflect.Value, p path, secret bool) {
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
		d.entries(t, a, b, p)
	case t.Kind == schema.List && !secret && isSection(t.Elem):
		for i := range max(lenOf(a), lenOf(b)) {
			d.value(t.Elem, itemOf(a, i), itemOf(b, i), d.below(p, step{index: i}), false)
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

func (d *differ) below(p path, s step) path {
	if d.isFull() {
		return nil
	}
	return p.child(s)
}

func (d *differ) section(t *schema.Type, a, b reflect.Value, p path, secret bool) {
	for _, f := range t.All() {
		at := p
		if f != t.Remain {
			at = d.below(p, step{key: f.Key, isKey: true})
		}
		d.value(f.Type, fieldOf(a, f), fieldOf(b, f), at, secret || f.Secret)
	}
}

func (d *differ) change(t *schema.Type, a, b reflect.Value, p path, secret bool) {
	if d.isFull() {
		d.rest++
		return
	}
	shown := func(v reflect.Value) any {
		switch {
		case !v.IsValid():
			return nil
		case t == anyScalar: // or two values of different kinds where any may stand
			return render(naturalType(v), v, secret)
		}
		if d.isBrief() && t.Kind == schema.List && v.Kind() == reflect.Slice && v.Len() > mostBrief {
			v = v.Slice(0, mostBrief+1) // the rest is not shown, and need not be rendered
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

// pair is what two maps have at a key.
type pair struct {
	at      step
	a, b    reflect.Value // as existing returns them
	changes int           // in it; none where one is an empty section and the other missing
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
func (d *differ) entries(t *schema.Type, a, b reflect.Value, p path) {
	first := firstPairs{differ: d, elem: t.Elem, most: d.most - len(d.changes)}
	if d.isFull() {
		first.most, first.full = 0, true
	}
	if a.IsValid() {
		for it := a.MapRange(); it.Next(); {
			first.add(it.Key(), it.Value(), entryOf(b, it.Key()))
		}
	}
	if b.IsValid() {
		for it := b.MapRange(); it.Next(); {
			if !entryOf(a, it.Key()).IsValid() {
				first.add(it.Key(), reflect.Value{}, it.Value())
			}
		}
	}
	first.sort()
	for _, e := range first.kept {
		d.different(t.Elem, e.a, e.b, d.below(p, e.at), false)
	}
}

func (f *firstPairs) add(key, a, b reflect.Value) {
	if a, b = existing(a), existing(b); areEqual(a, b) {
		return
	}
	e := pair{keyStep(key), a, b, 1}
	if f.isBrief() && f.elem.Kind != schema.Scalar {
		e.changes = f.count(e)
	}
	switch {
	case e.changes == 0:
		return
	case f.full && (f.most == 0 || f.kept[f.most-1].at.key < e.at.key):
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
	slices.SortFunc(f.kept, func(a, b pair) int { return strings.Compare(a.at.key, b.at.key) })
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
	f.different(f.elem, e.a, e.b, nil, false)
	counted := f.rest
	f.rest, f.counting = rest, counting
	return counted
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

// HasSecrets reports whether the loader's type has secrets.
func (l *Loader) HasSecrets() bool { return l.schema.Secrets }

// Redact takes the secrets of values, pointers to the loader's type, out of a text.
func (l *Loader) Redact(text string, values ...any) string {
	if !l.schema.Secrets {
		return text
	}
	var secrets []string
	list := lister{binder: &binder{loader: l}, emit: func(at leaf) {
		if at.secret {
			secrets = appendTexts(secrets, at.value)
		}
	}}
	for _, v := range values {
		list.section(l.schema, reflect.ValueOf(v).Elem(), nil, leaf{})
	}
	return replaceAll(text, secrets)
}

// appendTexts adds the texts in a secret value.
func appendTexts(to []string, v reflect.Value) []string {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return appendTexts(to, v.Elem())
		}
	case reflect.String:
		return appendSecret(to, v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return appendSecret(to, strconv.FormatInt(v.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return appendSecret(to, strconv.FormatUint(v.Uint(), 10))
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 && v.Kind() == reflect.Slice {
			return appendSecret(to, string(v.Bytes()))
		}
		for i := range v.Len() {
			to = appendTexts(to, v.Index(i))
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			to = appendTexts(appendTexts(to, it.Key()), it.Value())
		}
	case reflect.Struct:
		if v.CanInterface() {
			if text, ok := marshalled(v); ok {
				to = appendSecret(to, text)
			}
		}
		for i := range v.NumField() {
			to = appendTexts(to, v.Field(i))
		}
	}
	return to
}

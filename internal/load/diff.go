package load

import (
	"context"
	"reflect"
	"strconv"
	"strings"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/schema"
)

// Change is a setting that differs between two values.
type Change struct {
	Key      string
	Old, New any // as in [Setting]; nil where there is none
	Secret   bool
}

// Diff lists what differs between two pointers to values of the loader's type, in
// the order of the fields, leaf by leaf. A nil pointer has nothing.
func (l *Loader) Diff(ctx context.Context, old, new any) []Change {
	d := differ{binder: &binder{loader: l, running: guard.Under(ctx)}}
	d.value(l.schema, reflect.ValueOf(old), reflect.ValueOf(new), nil, false)
	return d.changes
}

type differ struct {
	*binder
	trail   trail
	changes []Change
}

// value compares two values, of which one may be missing.
func (d *differ) value(t *schema.Type, a, b reflect.Value, p path, secret bool) {
	defer d.trail.cut(len(d.trail))
	a, fromA := existing(a)
	b, fromB := existing(b)
	switch {
	case !a.IsValid() && !b.IsValid(), a.IsValid() && b.IsValid() && Equal(a.Interface(), b.Interface()):
		return
	case !d.trail.enterBoth(fromA, fromB):
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
		for _, e := range d.pairs(a, b) {
			d.value(t.Elem, e.a, e.b, p.child(e.step), false)
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
			return d.render(naturalType(v), v, secret)
		}
		return d.render(t, v, secret)
	}
	d.changes = append(d.changes, Change{d.masked(p).String(), shown(a), shown(b), secret})
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

// pair is a key of two maps, of which one may lack it, with what they have for it.
type pair struct {
	step step
	a, b reflect.Value
}

// pairs returns the keys of both maps, sorted. Those that do not equal themselves, as
// NaN, belong together as they are spelled.
func (d *differ) pairs(a, b reflect.Value) []pair {
	left, right := d.entriesOf(a), d.entriesOf(b)
	all := make([]pair, 0, max(len(left), len(right)))
	for len(left) > 0 || len(right) > 0 {
		var order int
		switch {
		case len(left) == 0:
			order = 1
		case len(right) == 0:
			order = -1
		default:
			order = strings.Compare(left[0].step.key, right[0].step.key)
		}
		var next pair
		if order <= 0 {
			next.step, next.a, left = left[0].step, left[0].value, left[1:]
		}
		if order >= 0 {
			next.step, next.b, right = right[0].step, right[0].value, right[1:]
		}
		all = append(all, next)
	}
	return all
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
	secrets := secretTexts{binder: &binder{loader: l}, seen: map[reference]bool{}}
	list := lister{binder: secrets.binder, trail: new(trail), emit: func(at leaf) {
		if at.secret {
			secrets.add(at.value)
		}
	}}
	for _, v := range values {
		list.section(l.schema, reflect.ValueOf(v).Elem(), nil, leaf{})
	}
	return replaceAll(text, secrets.found)
}

// secretTexts collects the texts in secret values.
type secretTexts struct {
	*binder
	seen  map[reference]bool // of the values, which may lead back to themselves
	found []string
}

func (s *secretTexts) add(v reflect.Value) {
	if at := address(v); at != 0 {
		ref := reference{typ: v.Type(), a: at}
		if s.seen[ref] {
			return
		}
		s.seen[ref] = true
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			s.add(v.Elem())
		}
	case reflect.String:
		s.found = appendSecret(s.found, v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		s.found = appendSecret(s.found, strconv.FormatInt(v.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		s.found = appendSecret(s.found, strconv.FormatUint(v.Uint(), 10))
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 && v.Kind() == reflect.Slice {
			s.found = appendSecret(s.found, string(v.Bytes()))
			return
		}
		for i := range v.Len() {
			s.add(v.Index(i))
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			s.add(it.Key())
			s.add(it.Value())
		}
	case reflect.Struct:
		if v.CanInterface() {
			if text, ok := s.marshalled(v); ok {
				s.found = appendSecret(s.found, text)
			}
		}
		for i := range v.NumField() {
			s.add(v.Field(i))
		}
	}
}

package explain

import (
	"context"
	"math"
	"reflect"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/value"
)

// Change is a setting that differs between two values.
type Change struct {
	Key      string
	Old, New any // as in [Setting]; nil where there is none
	Secret   bool
}

// Side is one of two values that are compared: a pointer, and the tree that it was decoded
// from, which may be nil if nothing in it is from elsewhere than its documents. With Hide,
// whether something is, is not known, and no value is shown.
type Side struct {
	Value any
	Tree  *merge.Tree
	Hide  bool
}

// Diff lists what differs between two values of type t, in the order of the fields, leaf by
// leaf. A nil pointer has nothing.
func Diff(ctx context.Context, t *schema.Type, old, new Side) []Change {
	changes, _ := diff(ctx, t, old, new, math.MaxInt)
	return changes
}

// DiffBriefly lists the first changes that [Diff] would, and counts the rest. Long
// values are cut, and nothing of the two values is shared, so that the changes can be
// kept when those are not.
func DiffBriefly(ctx context.Context, t *schema.Type, old, new Side, most int) (changes []Change, rest int) {
	changes, rest = diff(ctx, t, old, new, most)
	for i := range changes {
		changes[i].Old, changes[i].New = brief(changes[i].Old), brief(changes[i].New)
	}
	return changes, rest
}

func diff(ctx context.Context, t *schema.Type, old, new Side, most int) (changes []Change, rest int) {
	d := differ{schema: t, running: guard.Under(ctx), most: most}
	d.old, d.new, d.hideOld, d.hideNew = finder(old.Tree), finder(new.Tree), old.Hide, new.Hide
	d.value(t, reflect.ValueOf(old.Value), reflect.ValueOf(new.Value), nil, false)
	return d.changes, d.rest
}

type differ struct {
	schema  *schema.Type
	running *guard.Running
	trail   value.Trail
	changes []Change
	most    int
	rest    int // changes beyond those

	old, new         *merge.Report // nil where nothing in the tree is from elsewhere
	hideOld, hideNew bool
}

// finder returns what finds values in a tree where some are from elsewhere, or nil.
func finder(tree *merge.Tree) *merge.Report {
	if tree == nil || !tree.HasSources() {
		return nil
	}
	return merge.Lookup(tree)
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
	case t.Kind == schema.List && !secret && t.Elem.Kind.Section():
		for i := range max(lenOf(a), lenOf(b)) {
			d.value(t.Elem, itemOf(a, i), itemOf(b, i), d.below(p, keypath.Item(i)), false)
		}
	default:
		d.change(t, a, b, p, secret)
	}
}

// isFull reports whether changes are only counted from now on.
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
		case t == schema.AnyScalar(): // or two values of different kinds where any may be
			return Render(d.running, schema.TypeOf(v), v, secret)
		}
		if d.most < math.MaxInt && t.Kind == schema.List && v.Kind() == reflect.Slice && v.Len() > mostBrief {
			v = v.Slice(0, mostBrief+1) // the rest is not shown, and need not be rendered
		}
		return Render(d.running, t, v, secret)
	}
	c := Change{d.shown(p).String(), shown(a), shown(b), secret}
	if !secret {
		d.asWritten(&c, a, b, p)
	}
	d.changes = append(d.changes, c)
}

// shown returns a path as it may be shown.
func (d *differ) shown(p keypath.Path) keypath.Path {
	if d.hideOld || d.hideNew {
		return schema.MaskData(p)
	}
	return merge.MaskPathIn(d.schema, p, d.old, d.new)
}

// asWritten shows the values of a change as documents have them where these refer elsewhere.
func (d *differ) asWritten(c *Change, a, b reflect.Value, p keypath.Path) {
	show := func(shown *any, v reflect.Value, r *merge.Report, hide bool) {
		if hide && v.IsValid() {
			*shown = redact.Mask
		}
		if r != nil {
			if value, secret, ok := Written(r, p); ok && v.IsValid() {
				*shown, c.Secret = value, c.Secret || secret
			}
		}
	}
	show(&c.Old, a, d.old, d.hideOld)
	show(&c.New, b, d.new, d.hideNew)
	if c.Secret { // on one side, at least
		show(&c.Old, a, nil, true)
		show(&c.New, b, nil, true)
	}
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

// commonType is the type of two values where any may be.
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

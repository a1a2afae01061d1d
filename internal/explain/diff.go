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
	Old, New any // as in [Setting]; nil if missing
	Secret   bool
}

// Side is one of two values to compare: a pointer to a struct, and the tree it was decoded
// from. Tree may be nil if no value comes from a variable, file or secret document. With Hide
// that is unknown, and no value is shown.
type Side struct {
	Value any
	Tree  *merge.Tree
	Hide  bool
}

// Diff returns the differences between two values of type t, leaf by leaf, in the order of the
// fields. A nil pointer has no fields.
func Diff(ctx context.Context, t *schema.Type, old, new Side) []Change {
	changes, _ := diff(ctx, t, old, new, math.MaxInt)
	return changes
}

// DiffBriefly returns the first differences of [Diff], at most max, and the number of the
// others. Long values are cut, and the result shares no memory with the values.
func DiffBriefly(ctx context.Context, t *schema.Type, old, new Side, max int) (changes []Change, rest int) {
	changes, rest = diff(ctx, t, old, new, max)
	for i := range changes {
		changes[i].Old, changes[i].New = brief(changes[i].Old), brief(changes[i].New)
	}
	return changes, rest
}

func diff(ctx context.Context, t *schema.Type, old, new Side, max int) (changes []Change, rest int) {
	d := differ{schema: t, running: guard.Under(ctx), max: max}
	d.old, d.new, d.hideOld, d.hideNew = sourceReport(old.Tree), sourceReport(new.Tree), old.Hide, new.Hide
	d.value(t, reflect.ValueOf(old.Value), reflect.ValueOf(new.Value), nil, false)
	return d.changes, d.rest
}

// differ collects the differences of two values.
type differ struct {
	schema  *schema.Type
	running *guard.Running
	trail   value.Trail
	changes []Change
	max     int
	rest    int // the number of further changes

	old, new         *merge.Report // nil for a tree without sources
	hideOld, hideNew bool
}

// sourceReport returns a report to locate values in a tree with sources, or nil for a tree
// without.
func sourceReport(tree *merge.Tree) *merge.Report {
	if tree == nil || !tree.HasSources() {
		return nil
	}
	return merge.Lookup(tree)
}

// value compares two values, of which one may be missing.
func (d *differ) value(t *schema.Type, a, b reflect.Value, p keypath.Path, secret bool) {
	defer d.trail.Cut(len(d.trail))
	a, fromA := indirect(a)
	b, fromB := indirect(b)
	if !areEqual(a, b) && d.trail.EnterBoth(fromA, fromB) {
		d.listDifferences(t, a, b, p, secret)
	}
}

// areEqual reports whether two values, as returned by indirect, are equal or both missing.
func areEqual(a, b reflect.Value) bool {
	if !a.IsValid() || !b.IsValid() {
		return a.IsValid() == b.IsValid()
	}
	if a.CanAddr() && b.CanAddr() { // avoids a copy
		a, b = a.Addr(), b.Addr()
	}
	return value.Equal(a.Interface(), b.Interface())
}

// areEqualIndirect is areEqual for values behind pointers.
func areEqualIndirect(a, b reflect.Value) bool {
	a, _ = indirect(a)
	b, _ = indirect(b)
	return areEqual(a, b)
}

// listDifferences adds the differences of two values that are not equal.
func (d *differ) listDifferences(t *schema.Type, a, b reflect.Value, p keypath.Path, secret bool) {
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
			d.value(t.Elem, itemOf(a, i), itemOf(b, i), d.childPath(p, keypath.Item(i)), false)
		}
	default:
		d.change(t, a, b, p, secret)
	}
}

// isFull reports whether further changes are only counted.
func (d *differ) isFull() bool { return len(d.changes) >= d.max }

// childPath returns p.Child(s), or nil if the path is not needed.
func (d *differ) childPath(p keypath.Path, s keypath.Step) keypath.Path {
	if d.isFull() {
		return nil
	}
	return p.Child(s)
}

// section compares two sections, of which one may be missing.
func (d *differ) section(t *schema.Type, a, b reflect.Value, p keypath.Path, secret bool) {
	for _, f := range t.All() {
		at := p
		switch {
		case f != t.Remain:
			at = d.childPath(p, keypath.Field(f.Key))
		case secret || f.Secret: // one change for all entries
			at = d.childPath(p, keypath.Entry(redact.Hidden))
		}
		d.value(f.Type, fieldOf(a, f), fieldOf(b, f), at, secret || f.Secret)
	}
}

// change adds a change of a leaf.
func (d *differ) change(t *schema.Type, a, b reflect.Value, p keypath.Path, secret bool) {
	if d.isFull() {
		d.rest++
		return
	}
	shown := func(v reflect.Value) any {
		switch {
		case !v.IsValid():
			return nil
		case t == schema.AnyScalar(): // possibly of values of two different kinds
			return Render(d.running, schema.TypeOf(v), v, secret)
		}
		if d.max < math.MaxInt && t.Kind == schema.List && v.Kind() == reflect.Slice && v.Len() > maxBrief {
			v = v.Slice(0, maxBrief+1) // more would be cut by brief
		}
		return Render(d.running, t, v, secret)
	}
	c := Change{d.shown(p).String(), shown(a), shown(b), secret}
	if !secret {
		d.showWritten(&c, a, b, p)
	}
	d.changes = append(d.changes, c)
}

// shown returns p without the keys that must not be shown.
func (d *differ) shown(p keypath.Path) keypath.Path {
	if d.hideOld || d.hideNew {
		return schema.MaskData(p)
	}
	return merge.MaskPathIn(d.schema, p, d.old, d.new)
}

// showWritten replaces the values of a change by what the documents contain, where these refer
// to variables or files.
func (d *differ) showWritten(c *Change, a, b reflect.Value, p keypath.Path) {
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
	if c.Secret { // at least on one side
		show(&c.Old, a, nil, true)
		show(&c.New, b, nil, true)
	}
}

// indirect follows pointers and interfaces to a value. It returns none for nil, and for a
// pointer that leads to itself. from is the last pointer on the way, or else the value.
func indirect(v reflect.Value) (to, from reflect.Value) {
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

// maxPointers is more than the pointers to pointers in any real type.
const maxPointers = 100

// commonType returns the schema for two values of type any.
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

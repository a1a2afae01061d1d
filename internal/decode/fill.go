package decode

import (
	"reflect"
	"strconv"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/value"
)

// entry fills an entry of a map. Null is a section with its defaults, or nil; where it can
// be neither it is reported as a missing value.
func (d *decoder) entry(dst reflect.Value, t *schema.Type, v merge.Value) {
	switch {
	case v.Node.Kind != document.Null:
		d.value(dst, t, v)
	case t.Kind == schema.Struct:
		d.fields(pointee(dst), t, merge.Value{Node: &empty, Layer: v.Layer})
	case !value.CanBeNil(dst.Kind()):
		d.Mismatch(d.path, v, nil, convert.Mismatch{Want: "a value"})
	}
}

// value fills dst, whose type is t's or a pointer to it, with a value that is not null. It
// does not change dst if there is a problem.
func (d *decoder) value(dst reflect.Value, t *schema.Type, v merge.Value) {
	switch {
	case d.Running.Over(), d.unknown && d.skipUnknown(t, v), reportMask(d.Report, d.path, t, v):
	case len(d.hooks) > 0 && !(d.unknown && v.Node.HasMark(document.Unknown)) && d.runHooks(dst, t, v):
	default:
		d.fill(dst, t, v)
	}
}

// skipUnknown reports whether the content of a value is unknown or, of a value that is
// decoded as a whole, that of a part. Such a value is not decoded.
func (d *decoder) skipUnknown(t *schema.Type, v merge.Value) bool {
	whole := t.Kind == schema.Scalar || t.Kind == schema.Any
	if v.Node.Marks&document.Unknown == 0 && !(whole && v.Node.HasMark(document.Unknown)) {
		return false
	}
	d.Skip(d.path)
	return true
}

// fill is like value, without hooks.
func (d *decoder) fill(dst reflect.Value, t *schema.Type, v merge.Value) {
	kind := v.Node.Kind
	isText := kind != document.List && kind != document.Map
	switch t.Kind {
	case schema.Struct, schema.Map:
		switch {
		case isText && t.Scalar.IsListOrText():
			d.scalar(dst, t, v)
		case kind != document.Map:
			d.Mismatch(d.path, v, t, convert.Mismatch{Want: "a map of keys"})
		case t.Kind == schema.Struct:
			d.fields(pointee(dst), t, v)
		default:
			d.entries(pointee(dst), t, v)
		}
	case schema.List:
		switch {
		case isText && t.Scalar.IsListOrText():
			d.scalar(dst, t, v)
		case kind != document.List:
			d.Mismatch(d.path, v, t, convert.Mismatch{Want: "a list"})
		default:
			d.items(pointee(dst), t, v)
		}
	case schema.Any:
		if natural, ok := d.anyValue(v); ok && natural != nil {
			pointee(dst).Set(reflect.ValueOf(natural))
		}
	default:
		d.scalar(dst, t, v)
	}
}

// scalar fills dst from a text, from a native value, or by the type's own method.
func (d *decoder) scalar(dst reflect.Value, t *schema.Type, v merge.Value) {
	if native := d.Tree.NativeValue(v); native != nil {
		dst = pointee(dst)
		dst.Set(value.Copy(reflect.ValueOf(native)).Convert(dst.Type()))
		return
	}
	isText := v.Node.Kind != document.List && v.Node.Kind != document.Map
	var miss *convert.Mismatch
	switch {
	case t.Scalar.DecodesAll():
		ptr := reflect.New(t.Go)
		if miss = t.Scalar.Read(d.Running, ptr.Elem(), convert.Value{Text: v.Node.Text, IsText: isText,
			IsJSON: d.Tree.Format(v) == document.JSON, Data: data{d.Tree, v}}); miss == nil {
			assign(dst, ptr)
		}
	case !isText:
		miss = &convert.Mismatch{Want: t.Scalar.Name()}
	case dst.Kind() != reflect.Pointer:
		miss = t.Scalar.Set(d.Running, dst, v.Node.Text)
	default: // the pointer stays nil if there is a mismatch
		var ptr reflect.Value
		if ptr, miss = t.Scalar.New(d.Running, v.Node.Text); miss == nil {
			assign(dst, ptr)
		}
	}
	if miss != nil {
		d.Mismatch(d.path, v, t, *miss)
	}
}

// assign sets dst to the value that ptr points to or, if dst is a pointer, to ptr.
func assign(dst, ptr reflect.Value) {
	if dst.Kind() != reflect.Pointer {
		ptr = ptr.Elem()
	}
	dst.Set(ptr.Convert(dst.Type()))
}

// pointee returns the value that dst points to. It allocates one for a nil pointer.
func pointee(dst reflect.Value) reflect.Value {
	for dst.Kind() == reflect.Pointer {
		if dst.IsNil() {
			dst.Set(reflect.New(dst.Type().Elem()))
		}
		dst = dst.Elem()
	}
	return dst
}

// fields fills a struct.
func (d *decoder) fields(dst reflect.Value, t *schema.Type, v merge.Value) {
	var room [64]bool
	set := room[:]
	if len(t.Fields) > len(set) {
		set = make([]bool, len(t.Fields))
	}
	near := 0
	for i := range v.Node.Children {
		c := &v.Node.Children[i]
		f := t.FieldNear(near, c.Key)
		switch {
		case f != nil && c.Node.Kind != document.Null:
			set[f.Ordinal] = true
			near = f.Ordinal + 1
			d.field(dst, f, v.Child(i))
		case f == nil && t.Remain != nil:
			rest := field(dst, t.Remain.Index)
			if rest.IsNil() {
				rest.Set(reflect.MakeMap(rest.Type()))
			}
			d.mapEntry(rest, reflect.Value{}, t.Remain.Type, v.Child(i))
		}
	}
	if !t.Defaults {
		return
	}
	for i, f := range t.Fields {
		if in := defaultOf(f); !set[i] && in.Node != nil {
			d.field(dst, f, in)
		}
	}
}

func (d *decoder) field(dst reflect.Value, f *schema.Field, v merge.Value) {
	d.path.Enter(keypath.Field(f.Key))
	d.value(field(dst, f.Index), f.Type, v)
	d.path.Leave()
}

// field returns a field of a struct, or of a struct embedded in it. It allocates embedded
// structs behind nil pointers.
func field(v reflect.Value, index []int) reflect.Value {
	for _, i := range index {
		v = pointee(v).Field(i)
	}
	return v
}

// entries fills a map.
func (d *decoder) entries(dst reflect.Value, t *schema.Type, v merge.Value) {
	dst.Set(reflect.MakeMapWithSize(dst.Type(), len(v.Node.Children)))
	var scratch reflect.Value
	if t.Elem.Kind == schema.Scalar && t.Elem.Scalar.Plain() {
		scratch = reflect.New(t.Go.Elem()).Elem() // one for all entries, since no code of a caller gets it
	}
	for i := range v.Node.Children {
		d.mapEntry(dst, scratch, t, v.Child(i))
	}
}

// mapEntry fills one entry of a map of type t, using scratch for its value if it is valid.
func (d *decoder) mapEntry(m, scratch reflect.Value, t *schema.Type, v merge.Value) {
	if d.Running.Over() {
		return
	}
	key, miss := t.Key.Convert(d.Running, v.Key.Key)
	if miss != nil {
		return // the merge reported the key
	}
	if scratch.IsValid() {
		scratch.SetZero()
	} else {
		scratch = reflect.New(t.Go.Elem()).Elem()
	}
	d.path.Enter(value.Step(d.Running, key))
	d.entry(scratch, t.Elem, v)
	m.SetMapIndex(key, scratch)
	d.path.Leave()
}

// items fills a list. A null item is nil where the item can be nil; otherwise it is
// reported.
func (d *decoder) items(dst reflect.Value, t *schema.Type, v merge.Value) {
	count := len(v.Node.Children)
	switch {
	case dst.Kind() == reflect.Slice:
		dst.Set(reflect.MakeSlice(dst.Type(), count, count))
	case count != dst.Len():
		miss := convert.Mismatch{Want: "a list of " + problem.Count(dst.Len(), "item")}
		if !d.Secret(d.path) {
			miss.Hint = "it has " + strconv.Itoa(count)
		}
		d.Mismatch(d.path, v, nil, miss)
		return
	}
	for i := range count {
		item, to := v.Child(i), dst.Index(i)
		d.path.Enter(keypath.Item(i))
		if item.Node.Kind != document.Null {
			d.value(to, t.Elem, item)
		} else if k := to.Kind(); k != reflect.Pointer && k != reflect.Interface {
			d.Mismatch(d.path, item, nil, convert.Mismatch{Want: "a value"})
		}
		d.path.Leave()
	}
}

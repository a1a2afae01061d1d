package value

import "reflect"

// Copy returns a deep copy of a valid v, with new slices, maps and pointers. It keeps
// pointers to structs with unexported fields, which only the methods of their type could
// copy, and unexported fields, keys of maps, functions and channels.
func Copy(v reflect.Value) reflect.Value { return copier{}.copy(v) }

// copier has the copies of the references that were visited, because a value may be cyclic.
type copier map[visit]reflect.Value

func (c copier) copy(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Struct, reflect.Array:
		out := reflect.New(v.Type()).Elem()
		c.parts(out, v)
		return out
	case reflect.Interface, reflect.Pointer, reflect.Map, reflect.Slice:
		if v.IsNil() {
			return v
		}
	default:
		return v
	}
	if v.Kind() == reflect.Interface {
		return c.copy(v.Elem())
	}
	at := visit{typ: v.Type(), a: v.Pointer()}
	if v.Kind() == reflect.Slice {
		at.n = v.Len()
	}
	if known, ok := c[at]; ok {
		return known
	}
	switch v.Kind() {
	case reflect.Slice:
		c[at] = reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		c.parts(c[at], v)
	case reflect.Map:
		c[at] = reflect.MakeMapWithSize(v.Type(), v.Len())
		for it := v.MapRange(); it.Next(); {
			c[at].SetMapIndex(it.Key(), c.copy(it.Value()))
		}
	case reflect.Pointer:
		if hasUnexported(v.Type().Elem()) {
			return v
		}
		c[at] = reflect.New(v.Type().Elem()).Convert(v.Type())
		c[at].Elem().Set(c.copy(v.Elem()))
	}
	return c[at]
}

// parts copies the fields or items of v to out.
func (c copier) parts(out, v reflect.Value) {
	if v.Kind() == reflect.Struct {
		out.Set(v)
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out.Field(i).Set(c.copy(v.Field(i)))
			}
		}
		return
	}
	switch v.Type().Elem().Kind() {
	case reflect.Struct, reflect.Array, reflect.Interface, reflect.Pointer, reflect.Map, reflect.Slice:
		for i := range v.Len() {
			out.Index(i).Set(c.copy(v.Index(i)))
		}
	default:
		reflect.Copy(out, v)
	}
}

// hasUnexported reports whether t is a struct with unexported fields.
func hasUnexported(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for i := range t.NumField() {
		if !t.Field(i).IsExported() {
			return true
		}
	}
	return false
}

package value

import "reflect"

// Pointer returns a pointer to v, or to a copy of it, as of a map's element.
func Pointer(v reflect.Value) reflect.Value {
	if v.CanAddr() {
		return v.Addr()
	}
	c := reflect.New(v.Type())
	c.Elem().Set(v)
	return c
}

// CanBeNil reports whether a value of a kind that a configuration can have may be nil.
func CanBeNil(k reflect.Kind) bool {
	switch k {
	case reflect.Interface, reflect.Map, reflect.Slice, reflect.Pointer:
		return true
	}
	return false
}

package value

import "reflect"

// Pointer returns a pointer to v or, if v is not addressable, to a copy of it.
func Pointer(v reflect.Value) reflect.Value {
	if v.CanAddr() {
		return v.Addr()
	}
	c := reflect.New(v.Type())
	c.Elem().Set(v)
	return c
}

// CanBeNil reports whether values of a kind that a configuration may have can be nil.
func CanBeNil(k reflect.Kind) bool {
	switch k {
	case reflect.Interface, reflect.Map, reflect.Slice, reflect.Pointer:
		return true
	}
	return false
}

package value

import "reflect"

// CanBeNil reports whether a value of a kind that a configuration can have may be nil.
func CanBeNil(k reflect.Kind) bool {
	switch k {
	case reflect.Interface, reflect.Map, reflect.Slice, reflect.Pointer:
		return true
	}
	return false
}

package value

import (
	"reflect"
	"slices"
)

// Trail is the path of references from the root in a traversal of one value, or of two in
// parallel. It prevents following cycles, which a caller's code may create.
type Trail []reference

// reference is a pointer, map or slice on the path.
type reference struct {
	typ  reflect.Type
	a, b uintptr
}

// Enter adds v to the path, and returns false if v is on it already. The caller must cut
// the trail when it leaves v.
func (t *Trail) Enter(v reflect.Value) bool { return t.EnterBoth(v, reflect.Value{}) }

// EnterBoth is like Enter for two values in parallel, of which one may be the zero Value.
func (t *Trail) EnterBoth(a, b reflect.Value) bool {
	at := reference{a: address(a), b: address(b)}
	switch {
	case at.a != 0:
		at.typ = a.Type()
	case at.b != 0:
		at.typ = b.Type()
	default:
		return true
	}
	if slices.Contains(*t, at) {
		return false
	}
	*t = append(*t, at)
	return true
}

// Cut removes what was added since the trail had the length to.
func (t *Trail) Cut(to int) { *t = (*t)[:to] }

// address returns the address of a value to which several references may exist, or 0 for
// any other value.
func address(v reflect.Value) uintptr {
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		return v.Pointer()
	}
	return 0
}

package value

import (
	"reflect"
	"slices"
)

// Trail is the way that a walk through one value, or two beside each other, has come
// from the root. A caller's code can make a value that leads back to itself, and a walk
// must not follow it.
type Trail []reference

// reference is a pointer, map or slice on the way.
type reference struct {
	typ  reflect.Type
	a, b uintptr
}

// Enter goes on into v, and reports false if the way leads back there. Whoever enters has
// the trail cut on the way out.
func (t *Trail) Enter(v reflect.Value) bool { return t.EnterBoth(v, reflect.Value{}) }

// EnterBoth is like Enter for two values beside each other, of which one may be none.
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

// Cut takes back what was entered since the trail was so long.
func (t *Trail) Cut(to int) { *t = (*t)[:to] }

// address is where a value is that others can refer to, too; 0 for any other.
func address(v reflect.Value) uintptr {
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		return v.Pointer()
	}
	return 0
}

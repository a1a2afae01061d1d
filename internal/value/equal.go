package value

import (
	"bytes"
	"maps"
	"reflect"
	"slices"
)

// Equal reports whether two values of one type are deeply equal, as by
// [reflect.DeepEqual], but for NaN, which equals NaN here: a configuration that has
// one would otherwise never equal itself.
func Equal(a, b any) bool {
	// Usually they are equal, and this is faster.
	if reflect.DeepEqual(a, b) {
		return true
	}
	c := comparison{map[visit]bool{}}
	return c.equal(reflect.ValueOf(a), reflect.ValueOf(b))
}

// comparison is one of two values. What has been visited is being compared, or was
// found equal.
type comparison struct{ visited map[visit]bool }

// visit is of two references beside each other, to n items if they are slices.
type visit struct {
	typ  reflect.Type
	a, b uintptr
	n    int
}

func (c *comparison) equal(a, b reflect.Value) bool {
	if !a.IsValid() || !b.IsValid() {
		return a.IsValid() == b.IsValid()
	}
	if a.Type() != b.Type() {
		return false
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
		at := visit{typ: a.Type(), a: a.Pointer(), b: b.Pointer()}
		if a.Kind() != reflect.Pointer {
			if at.n = a.Len(); at.n != b.Len() {
				return false
			}
		}
		if c.visited[at] {
			return true
		}
		c.visited[at] = true
	case reflect.Interface, reflect.Func:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		return c.equal(a.Elem(), b.Elem())
	case reflect.Map:
		return c.equalMaps(a, b)
	case reflect.Slice:
		if a.Type().Elem().Kind() == reflect.Uint8 {
			return bytes.Equal(a.Bytes(), b.Bytes())
		}
		return c.equalItems(a, b)
	case reflect.Array:
		return c.equalItems(a, b)
	case reflect.Struct:
		for i := range a.NumField() {
			if !c.equal(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Float32, reflect.Float64:
		return equalFloats(a.Float(), b.Float())
	case reflect.Complex64, reflect.Complex128:
		x, y := a.Complex(), b.Complex()
		return equalFloats(real(x), real(y)) && equalFloats(imag(x), imag(y))
	case reflect.Func: // only nil ones equal each other
		return false
	}
	return a.Equal(b)
}

func equalFloats(a, b float64) bool { return a == b || a != a && b != b }

func (c *comparison) equalItems(a, b reflect.Value) bool {
	for i := range a.Len() {
		if !c.equal(a.Index(i), b.Index(i)) {
			return false
		}
	}
	return true
}

// equalMaps compares maps of the same length. Keys that do not equal themselves cannot
// be looked up: their entries are compared with each other.
func (c *comparison) equalMaps(a, b reflect.Value) bool {
	for it := a.MapRange(); it.Next(); {
		if IsLost(it.Key()) {
			continue
		}
		if v := b.MapIndex(it.Key()); !v.IsValid() || !c.equal(it.Value(), v) {
			return false
		}
	}
	lost, others := Lost(a), Lost(b)
	if len(lost) > MaxLost {
		return false
	}
	for _, e := range lost {
		i := slices.IndexFunc(others, func(other Entry) bool {
			try := comparison{maps.Clone(c.visited)} // it may fail, and prove nothing
			return try.equal(e.Key, other.Key) && try.equal(e.Value, other.Value)
		})
		if i < 0 {
			return false
		}
		others = slices.Delete(others, i, i+1)
	}
	return len(others) == 0
}

// MaxLost is how many keys of a map that do not equal themselves are compared.
// Documents can spell NaN in a few ways only.
const MaxLost = 100

// IsLost reports whether a key does not equal itself, as NaN, and so cannot be looked up.
func IsLost(key reflect.Value) bool { return !key.Equal(key) } //nolint:gocritic // NaN does not

// Lost returns the entries of a map, or of no value, whose keys do not equal themselves, as
// NaN: they cannot be looked up.
func Lost(m reflect.Value) (lost []Entry) {
	if !m.IsValid() {
		return nil
	}
	switch m.Type().Key().Kind() {
	case reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128, reflect.Struct, reflect.Array, reflect.Interface:
		for it := m.MapRange(); it.Next(); {
			if IsLost(it.Key()) {
				lost = append(lost, Entry{Key: it.Key(), Value: it.Value()})
			}
		}
	}
	return lost
}

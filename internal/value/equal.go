package value

import (
	"bytes"
	"maps"
	"reflect"
	"slices"
)

// Equal reports whether two values of one type are deeply equal, as by [reflect.DeepEqual],
// except that NaN equals NaN: otherwise a configuration with a NaN would never be equal to
// itself.
func Equal(a, b any) bool {
	// Usually the values are equal, and DeepEqual is faster.
	if reflect.DeepEqual(a, b) {
		return true
	}
	c := comparison{map[visit]bool{}}
	return c.equal(reflect.ValueOf(a), reflect.ValueOf(b))
}

// comparison compares two values. A visited pair is being compared, or was found equal.
type comparison struct{ visited map[visit]bool }

// visit is a pair of references, with the length n of slices and maps.
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

// equalMaps compares maps of the same length. Entries with NaN keys cannot be looked up:
// they are compared with each other.
func (c *comparison) equalMaps(a, b reflect.Value) bool {
	for it := a.MapRange(); it.Next(); {
		if IsNaNKey(it.Key()) {
			continue
		}
		if v := b.MapIndex(it.Key()); !v.IsValid() || !c.equal(it.Value(), v) {
			return false
		}
	}
	nans, others := NaNEntries(a), NaNEntries(b)
	if len(nans) > MaxNaNKeys {
		return false
	}
	for _, e := range nans {
		i := slices.IndexFunc(others, func(other Entry) bool {
			try := comparison{maps.Clone(c.visited)} // a failed attempt must not change visited
			return try.equal(e.Key, other.Key) && try.equal(e.Value, other.Value)
		})
		if i < 0 {
			return false
		}
		others = slices.Delete(others, i, i+1)
	}
	return len(others) == 0
}

// MaxNaNKeys is the number of a map's NaN keys that are compared. Documents can spell NaN
// in a few ways only.
const MaxNaNKeys = 100

// IsNaNKey reports whether a key is not equal to itself, so that it cannot be looked up:
// NaN, or a value that contains it.
func IsNaNKey(key reflect.Value) bool { return !key.Equal(key) } //nolint:gocritic // NaN does not

// NaNEntries returns the entries of a map whose keys cannot be looked up; see [IsNaNKey]. m
// may be the zero Value.
func NaNEntries(m reflect.Value) (nans []Entry) {
	if !m.IsValid() {
		return nil
	}
	switch m.Type().Key().Kind() {
	case reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128, reflect.Struct, reflect.Array, reflect.Interface:
		for it := m.MapRange(); it.Next(); {
			if IsNaNKey(it.Key()) {
				nans = append(nans, Entry{Key: it.Key(), Value: it.Value()})
			}
		}
	}
	return nans
}

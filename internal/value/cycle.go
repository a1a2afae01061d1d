// Package value compares and copies Go values, lists the entries of maps, and finds cycles.
package value

import (
	"reflect"
	"strings"
	"time"
)

// The validator recurses into a value's fields, without end if the value is cyclic. The Go
// type shows whether that is possible. No document results in a cyclic value, but a method
// that fills a value may create one.

// MayBeCyclic reports whether the validator may recurse into a value of type t without end.
func MayBeCyclic(t reflect.Type) bool { return mayBeCyclic(t, map[reflect.Type]bool{}) }

func mayBeCyclic(t reflect.Type, around map[reflect.Type]bool) bool {
	if around[t] {
		return true
	}
	around[t] = true
	defer delete(around, t)
	switch t.Kind() {
	case reflect.Interface:
		return true
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return mayBeCyclic(t.Elem(), around)
	case reflect.Struct:
		for i := range t.NumField() {
			if validatorEnters(t.Field(i)) && mayBeCyclic(t.Field(i).Type, around) {
				return true
			}
		}
	}
	return false
}

// validatorEnters reports whether the validator enters a field.
func validatorEnters(f reflect.StructField) bool {
	return (f.IsExported() || f.Anonymous) && f.Tag.Get("validate") != "-" && f.Type != reflect.TypeFor[time.Time]()
}

// ValidatorLoops reports whether the validator would recurse into v without end.
func ValidatorLoops(v reflect.Value) bool {
	return cycleFinder{onPath: map[reference]bool{}}.isCyclic(v, false)
}

// IsCyclic reports whether a value contains itself, in any field.
func IsCyclic(value any) bool {
	return cycleFinder{map[reference]bool{}, true}.isCyclic(reflect.ValueOf(value), true)
}

// cycleFinder traverses a value.
type cycleFinder struct {
	onPath    map[reference]bool // true for the pointers, maps and slices around the current value, false for those that were left
	allFields bool               // also fields that the validator does not enter
}

// isCyclic traverses v. dive reports whether to traverse its items, too.
func (w cycleFinder) isCyclic(v reflect.Value, dive bool) bool {
	if at := address(v); at != 0 {
		ref := reference{typ: v.Type(), a: at}
		if onPath, seen := w.onPath[ref]; seen {
			return onPath
		}
		w.onPath[ref] = true
		defer func() { w.onPath[ref] = false }()
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return !v.IsNil() && w.isCyclic(v.Elem(), dive)
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if (w.allFields || validatorEnters(f)) && w.isCyclic(v.Field(i), w.allFields || strings.Contains(f.Tag.Get("validate"), "dive")) {
				return true
			}
		}
	case reflect.Slice, reflect.Array:
		for i := 0; dive && i < v.Len(); i++ {
			if w.isCyclic(v.Index(i), true) {
				return true
			}
		}
	case reflect.Map:
		for it := v.MapRange(); dive && it.Next(); {
			if w.isCyclic(it.Value(), true) {
				return true
			}
		}
	}
	return false
}

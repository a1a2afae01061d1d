// Package value goes through Go values: it compares them, lists the entries of maps, and
// recognises those that lead back to themselves.
package value

import (
	"reflect"
	"strings"
	"time"
)

// The validator goes through a value by its fields, and has no end where a pointer leads
// back. A Go type shows whether that can be; documents alone cannot make such a value,
// but a method that fills it can.

// CanLeadBack reports whether the validator could go through a value of type t without
// end.
func CanLeadBack(t reflect.Type) bool { return canLeadBack(t, map[reflect.Type]bool{}) }

func canLeadBack(t reflect.Type, around map[reflect.Type]bool) bool {
	if around[t] {
		return true
	}
	around[t] = true
	defer delete(around, t)
	switch t.Kind() {
	case reflect.Interface:
		return true
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return canLeadBack(t.Elem(), around)
	case reflect.Struct:
		for i := range t.NumField() {
			if isWalked(t.Field(i)) && canLeadBack(t.Field(i).Type, around) {
				return true
			}
		}
	}
	return false
}

// isWalked reports whether the validator goes into a field.
func isWalked(f reflect.StructField) bool {
	return (f.IsExported() || f.Anonymous) && f.Tag.Get("validate") != "-" && f.Type != reflect.TypeFor[time.Time]()
}

// IsEndless reports whether the validator would go through v without end.
func IsEndless(v reflect.Value) bool {
	return walk{way: map[reference]bool{}}.leadsBack(v, false)
}

// LeadsBack reports whether a value leads back to itself, by whatever way.
func LeadsBack(value any) bool {
	return walk{map[reference]bool{}, true}.leadsBack(reflect.ValueOf(value), true)
}

// walk is one through a value.
type walk struct {
	way        map[reference]bool // whether a pointer, map or slice leads to the one at hand, or was left
	everything bool               // not only what the validator goes into
}

// leadsBack goes on into v; dive says whether into its items, if it has any.
func (w walk) leadsBack(v reflect.Value, dive bool) bool {
	if at := address(v); at != 0 {
		ref := reference{typ: v.Type(), a: at}
		if leads, seen := w.way[ref]; seen {
			return leads
		}
		w.way[ref] = true
		defer func() { w.way[ref] = false }()
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return !v.IsNil() && w.leadsBack(v.Elem(), dive)
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if (w.everything || isWalked(f)) && w.leadsBack(v.Field(i), w.everything || strings.Contains(f.Tag.Get("validate"), "dive")) {
				return true
			}
		}
	case reflect.Slice, reflect.Array:
		for i := 0; dive && i < v.Len(); i++ {
			if w.leadsBack(v.Index(i), true) {
				return true
			}
		}
	case reflect.Map:
		for it := v.MapRange(); dive && it.Next(); {
			if w.leadsBack(it.Value(), true) {
				return true
			}
		}
	}
	return false
}

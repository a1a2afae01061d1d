package convert

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// HasMethods reports whether a pass may call a caller's method for a value of type t or a
// value in it: one that decodes, formats or validates it, or that a validate tag names. It
// is true for an interface, which may contain any type.
func HasMethods(t reflect.Type) bool { return hasMethods(t, map[reflect.Type]bool{}) }

func hasMethods(t reflect.Type, seen map[reflect.Type]bool) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if seen[t] || slices.Contains(libraryPackages, t.PkgPath()) {
		return false
	}
	seen[t] = true
	if has[fmt.Stringer](t) || has[fmt.Formatter](t) || has[error](t) || has[encoding.TextMarshaler](t) || has[json.Marshaler](t) ||
		has[interface{ Validate() error }](t) || methodsOf(t) != nil {
		return true
	}
	switch t.Kind() {
	case reflect.Interface:
		return true
	case reflect.Map:
		return hasMethods(t.Key(), seen) || hasMethods(t.Elem(), seen)
	case reflect.Slice, reflect.Array:
		return hasMethods(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			if strings.Contains(f.Tag.Get("validate"), "validateFn") || hasMethods(f.Type, seen) {
				return true
			}
		}
	}
	return false
}

// libraryPackages are packages of the standard library whose types have methods.
var libraryPackages = []string{"encoding/json", "log/slog", "math/big", "net", "net/netip", "net/url", "regexp", "time"}

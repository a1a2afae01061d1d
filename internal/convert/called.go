package convert

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// HasMethods reports whether a method of a caller's may be called for a value of type t,
// or of what that holds: one by which it reads, shows or judges itself, or that a
// validate tag names. It is true where any type may be behind an interface.
func HasMethods(t reflect.Type) bool { return hasMethods(t, map[reflect.Type]bool{}) }

func hasMethods(t reflect.Type, seen map[reflect.Type]bool) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if seen[t] || slices.Contains(harmless, t.PkgPath()) {
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

// harmless are packages whose types have methods that are no caller's.
var harmless = []string{"encoding/json", "log/slog", "math/big", "net", "net/netip", "net/url", "regexp", "time"}

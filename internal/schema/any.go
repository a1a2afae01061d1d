package schema

import (
	"reflect"
	"sync"

	"example.com/lastgood/internal/convert"
)

// AnyMap returns the type of maps where any value may be.
func AnyMap() *Type { return natural().dict }

// AnyList returns the type of lists where any value may be.
func AnyList() *Type { return natural().list }

// AnyScalar returns the type of one value where any may be.
func AnyScalar() *Type { return natural().scalar }

// TypeOf returns the type of a value, not nil, that is where any may be.
func TypeOf(v reflect.Value) *Type {
	switch v.Kind() {
	case reflect.Map:
		return AnyMap()
	case reflect.Slice:
		return AnyList()
	}
	return AnyScalar()
}

// natural are made when first asked for: nothing is done when a program starts.
var natural = sync.OnceValue(func() (n struct{ scalar, list, dict *Type }) {
	item := &Type{Kind: Any, Go: reflect.TypeFor[any]()}
	n.scalar = &Type{Kind: Scalar}
	n.list = &Type{Kind: List, Go: reflect.TypeFor[[]any](), Elem: item}
	n.dict = &Type{Kind: Map, Go: reflect.TypeFor[map[string]any](), Elem: item,
		Key: mapKey(convert.Type{Go: reflect.TypeFor[string]()})}
	return n
})

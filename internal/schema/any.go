package schema

import (
	"reflect"
	"sync"

	"example.com/lastgood/internal/convert"
)

// AnyMap returns the type of a map inside a value of type any.
func AnyMap() *Type { return anyTypes().dict }

// AnyList returns the type of a list inside a value of type any.
func AnyList() *Type { return anyTypes().list }

// AnyScalar returns the type of a single value inside a value of type any.
func AnyScalar() *Type { return anyTypes().scalar }

// TypeOf returns the type of v, which is inside a value of type any and is not nil.
func TypeOf(v reflect.Value) *Type {
	switch v.Kind() {
	case reflect.Map:
		return AnyMap()
	case reflect.Slice:
		return AnyList()
	}
	return AnyScalar()
}

// anyTypes are built on first use, so that importing the package costs nothing.
var anyTypes = sync.OnceValue(func() (n struct{ scalar, list, dict *Type }) {
	item := &Type{Kind: Any, Go: reflect.TypeFor[any]()}
	n.scalar = &Type{Kind: Scalar}
	n.list = &Type{Kind: List, Go: reflect.TypeFor[[]any](), Elem: item}
	n.dict = &Type{Kind: Map, Go: reflect.TypeFor[map[string]any](), Elem: item,
		Key: mapKey(convert.Type{Go: reflect.TypeFor[string]()})}
	return n
})

package explain

import (
	"reflect"
	"strconv"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/schema"
)

// Secrets calls yield with the texts of the secrets of values, pointers to the type t.
func Secrets(t *schema.Type, yield func(string), values ...any) {
	list := lister{emit: func(at leaf) {
		if at.secret {
			texts(yield, at.value)
		}
	}}
	for _, v := range values {
		list.section(t, reflect.ValueOf(v).Elem(), merge.Value{}, leaf{})
	}
}

// texts calls yield with the texts in a secret value.
func texts(yield func(string), v reflect.Value) {
	if text, ok := convert.Reveal(v); ok {
		yield(text)
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			texts(yield, v.Elem())
		}
	case reflect.String:
		yield(v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		yield(strconv.FormatInt(v.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		yield(strconv.FormatUint(v.Uint(), 10))
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 && v.Kind() == reflect.Slice {
			yield(string(v.Bytes()))
			return
		}
		for i := range v.Len() {
			texts(yield, v.Index(i))
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			texts(yield, it.Key())
			texts(yield, it.Value())
		}
	case reflect.Struct:
		if v.CanInterface() {
			if text, ok := marshalled(v); ok {
				yield(text)
			}
		}
		for i := range v.NumField() {
			texts(yield, v.Field(i))
		}
	}
}

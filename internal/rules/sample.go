package rules

import (
	"reflect"

	"example.com/lastgood/internal/guard"
)

// sample returns a value of a type that is not empty, down to a depth, because rules are
// applied to such values only.
func sample(t reflect.Type, depth int) reflect.Value {
	v := reflect.New(t).Elem()
	switch k := t.Kind(); {
	case k == reflect.String:
		v.SetString("1")
	case k == reflect.Bool:
		v.SetBool(true)
	case v.CanInt(), v.CanUint(), v.CanFloat():
		v.Set(reflect.ValueOf(1).Convert(t))
	case k == reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		if depth > 0 {
			v.Elem().Set(sample(t.Elem(), depth-1))
		}
	case k == reflect.Slice:
		v.Set(reflect.MakeSlice(t, 1, 1))
		v.Index(0).Set(sampleBelow(t.Elem(), depth))
	case k == reflect.Map:
		v.Set(reflect.MakeMap(t))
		v.SetMapIndex(reflect.New(t.Key()).Elem(), sampleBelow(t.Elem(), depth))
	case k == reflect.Struct:
		for i := range t.NumField() {
			if f := v.Field(i); f.CanSet() {
				f.Set(sampleBelow(f.Type(), depth))
			}
		}
	}
	return v
}

func sampleBelow(t reflect.Type, depth int) reflect.Value {
	if depth == 0 {
		return reflect.New(t).Elem()
	}
	return sample(t, depth-1)
}

// panicText returns the text of f's panic, or "". The expected panics are the validator's,
// for invalid tags.
func panicText(f func()) (text string) {
	defer func() {
		if p := recover(); p != nil {
			text = guard.Text(p)
		}
	}()
	f()
	return ""
}

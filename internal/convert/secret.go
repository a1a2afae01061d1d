package convert

import (
	"encoding"
	"reflect"
	"slices"
	"unique"
)

type (
	revealer interface{ Reveal() string }
	valuer   interface{ ValidatorValue() any }
)

// maxNesting bounds what only a mistake nests deeply.
const maxNesting = 20

// has reports whether t, or a pointer to it, has the methods of the interface I.
func has[I any](t reflect.Type) bool {
	methods := reflect.TypeFor[I]()
	return t.Implements(methods) || reflect.PointerTo(t).Implements(methods)
}

// IsSecret reports whether t, or what it points to or lists, keeps its value to itself: a
// type with a method Reveal() string, as config.Secret has. So does a struct that reads
// itself and has a secret in it: which part of a document that is, its method knows.
func IsSecret(t reflect.Type) bool { return isSecret(t, false, nil) }

// isSecret reports whether t is a secret or, as the fields of a type that reads itself, has
// one in it. around are the types that lead to it.
func isSecret(t reflect.Type, inside bool, around []reflect.Type) bool {
	if has[revealer](t) {
		return true
	}
	if slices.Contains(around, t) || len(around) > maxNesting {
		return false
	}
	around = append(around, t)
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return isSecret(t.Elem(), inside, around)
	case reflect.Struct:
		if c, _ := For(t); c.by == byMethod && libraryName(t) == "" {
			inside = true
		}
		for i := 0; inside && i < t.NumField(); i++ {
			if f := t.Field(i); f.Tag.Get("secret") == "true" || isSecret(f.Type, true, around) {
				return true
			}
		}
	}
	return false
}

// Reveal returns the text of a secret.
func Reveal(v reflect.Value) (text string, ok bool) {
	if !v.CanInterface() || v.Kind() == reflect.Pointer && v.IsNil() {
		return "", false
	}
	s, ok := v.Interface().(revealer)
	if !ok && v.CanAddr() {
		s, ok = v.Addr().Interface().(revealer)
	}
	if !ok {
		return "", false
	}
	return s.Reveal(), true
}

// IsMadeOfSecret reports whether t was declared as config.Secret is, without its
// methods: it could neither be set nor keep its value to itself.
func IsMadeOfSecret(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.NumField() == 1 && t.Field(0).Type == reflect.TypeFor[unique.Handle[string]]()
}

// Judged returns the type that validation rules get to see of values of type t: of a
// secret that hands its text to the validator, as config.Secret does, a string.
func Judged(t reflect.Type) reflect.Type {
	if has[revealer](t) && has[valuer](t) {
		return reflect.TypeFor[string]()
	}
	return t
}

// readingOfSecret returns how a type reads its text that may be a secret with the
// methods of config.Secret.
//
// A struct in which such a secret is embedded has them as well. Unless its author gave
// it an UnmarshalText method of its own, it is a section with the secret among its
// keys. Since the method sets are the same, it is given a text that a method of its own
// would refuse, or keep in another form or place.
func readingOfSecret(t reflect.Type) (r reading) {
	defer func() {
		if recover() != nil {
			r = byMethod
		}
	}()
	if !isSecretText(t) {
		return byMethod
	}
	const text = "\x00 A: b@[c]/d?e=f,g;{h}\n"
	v := reflect.New(t)
	embedded := embeddedSecret(v.Elem())
	if v.Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)) != nil || v.Interface().(revealer).Reveal() != text {
		return byMethod
	}
	if !embedded.IsValid() {
		return asSecret
	}
	if embedded.SetZero(); v.Elem().IsZero() {
		return byKind
	}
	return byMethod
}

func isSecretText(t reflect.Type) bool {
	return has[revealer](t) && has[valuer](t) && has[encoding.TextUnmarshaler](t)
}

// embeddedSecret returns the secret that is embedded in a struct, which it makes if
// that is a pointer, or no value.
func embeddedSecret(v reflect.Value) reflect.Value {
	if v.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.Anonymous && f.IsExported() && isSecretText(f.Type) {
			if f.Type.Kind() == reflect.Pointer {
				v.Field(i).Set(reflect.New(f.Type.Elem()))
			}
			return v.Field(i)
		}
	}
	return reflect.Value{}
}

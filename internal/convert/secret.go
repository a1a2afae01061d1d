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

// maxNesting bounds nested types. More of them can only be a mistake.
const maxNesting = 20

// has reports whether t, or a pointer to it, has the methods of the interface I.
func has[I any](t reflect.Type) bool {
	methods := reflect.TypeFor[I]()
	return t.Implements(methods) || reflect.PointerTo(t).Implements(methods)
}

// IsSecret reports whether t, or the type that it points to or lists, is secret: a type
// with a method Reveal() string, as config.Secret has, or a struct that decodes itself and
// contains a secret, since only its method knows which part of a document that is.
func IsSecret(t reflect.Type) bool { return isSecret(t, false, nil) }

// isSecret reports whether t is a secret. inside is set for the fields of a type that
// decodes itself, which are secret if they contain one. around are the types that lead to
// t.
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

// Reveal returns the text of a secret, and false if v is none.
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

// IsDerivedFromSecret reports whether t was declared with config.Secret as its underlying
// type, and so without its methods: it could neither be set nor hide its value.
func IsDerivedFromSecret(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.NumField() == 1 && t.Field(0).Type == reflect.TypeFor[unique.Handle[string]]()
}

// ValidatedType returns the type that validation rules apply to for values of type t:
// string for a secret that passes its text to the validator, as config.Secret does.
func ValidatedType(t reflect.Type) reflect.Type {
	if has[revealer](t) && has[valuer](t) {
		return reflect.TypeFor[string]()
	}
	return t
}

// readingOfSecret returns the reading of a type that may be a secret with the methods of
// config.Secret.
//
// A struct that embeds such a secret has the same methods. Unless its author gave it an
// UnmarshalText method of its own, it is a section that has the secret among its keys. Since
// the method sets are equal, readingOfSecret calls the method with a text that a method of
// its own would reject, or store in another form or place.
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

// embeddedSecret returns the secret that is embedded in a struct, or the zero Value. It
// allocates one for a nil pointer.
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

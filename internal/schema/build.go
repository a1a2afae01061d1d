package schema

import (
	"fmt"
	"reflect"
	"strings"

	"example.com/lastgood/internal/guard"
)

// Options say how to read a Go type.
type Options struct {
	KeyTag string // the struct tag with the keys: "mapstructure", "yaml"
}

// SquashOption is the option in the key tag that inlines a struct: mapstructure has
// a word of its own for it.
func (o Options) SquashOption() string {
	if o.KeyTag == "mapstructure" {
		return "squash"
	}
	return "inline"
}

// Fault is something wrong with a Go type, found by [Of].
type Fault struct {
	Field   string // Config.Server.Port
	Message string
}

// Of builds the schema of a struct type. All faults of the type are reported.
func Of(t reflect.Type, opts Options) (*Type, []Fault) {
	b := &builder{opts: opts, known: map[reflect.Type]*Type{}}
	switch {
	case t.Kind() != reflect.Struct:
		b.fault(TypeName(t), "a configuration must be a struct, not "+article(TypeName(t)))
		return nil, b.faults
	case isScalar(t):
		b.fault(TypeName(t), "a configuration must be a struct with keys, but this one is read from one text (is a type with UnmarshalText embedded in it?)")
		return nil, b.faults
	}
	root := b.build(t, TypeName(t))
	if len(b.faults) > 0 {
		return nil, b.faults
	}
	b.mark()
	b.checkRestarts()
	if len(b.faults) > 0 {
		return nil, b.faults
	}
	b.index()
	root.leaves = newLeaves(root)
	return root, nil
}

type builder struct {
	opts   Options
	known  map[reflect.Type]*Type // also ends the recursion of recursive types
	order  []*Type
	faults []Fault
}

func (b *builder) fault(field, message string) {
	b.faults = append(b.faults, Fault{field, message})
}

type validator interface{ Validate() error }

// has reports whether t, or a pointer to it, has the methods of the interface I.
func has[I any](t reflect.Type) bool {
	methods := reflect.TypeFor[I]()
	return t.Implements(methods) || reflect.PointerTo(t).Implements(methods)
}

// isScalar reports whether values of t are written as one text.
func isScalar(t reflect.Type) bool {
	if isBytes(t) || readingOf(t) != byKind {
		return true
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return true
	}
	return false
}

// isBytes reports whether t is []byte or a type made of it.
func isBytes(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8
}

// build describes t; at names the place for faults.
func (b *builder) build(t reflect.Type, at string) *Type {
	for depth := 0; t.Kind() == reflect.Pointer; depth++ {
		if depth == maxNesting {
			b.fault(at, "it is a pointer to a pointer without end")
			return &Type{Go: t}
		}
		t = t.Elem()
	}
	if known := b.known[t]; known != nil {
		return known
	}
	s := &Type{Go: t, Where: at, Validates: has[validator](t), reads: readingOf(t)}
	if s.Validates {
		s.Validate = &guard.Func{Name: "Validate", Type: t}
	}
	if s.reads == byMethod {
		s.Unmarshal = &guard.Func{Name: "UnmarshalText", Type: reflect.PointerTo(t)}
	}
	b.known[t] = s
	b.order = append(b.order, s)
	switch {
	case isScalar(t) && isDecodable(t.Kind()):
		s.Kind = Scalar
	case isMadeOfSecret(t):
		b.fault(at, fmt.Sprintf(`%s lacks the methods of the secret it is made of; declare it with "=", as another name`, TypeName(t)))
	case t.Kind() == reflect.Struct:
		s.Kind = Struct
		s.index = map[string]*Field{}
		b.fields(s, t, at, outer{})
		b.checkRemain(s, at)
	case t.Kind() == reflect.Slice, t.Kind() == reflect.Array:
		s.Kind = List
		s.Elem = b.build(t.Elem(), at+"[]")
	case t.Kind() == reflect.Map:
		s.Kind = Map
		b.mapKey(s, t.Key(), at)
		s.Elem = b.build(t.Elem(), at+"[]")
	case t.Kind() == reflect.Interface && t.NumMethod() == 0:
		s.Kind = Any
	default:
		b.fault(at, "a configuration cannot hold "+article(TypeName(t)))
	}
	return s
}

// maxNesting bounds what only a mistake nests deeply: pointers to pointers, and
// lists of lists.
const maxNesting = 20

// mapKey describes the keys of a map.
func (b *builder) mapKey(s *Type, key reflect.Type, at string) {
	if !isScalar(key) {
		b.fault(at, fmt.Sprintf("a map's key must be written as one text, which %s is not", TypeName(key)))
		return
	}
	if IsSecret(key) {
		b.fault(at, fmt.Sprintf("a map's key is shown in messages, so it cannot be a secret as %s is", key))
	}
	s.Key = b.build(key, at+"[key]")
}

// isDecodable reports whether mapstructure can set a scalar of kind k, which
// matters for types that only have an UnmarshalText method in common.
func isDecodable(k reflect.Kind) bool {
	switch k {
	case reflect.Chan, reflect.Uintptr, reflect.UnsafePointer:
		return false
	}
	return true
}

// TypeName is the name of a type in messages. That of a type without a name would
// be the whole of its declaration.
func TypeName(t reflect.Type) string {
	if name, _, long := strings.Cut(t.String(), "struct {"); long {
		return name + "struct"
	}
	return t.String()
}

// article puts "a" or "an" before a type's name.
func article(name string) string {
	if strings.ContainsRune("aeiou", rune(name[0])) {
		return "an " + name
	}
	return "a " + name
}

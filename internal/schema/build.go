package schema

import (
	"fmt"
	"reflect"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/problem"
)

// TypeName returns the name of a type for messages.
func TypeName(t reflect.Type) string { return convert.TypeName(t) }

// Options configures how a Go type is read.
type Options struct {
	KeyTag    string            // the struct tag with the keys: "mapstructure", "yaml"
	RuleTexts map[string]string // a caller's texts for what rules ask for, by name
}

// SquashOption returns the option in the key tag that inlines a struct: "squash" for
// mapstructure, "inline" for others.
func (o Options) SquashOption() string {
	if o.KeyTag == "mapstructure" {
		return "squash"
	}
	return "inline"
}

// squashTag returns the tag with only that option.
func (o Options) squashTag() string { return o.KeyTag + `:",` + o.SquashOption() + `"` }

// Fault returns the problem of an error in a Go type. where is the name of the type or of a
// field: main.Config.Server.Port.
func Fault(where, message string) problem.Problem {
	return problem.Problem{Code: "schema", Origin: problem.Origin{Kind: problem.GoType, Name: where}, Message: message}
}

// Of returns the schema of a struct type, or all faults of the type.
func Of(t reflect.Type, opts Options) (*Type, []problem.Problem) {
	b := &builder{opts: opts, known: map[reflect.Type]*Type{}}
	switch own, readsItself := convert.For(t); {
	case t.Kind() != reflect.Struct:
		b.fault(TypeName(t), "a configuration must be a struct, not "+problem.Article(TypeName(t)))
		return nil, b.faults
	case b.reportPromoted(own, TypeName(t)):
		return nil, b.faults
	case readsItself:
		b.fault(TypeName(t), "a configuration must be a struct with keys, but this one is read by its own method; load a type without it, or make it the type of a field")
		return nil, b.faults
	}
	root := b.build(t, TypeName(t))
	if len(b.faults) > 0 {
		return nil, b.faults
	}
	b.mark()
	b.addWrittenTypes(root)
	if len(b.faults) > 0 {
		return nil, b.faults
	}
	root.Leaves = newLeaves(root, false)
	root.Written.Leaves = root.Leaves
	return root, nil
}

// builder builds the types of a schema and collects faults.
type builder struct {
	opts   Options
	known  map[reflect.Type]*Type // also ends the recursion of recursive types
	order  []*Type
	faults []problem.Problem
}

func (b *builder) fault(field, message string) {
	b.faults = append(b.faults, Fault(field, message))
}

type validator interface{ Validate() error }

// has reports whether t, or a pointer to it, has the methods of the interface I.
func has[I any](t reflect.Type) bool {
	methods := reflect.TypeFor[I]()
	return t.Implements(methods) || reflect.PointerTo(t).Implements(methods)
}

// reportPromoted reports a struct that would be decoded by the method of a struct embedded
// in it, and returns whether it is one.
func (b *builder) reportPromoted(own convert.Type, at string) bool {
	method, embedded := own.Promoted()
	if method != "" {
		b.fault(at, fmt.Sprintf("it would be read by the %s method of the embedded %s, which does not know its other fields; give %s a name, or %s a method of its own",
			method, embedded, embedded, TypeName(own.Go)))
	}
	return method != ""
}

// build returns the description of t. at is its place, for faults.
func (b *builder) build(t reflect.Type, at string) *Type {
	t = deref(t)
	if t.Kind() == reflect.Pointer {
		b.fault(at, "it is a pointer to a pointer; use one alone, whose nil says that it is not set")
		return &Type{Go: t}
	}
	if known := b.known[t]; known != nil {
		return known
	}
	s := &Type{Go: t, Where: at, RuleTexts: b.opts.RuleTexts}
	if has[validator](t) {
		s.Validate, s.NeedsVisit = &guard.Func{Name: "Validate", Type: t}, true
	}
	b.known[t] = s
	b.order = append(b.order, s)
	var scalar bool
	s.Scalar, scalar = convert.For(t)
	switch {
	case b.reportPromoted(s.Scalar, at):
	case scalar:
		s.Kind = Scalar
	case convert.IsDerivedFromSecret(t):
		b.fault(at, fmt.Sprintf(`%s lacks the methods of the secret it is made of; declare it with "=", as another name`, TypeName(t)))
	case t.Kind() == reflect.Struct:
		b.buildStruct(s)
	case t.Kind() == reflect.Slice, t.Kind() == reflect.Array:
		s.Kind = List
		s.Elem = b.build(t.Elem(), at+"[]")
	case t.Kind() == reflect.Map:
		s.Kind = Map
		s.Key = b.mapKey(t.Key(), at)
		s.Keyed = s.Key != nil && !s.Key.Plain
		s.Elem = b.build(t.Elem(), at+"[]")
	case t.Kind() == reflect.Interface && t.NumMethod() == 0:
		s.Kind = Any
	default:
		b.fault(at, fmt.Sprintf(`a configuration cannot hold %s; leave it out by the tag %s:"-"`, problem.Article(TypeName(t)), b.opts.KeyTag))
	}
	return s
}

// maxNesting bounds nested lists. More of them can only be a mistake.
const maxNesting = 20

// mapKey returns the description of the keys of a map.
func (b *builder) mapKey(key reflect.Type, at string) *MapKey {
	scalar, ok := convert.For(key)
	switch {
	case !ok:
		b.fault(at, fmt.Sprintf("a map's key must be written as one text, which %s is not", TypeName(key)))
	case convert.IsSecret(key):
		b.fault(at, fmt.Sprintf("a map's key is shown in messages, so it cannot be a secret as %s is", key))
	default:
		return mapKey(scalar)
	}
	return nil
}

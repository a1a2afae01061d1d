package rules

import (
	"fmt"
	"reflect"
	"strings"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/schema"
)

// scope is the struct around a field with rules: a struct, or one embedded in it. The
// validator searches for the fields that a rule names only there.
type scope struct {
	*schema.Type
	inner reflect.Type
	path  string // of Go names from the struct, with a dot at its end unless it is empty
}

func scopeOf(t *schema.Type, f *schema.Field) scope {
	last := len(f.Index) - 1
	in := scope{t, indirect(fieldType(t.Go, f.Index[:last])), ""}
	for _, name := range f.GoPath[:last] {
		in.path += name + "."
	}
	return in
}

// checkNames checks that the fields which a rule names exist in scope, and can be compared
// with a value of type at, the rule's own. The validator takes a rule that fails at this
// for one that always passes, or never.
func checkNames(in scope, at reflect.Type, r quoted) string {
	e := Lookup(r.Name)
	if e.Fields == pairs && len(r.Words())%2 != 0 {
		return fmt.Sprintf("the rule %v needs pairs of a field and a value", r)
	}
	names := OtherFields(r.Alternative)
	if len(names) == 0 || names[0] == "" {
		return fmt.Sprintf("the rule %v needs the name of a field", r)
	}
	for _, name := range names {
		other, ok := fieldNamed(in.inner, name)
		_, outside := fieldNamed(in.Go, name)
		shown := name
		if r.secret {
			shown = "something"
		}
		switch embedded := schema.TypeName(in.inner); {
		case ok && in.Names.Hides(in.path+name):
			return fmt.Sprintf("the rule %v names %s of the embedded %s, which another field hides; check it in a Validate method of %s", r, shown, embedded, in.Where)
		case !ok && outside:
			return fmt.Sprintf("the rule %v names %s, which is not a field of the embedded %s, and it sees no other; check it in a Validate method of %s", r, shown, embedded, in.Where)
		case !ok:
			return fmt.Sprintf("the rule %v names %s, which is not a field of %s", r, shown, in.Where)
		}
		if e.Fields == single && other != nil && !areCompared(indirect(other), at) {
			return fmt.Sprintf("the rule %v compares %s with %s", r, schema.TypeName(at), schema.TypeName(other))
		}
	}
	return ""
}

// areCompared reports whether the validator can compare values of the two types.
func areCompared(a, b reflect.Type) bool {
	a, b = convert.ValidatedType(a), convert.ValidatedType(b)
	return a.Kind() == b.Kind() || a.Kind() == reflect.Interface || b.Kind() == reflect.Interface
}

// fieldNamed returns the type of a struct's field A.B, or nil if that is in a list or map,
// so that its presence depends on the value.
func fieldNamed(t reflect.Type, name string) (reflect.Type, bool) {
	for part := range strings.SplitSeq(name, ".") {
		part, _, indexed := strings.Cut(part, "[")
		if t = indirect(t); t.Kind() != reflect.Struct {
			return nil, false
		}
		f, ok := t.FieldByName(part)
		if !ok {
			return nil, false
		}
		if indexed {
			return nil, true
		}
		t = f.Type
	}
	return t, true
}

package rules

import (
	"cmp"
	"fmt"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// Check returns faults for the validation rules below root that would panic, now or once a
// later reload sets a nil pointer, and for those that name fields which do not exist: the
// validator takes these for rules that always pass or always fail.
func Check(root *schema.Type, v *validator.Validate) []problem.Problem {
	c := checker{v}
	var faults []problem.Problem
	for t := range root.ValidatedTypes() {
		if t.Kind != schema.Struct {
			continue
		}
		before, custom := len(faults), false
		for _, f := range t.All() {
			for _, message := range c.field(t, f) {
				faults = append(faults, schema.Fault(f.Where, message))
			}
			custom = custom || hasCustom(f.Rules)
		}
		if len(faults) > before {
			continue
		}
		if text := c.panicOf(t, custom); text != "" {
			faults = append(faults, schema.Fault(t.Where, "its validate tags cannot be applied: "+maskParams(t, text)))
		}
	}
	return faults
}

// checker applies rules to values of their types.
type checker struct{ validate *validator.Validate }

// panicOf returns the text of the panic when the tags of a struct are applied, or "". With
// custom, there are a caller's rules, which are not called: the tags are only parsed.
// Structs in it are checked on their own.
func (c checker) panicOf(t *schema.Type, custom bool) string {
	const parsed = "the tags are parsed"
	skip := func(name []byte) bool {
		if custom { // all tags of a struct are parsed before the first field is filtered
			panic(parsed)
		}
		f, after := t.Names.Cut(strings.TrimPrefix(string(name), t.Go.Name()+"."))
		if f == nil || after == "" {
			return false
		}
		at := f.Type
		for range f.Rules.Dives() {
			at = cmp.Or(at.Elem, at)
		}
		return at.Kind == schema.Struct
	}
	zero, full := reflect.New(t.Go), reflect.New(t.Go)
	full.Elem().Set(sample(t.Go, 2))
	for _, v := range []reflect.Value{zero, full} {
		text := panicText(func() { _ = c.validate.StructFiltered(v.Interface(), skip) })
		if text != "" && text != parsed {
			return text
		}
	}
	return ""
}

// field applies each rule of a field to a value of the field's type.
func (c checker) field(t *schema.Type, f *schema.Field) (faults []string) {
	if f.Rules.Off {
		return nil
	}
	fault := func(message string) {
		tag := fmt.Sprintf("validate:%q: ", f.Rules.Text)
		if f.Hidden {
			tag = "its validate tag: "
		}
		faults = append(faults, tag+message)
	}
	if f.Rules.Fault != "" {
		fault(f.Rules.Fault)
		return faults
	}
	try := func(at reflect.Type, all []schema.Rule) {
		for _, r := range all {
			for _, a := range r.Any {
				if message := c.rule(scopeOf(t, f), convert.ValidatedType(at), quoted{a, f.Hidden}); message != "" {
					fault(message)
				}
			}
		}
	}
	at := indirect(fieldType(t.Go, f.Index))
	for i, level := range f.Rules.Levels {
		try(at, level.Rules)
		if i == f.Rules.Dives() {
			break
		}
		if !IsItems(at.Kind()) {
			fault(fmt.Sprintf(`"dive" needs a list or map, not %s`, schema.TypeName(at)))
			return faults
		}
		if level.Keyed {
			if at.Kind() != reflect.Map {
				fault(`"keys" needs a map, and stands behind "dive"`)
				return faults
			}
			try(at.Key(), level.Keys)
		}
		at = indirect(at.Elem())
	}
	return faults
}

func indirect(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

func fieldType(t reflect.Type, index []int) reflect.Type {
	for _, i := range index {
		t = indirect(t).Field(i).Type
	}
	return t
}

// rule applies one rule to values of type at.
func (c checker) rule(in scope, at reflect.Type, r quoted) string {
	e := Lookup(r.Name)
	switch {
	case e != nil && e.Fields != none:
		return checkNames(in, at, r)
	case e != nil && e.Neutral, !isBuiltIn(r.Name), at.Kind() == reflect.Interface, hasValuer(at):
		return ""
	}
	if at.Kind() == reflect.Struct && !IsBound(r.Name) && r.Name != "unique" {
		return fmt.Sprintf("the rule %v is for texts, and fails on every %s", r, schema.TypeName(at))
	}
	for _, value := range []reflect.Value{reflect.New(at).Elem(), sample(at, 1)} {
		failed := panicText(func() { _ = c.validate.Var(value.Interface(), r.Text) })
		switch {
		case failed == "":
		case r.secret: // the validator's text may quote the parameter
			return fmt.Sprintf("the rule %v cannot be applied to %s", r, schema.TypeName(at))
		default:
			return fmt.Sprintf("the rule %v cannot be applied to %s: %s", r, schema.TypeName(at), failed)
		}
	}
	return ""
}

// hasValuer reports whether a type has a method that passes another value to the validator.
func hasValuer(t reflect.Type) bool { return t.Implements(reflect.TypeFor[validator.Valuer]()) }

// hasCustom reports whether a rule is a caller's own, or calls a method.
func hasCustom(rules schema.Rules) bool {
	for a := range rules.All() {
		if a.Name == "validateFn" || a.Name != "" && a.Name != "-" && !isBuiltIn(a.Name) {
			return true
		}
	}
	return false
}

// isBuiltIn reports whether a rule is one of the validator's own.
func isBuiltIn(name string) bool {
	return panicText(func() { _ = DefaultValidator().Var("", "omitempty,"+name) }) == ""
}

package rules

import (
	"fmt"
	"reflect"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// Check finds validation rules that would panic, now or once a nil pointer is set by a
// later reload, and those that name fields which do not exist, which the validator
// takes for rules that always hold or always fail.
func Check(root *schema.Type, v *validator.Validate) []problem.Problem {
	c := checker{v}
	var faults []problem.Problem
	for t := range root.RuledTypes() {
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
		// The validator parses the rules of all fields of a struct the first
		// time it sees one, and panics at those it does not know.
		text := c.panicOf(reflect.New(t.Go))
		if text == "" && !custom { // a caller's rule may expect more than a sample has to offer
			full := reflect.New(t.Go)
			full.Elem().Set(sample(t.Go, 2))
			text = c.panicOf(full)
		}
		if text != "" {
			faults = append(faults, schema.Fault(t.Where, "its validate tags cannot be applied: "+hideParams(t, text)))
		}
	}
	return faults
}

type checker struct{ validate *validator.Validate }

// panicOf returns the text of the panic that validating a struct ends with, or "".
func (c checker) panicOf(value reflect.Value) string {
	return guardText(func() { _ = c.validate.Struct(value.Interface()) })
}

// field tries every rule of a field on a value of the field's type.
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
				if message := c.rule(scopeOf(t, f), convert.Judged(at), quoted{a, f.Hidden}); message != "" {
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

// isStructural reports whether a rule is handled by the validator itself, or suits
// every type.
func isStructural(rule string) bool {
	switch rule {
	case "omitempty", "omitzero", "omitnil", "structonly", "nostructlevel", "required", "isdefault", "validateFn", "-":
		return true
	}
	return false
}

// rule tries one rule on values of type at.
func (c checker) rule(in around, at reflect.Type, r quoted) string {
	if isStructural(r.Name) {
		return ""
	}
	if message := checkNames(in, at, r); message != "" {
		return message
	}
	if RefersToFields(r.Name) || !isBuiltIn(r.Name) || at.Kind() == reflect.Interface {
		return ""
	}
	if at.Kind() == reflect.Struct && !IsBound(r.Name) && r.Name != "unique" {
		return fmt.Sprintf("the rule %v is for texts, and fails on every %s", r, schema.TypeName(at))
	}
	for _, value := range []reflect.Value{reflect.New(at).Elem(), sample(at, 1)} {
		failed := guardText(func() { _ = c.validate.Var(value.Interface(), r.Text) })
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

// hasCustom reports whether there is a rule that is a caller's own.
func hasCustom(rules schema.Rules) bool {
	for a := range rules.All() {
		if a.Name != "" && !isStructural(a.Name) && !isBuiltIn(a.Name) {
			return true
		}
	}
	return false
}

// isBuiltIn reports whether the validator has the rule without a caller's help.
func isBuiltIn(name string) bool {
	return guardText(func() { _ = Own().Var("", "omitempty,"+name) }) == ""
}

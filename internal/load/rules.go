package load

import (
	"fmt"
	"reflect"
	"strings"

	"example.com/lastgood/internal/schema"
)

// checkRules finds validation rules that would panic, now or once a nil pointer
// is set by a later reload, and those that name fields which do not exist, which
// the validator takes for rules that always hold or always fail.
func (l *Loader) checkRules() []schema.Fault {
	var faults []schema.Fault
	l.schema.EachStruct(func(t *schema.Type) {
		before, custom := len(faults), false
		for _, f := range t.All() {
			for _, message := range l.checkRulesOf(t, f) {
				faults = append(faults, schema.Fault{Field: fieldName(t, f), Message: message})
			}
			custom = custom || hasCustomRule(f)
		}
		if len(faults) > before {
			return
		}
		// The validator parses the rules of all fields of a struct the first
		// time it sees one, and panics at those it does not know.
		text := l.panicOf(reflect.New(t.Go))
		if text == "" && !custom { // a caller's rule may expect more than a sample has to offer
			full := reflect.New(t.Go)
			full.Elem().Set(sample(t.Go, 2))
			text = l.panicOf(full)
		}
		if text != "" {
			faults = append(faults, schema.Fault{Field: t.Where, Message: "its validate tags cannot be applied: " + hideRules(t, text)})
		}
	}, func(f *schema.Field) bool { return f.Rules == "-" })
	return faults
}

// panicOf returns the text of the panic that validating a struct ends with, or "".
func (l *Loader) panicOf(value reflect.Value) string {
	return guardText(func() { _ = l.validate.Struct(value.Interface()) })
}

// checkRulesOf tries every rule of a field on a value of the field's type.
func (l *Loader) checkRulesOf(t *schema.Type, f *schema.Field) (faults []string) {
	if f.Rules == "" || f.Rules == "-" {
		return nil
	}
	fault := func(message string) {
		if f.Hidden {
			faults = append(faults, "its validate tag: "+message)
			return
		}
		faults = append(faults, fmt.Sprintf("validate:%q: %s", f.Rules, message))
	}
	at := indirect(fieldType(t.Go, f.Index))
	var container reflect.Type // behind "dive"
	inKeys := false
	for part := range strings.SplitSeq(f.Rules, ",") {
		switch part {
		case "dive":
			if !isItems(at.Kind()) {
				fault(fmt.Sprintf(`"dive" needs a list or map, not %s`, schema.TypeName(at)))
				return faults
			}
			container, at = at, indirect(at.Elem())
		case "keys":
			if container == nil || container.Kind() != reflect.Map {
				fault(`"keys" needs a map, and stands behind "dive"`)
				return faults
			}
			at, inKeys = container.Key(), true
		case "endkeys":
			if !inKeys {
				fault(`"endkeys" needs "keys" before it`)
				return faults
			}
			at, inKeys = indirect(container.Elem()), false
		default:
			for alternative := range strings.SplitSeq(part, "|") {
				if message := l.checkRule(t, schema.Judged(at), ruleText{alternative, f.Hidden}); message != "" {
					fault(message)
				}
			}
		}
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
	case "omitempty", "omitzero", "omitnil", "structonly", "nostructlevel", "required", "isdefault", "validateFn", "-",
		"dive", "keys", "endkeys":
		return true
	}
	return false
}

// checkRule tries one rule on values of type at in a struct of type t.
func (l *Loader) checkRule(t *schema.Type, at reflect.Type, text ruleText) string {
	r := parseRule(text.text)
	if isStructural(r.name) {
		return ""
	}
	if message := checkNames(t, at, text); message != "" {
		return message
	}
	if refersToFields(r.name) || !isBuiltIn(r.name) || at.Kind() == reflect.Interface {
		return ""
	}
	if at.Kind() == reflect.Struct && boundOf(r.name) == nil && r.name != "unique" {
		return fmt.Sprintf("the rule %v is for texts, and fails on every %s", text, schema.TypeName(at))
	}
	for _, value := range []reflect.Value{reflect.New(at).Elem(), sample(at, 1)} {
		failed := guardText(func() { _ = l.validate.Var(value.Interface(), text.text) })
		switch {
		case failed == "":
		case text.secret: // the validator's text may quote the parameter
			return fmt.Sprintf("the rule %v cannot be applied to %s", text, schema.TypeName(at))
		default:
			return fmt.Sprintf("the rule %v cannot be applied to %s: %s", text, schema.TypeName(at), failed)
		}
	}
	return ""
}

// hasCustomRule reports whether a field has a rule that is a caller's own.
func hasCustomRule(f *schema.Field) bool {
	for part := range strings.SplitSeq(f.Rules, ",") {
		for alternative := range strings.SplitSeq(part, "|") {
			if name := parseRule(alternative).name; name != "" && !isStructural(name) && !isBuiltIn(name) {
				return true
			}
		}
	}
	return false
}

// isBuiltIn reports whether the validator has the rule without a caller's help.
func isBuiltIn(name string) bool {
	return guardText(func() { _ = ownValidator().Var("", "omitempty,"+name) }) == ""
}

package rules

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// Wording is what the words for a rule depend on, beside the rule and the type that it
// judges.
type Wording struct {
	Fields *schema.Type // those that the rule may name
	Secret bool         // parameters are left out: they depend on a secret's value
}

// Describe returns in English what the rule that failed asks for.
func (w Wording) Describe(fe validator.FieldError) string {
	alternatives := strings.Split(fe.ActualTag(), "|")
	if len(alternatives) == 1 {
		return w.rule(Failed(fe), fe)
	}
	if w.Secret { // a bar in a parameter is like one between rules
		return "must satisfy one of its rules"
	}
	var text strings.Builder
	for i, alternative := range alternatives {
		part := w.rule(schema.ParseAlternative(alternative), fe)
		if i > 0 {
			text.WriteString(" or ")
			part = strings.TrimPrefix(part, "must be ")
		}
		text.WriteString(part)
	}
	return text.String()
}

// Code is the code of a problem with the rule that failed: its name.
func (w Wording) Code(fe validator.FieldError) string {
	if !w.Secret || !strings.Contains(fe.Tag(), "=") {
		return fe.Tag()
	}
	first, _, _ := strings.Cut(fe.Tag(), "|")
	return schema.ParseAlternative(first).Name
}

// Failed returns the rule that failed.
func Failed(fe validator.FieldError) schema.Alternative {
	return schema.Alternative{Name: fe.ActualTag(), Param: fe.Param()}
}

func (w Wording) rule(r schema.Alternative, fe validator.FieldError) string {
	if text := relationOf(r.Name); text != "" {
		return fmt.Sprintf(text, w.key(r.Param))
	}
	if verb, condition, ok := strings.Cut(r.Name, "_"); ok && (verb == "required" || verb == "excluded") {
		if text := w.condition(condition, r.Words()); text != "" {
			return map[string]string{"required": "required", "excluded": "must not be set"}[verb] + text
		}
	}
	if of := boundOf(r.Name); of != nil && (!w.Secret || r.Param == "" || isCount(r.Name, kindOf(fe))) {
		return describeBound(of, r, kindOf(fe))
	}
	switch text := textFor(r.Name); {
	case r.Name == "unique" && r.Param != "":
		return "must not have the same " + w.key(r.Param) + " twice"
	case w.Secret && (text == "" || strings.Contains(text, "%")):
		return "must satisfy the rule " + r.Name
	case strings.Contains(text, "%q"):
		return fmt.Sprintf(text, r.Param)
	case strings.Contains(text, "%s"):
		return fmt.Sprintf(text, strings.Join(r.Words(), ", "))
	case text != "":
		return text
	case r.Param != "":
		return fmt.Sprintf("must satisfy the rule %s=%s", r.Name, r.Param)
	}
	return "must satisfy the rule " + r.Name
}

// IsBound reports whether a rule is about a number, or about how many characters or
// items there are.
func IsBound(rule string) bool { return boundOf(rule) != nil }

// boundOf returns the texts of a rule about a number, or about how many characters or
// items there are, and nil for any other.
func boundOf(rule string) *bound {
	switch rule {
	case "len":
		return &bound{"must be %s", "must be exactly %s long", "must have exactly %s"}
	case "eq":
		return &bound{"must be %s", "must be %s", "must have exactly %s"}
	case "ne":
		return &bound{"must not be %s", "must not be %s", "must not have exactly %s"}
	case "min", "gte":
		return &bound{"must be %s or greater", "must be at least %s long", "must have at least %s"}
	case "max", "lte":
		return &bound{"must be %s or less", "must be at most %s long", "must have at most %s"}
	case "gt":
		return &bound{"must be greater than %s", "must be longer than %s", "must have more than %s"}
	case "lt":
		return &bound{"must be less than %s", "must be shorter than %s", "must have less than %s"}
	}
	return nil
}

type bound struct{ number, text, items string }

// IsItems reports whether values of a kind are lists or maps.
func IsItems(k reflect.Kind) bool {
	return k == reflect.Slice || k == reflect.Map || k == reflect.Array
}

// isCount reports whether a rule about a bound counts characters or items, and does
// not compare a value.
func isCount(rule string, kind reflect.Kind) bool {
	return IsItems(kind) || kind == reflect.String && rule != "eq" && rule != "ne"
}

// kindOf is the kind of the value that a rule judges, or would if it were there.
func kindOf(fe validator.FieldError) reflect.Kind {
	if t := fe.Type(); fe.Kind() == reflect.Pointer && t != nil { // it is nil
		return convert.Judged(t.Elem()).Kind()
	}
	return fe.Kind()
}

func describeBound(of *bound, r schema.Alternative, kind reflect.Kind) string {
	switch {
	case r.Param == "" && r.Name[0] == 'g':
		return "must be in the future"
	case r.Param == "" && r.Name[0] == 'l':
		return "must be in the past"
	case IsItems(kind):
		return fmt.Sprintf(of.items, problem.Count(r.Param, "item"))
	case isCount(r.Name, kind):
		return fmt.Sprintf(of.text, problem.Count(r.Param, "character"))
	case kind == reflect.String:
		return fmt.Sprintf(of.text, strconv.Quote(r.Param))
	}
	return fmt.Sprintf(of.number, r.Param)
}

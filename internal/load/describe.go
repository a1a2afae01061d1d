package load

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/schema"
)

// wording is what the words for a rule depend on, beside the rule and the type that it
// judges.
type wording struct {
	fields *schema.Type // those that the rule may name
	secret bool         // parameters are left out: they tell of a secret's value
}

// describe says in English what the rule that failed asks for.
func (w wording) describe(fe validator.FieldError) string {
	alternatives := strings.Split(fe.ActualTag(), "|")
	if len(alternatives) == 1 {
		return w.rule(rule{fe.ActualTag(), fe.Param()}, fe)
	}
	if w.secret { // a bar in a parameter looks like one between rules
		return "must satisfy one of its rules"
	}
	var text strings.Builder
	for i, alternative := range alternatives {
		part := w.rule(parseRule(alternative), fe)
		if i > 0 {
			text.WriteString(" or ")
			part = strings.TrimPrefix(part, "must be ")
		}
		text.WriteString(part)
	}
	return text.String()
}

// code is the code of a problem with the rule that failed: its name.
func (w wording) code(fe validator.FieldError) string {
	if !w.secret || !strings.Contains(fe.Tag(), "=") {
		return fe.Tag()
	}
	first, _, _ := strings.Cut(fe.Tag(), "|")
	return parseRule(first).name
}

func (w wording) rule(r rule, fe validator.FieldError) string {
	if text := relationOf(r.name); text != "" {
		return fmt.Sprintf(text, w.key(r.param))
	}
	if verb, condition, ok := strings.Cut(r.name, "_"); ok && (verb == "required" || verb == "excluded") {
		if text := w.condition(condition, r.param); text != "" {
			return map[string]string{"required": "required", "excluded": "must not be set"}[verb] + text
		}
	}
	if of := boundOf(r.name); of != nil && (!w.secret || r.param == "" || isCount(r.name, kindOf(fe))) {
		return describeBound(of, r, kindOf(fe))
	}
	switch text := textFor(r.name); {
	case r.name == "unique" && r.param != "":
		return "must not have the same " + w.key(r.param) + " twice"
	case w.secret && (text == "" || strings.Contains(text, "%")):
		return "must satisfy the rule " + r.name
	case strings.Contains(text, "%q"):
		return fmt.Sprintf(text, r.param)
	case strings.Contains(text, "%s"):
		return fmt.Sprintf(text, strings.Join(words(r.param), ", "))
	case text != "":
		return text
	case r.param != "":
		return fmt.Sprintf("must satisfy the rule %s=%s", r.name, r.param)
	}
	return "must satisfy the rule " + r.name
}

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

func isItems(k reflect.Kind) bool {
	return k == reflect.Slice || k == reflect.Map || k == reflect.Array
}

// isCount reports whether a rule about a bound counts characters or items, and does
// not compare a value.
func isCount(rule string, kind reflect.Kind) bool {
	return isItems(kind) || kind == reflect.String && rule != "eq" && rule != "ne"
}

// kindOf is the kind of the value that a rule judges, or would if it were there.
func kindOf(fe validator.FieldError) reflect.Kind {
	if t := fe.Type(); fe.Kind() == reflect.Pointer && t != nil { // it is nil
		return schema.Judged(t.Elem()).Kind()
	}
	return fe.Kind()
}

func describeBound(of *bound, r rule, kind reflect.Kind) string {
	switch {
	case r.param == "" && r.name[0] == 'g':
		return "must be in the future"
	case r.param == "" && r.name[0] == 'l':
		return "must be in the past"
	case isItems(kind):
		return fmt.Sprintf(of.items, count(r.param, "item"))
	case isCount(r.name, kind):
		return fmt.Sprintf(of.text, count(r.param, "character"))
	case kind == reflect.String:
		return fmt.Sprintf(of.text, strconv.Quote(r.param))
	}
	return fmt.Sprintf(of.number, r.param)
}

func count(n, what string) string {
	if n == "1" {
		return n + " " + what
	}
	return n + " " + what + "s"
}

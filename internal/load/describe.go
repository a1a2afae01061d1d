package load

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"
)

// describe says in English what the rule that failed asks for. key tells the key
// of a field that a rule names in Go.
func describe(fe validator.FieldError, key func(field string) string) string {
	alternatives := strings.Split(fe.ActualTag(), "|")
	if len(alternatives) == 1 {
		return describeRule(rule{fe.ActualTag(), fe.Param()}, fe, key)
	}
	var text strings.Builder
	for i, alternative := range alternatives {
		part := describeRule(parseRule(alternative), fe, key)
		if i > 0 {
			text.WriteString(" or ")
			part = strings.TrimPrefix(part, "must be ")
		}
		text.WriteString(part)
	}
	return text.String()
}

func describeRule(r rule, fe validator.FieldError, key func(string) string) string {
	if text := relationOf(r.name); text != "" {
		return fmt.Sprintf(text, key(r.param))
	}
	if verb, condition, ok := strings.Cut(r.name, "_"); ok && (verb == "required" || verb == "excluded") {
		if text := describeCondition(condition, r.param, key); text != "" {
			return map[string]string{"required": "required", "excluded": "must not be set"}[verb] + text
		}
	}
	if of := boundOf(r.name); of != nil {
		return describeBound(of, r, fe)
	}
	switch text := textFor(r.name); {
	case r.name == "unique" && r.param != "":
		return "must not have the same " + key(r.param) + " twice"
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

func describeBound(of *bound, r rule, fe validator.FieldError) string {
	kind := fe.Kind()
	if t := fe.Type(); kind == reflect.Pointer && t != nil { // it is nil
		kind = t.Elem().Kind()
	}
	switch {
	case r.param == "" && r.name[0] == 'g':
		return "must be in the future"
	case r.param == "" && r.name[0] == 'l':
		return "must be in the past"
	case isItems(kind):
		return fmt.Sprintf(of.items, count(r.param, "item"))
	case kind == reflect.String && (r.name == "eq" || r.name == "ne"):
		return fmt.Sprintf(of.text, strconv.Quote(r.param))
	case kind == reflect.String:
		return fmt.Sprintf(of.text, count(r.param, "character"))
	}
	return fmt.Sprintf(of.number, r.param)
}

func count(n, what string) string {
	if n == "1" {
		return n + " " + what
	}
	return n + " " + what + "s"
}

package rules

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// Describe says in English what the rule that failed asks for. key returns the key
// of a field that a rule names in Go.
func Describe(fe validator.FieldError, key func(field string) string) string {
	alternatives := strings.Split(fe.ActualTag(), "|")
	if len(alternatives) == 1 {
		return describe(Failed(fe), fe, key)
	}
	var text strings.Builder
	for i, alternative := range alternatives {
		part := describe(schema.ParseAlternative(alternative), fe, key)
		if i > 0 {
			text.WriteString(" or ")
			part = strings.TrimPrefix(part, "must be ")
		}
		text.WriteString(part)
	}
	return text.String()
}

// Failed returns the rule that failed.
func Failed(fe validator.FieldError) schema.Alternative {
	return schema.Alternative{Name: fe.ActualTag(), Param: fe.Param()}
}

func describe(r schema.Alternative, fe validator.FieldError, key func(string) string) string {
	if text := relationOf(r.Name); text != "" {
		return fmt.Sprintf(text, key(r.Param))
	}
	if verb, condition, ok := strings.Cut(r.Name, "_"); ok && (verb == "required" || verb == "excluded") {
		if text := describeCondition(condition, r.Words(), key); text != "" {
			return map[string]string{"required": "required", "excluded": "must not be set"}[verb] + text
		}
	}
	if of := boundOf(r.Name); of != nil {
		return describeBound(of, r, fe)
	}
	switch text := textFor(r.Name); {
	case r.Name == "unique" && r.Param != "":
		return "must not have the same " + key(r.Param) + " twice"
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

func describeBound(of *bound, r schema.Alternative, fe validator.FieldError) string {
	kind := fe.Kind()
	if t := fe.Type(); kind == reflect.Pointer && t != nil { // it is nil
		kind = t.Elem().Kind()
	}
	switch {
	case r.Param == "" && r.Name[0] == 'g':
		return "must be in the future"
	case r.Param == "" && r.Name[0] == 'l':
		return "must be in the past"
	case IsItems(kind):
		return fmt.Sprintf(of.items, problem.Count(r.Param, "item"))
	case kind == reflect.String && (r.Name == "eq" || r.Name == "ne"):
		return fmt.Sprintf(of.text, strconv.Quote(r.Param))
	case kind == reflect.String:
		return fmt.Sprintf(of.text, problem.Count(r.Param, "character"))
	}
	return fmt.Sprintf(of.number, r.Param)
}

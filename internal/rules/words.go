package rules

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// Wording is what the words for a rule depend on, besides the rule and the type.
type Wording struct {
	Fields *schema.Type // the struct whose fields the rule may name
	Secret bool         // parameters are left out, because they reveal a secret's value
}

// Describe returns what the failed rule asks for, in English.
func (w Wording) Describe(fe validator.FieldError) string {
	if text := w.callerText(schema.Alternative{Name: fe.Tag(), Param: fe.Param()}); text != "" { // of an alias
		return text
	}
	kind := fe.Kind()
	if t := fe.Type(); kind == reflect.Pointer && t != nil { // it is nil
		kind = convert.ValidatedType(t.Elem()).Kind()
	}
	return w.words(FailedRules(fe), kind)
}

// Code returns the code of the problem of the failed rule: its name.
func (w Wording) Code(fe validator.FieldError) string {
	if !w.Secret || !strings.Contains(fe.Tag(), "=") {
		return fe.Tag()
	}
	first, _, _ := strings.Cut(fe.Tag(), "|")
	return schema.ParseAlternative(first).Name
}

// FailedRules returns the rule that failed, or all alternatives of it.
func FailedRules(fe validator.FieldError) []schema.Alternative {
	if strings.Contains(fe.ActualTag(), "|") {
		return schema.ParseRule(fe.ActualTag()).Any
	}
	return []schema.Alternative{{Name: fe.ActualTag(), Param: fe.Param()}}
}

// words returns what some alternatives ask of a value of a kind.
func (w Wording) words(alternatives []schema.Alternative, kind reflect.Kind) string {
	if len(alternatives) > 1 && w.Secret { // a bar may be part of a parameter
		return "must satisfy one of its rules"
	}
	text := w.rule(alternatives[0], kind)
	for _, a := range alternatives[1:] {
		text += " or " + strings.TrimPrefix(w.rule(a, kind), "must be ")
	}
	return text
}

// rule returns what a single rule asks of a value of a kind.
func (w Wording) rule(r schema.Alternative, kind reflect.Kind) string {
	if text := w.callerText(r); text != "" {
		return text
	}
	e := Lookup(r.Name)
	switch {
	case e == nil || e.Words == "":
	case e.Fields != none:
		return w.relation(e.Words, r)
	case r.Name == "unique" && r.Param != "":
		return "must not have the same " + w.key(r.Param) + " twice"
	case r.Param == "" && e.TimeWords != "":
		return e.TimeWords
	case e.Count != "" && IsItems(kind):
		return strings.Replace(e.Count, "%s", problem.Count(r.Param, "item"), 1)
	case e.Length != "" && kind == reflect.String && e.counts(kind):
		return strings.Replace(e.Length, "%s", problem.Count(r.Param, "character"), 1)
	case w.Secret && strings.Contains(e.Words, "%"):
	case e.Length != "" && kind == reflect.String:
		return fmt.Sprintf(e.Length, r.Param)
	case strings.Contains(e.Words, "%q"):
		return fmt.Sprintf(e.Words, r.Param)
	case e.Length != "":
		return strings.Replace(e.Words, "%s", r.Param, 1)
	default:
		return strings.Replace(e.Words, "%s", strings.Join(r.Words(), ", "), 1)
	}
	if r.Param != "" && !w.Secret {
		return fmt.Sprintf("must satisfy the rule %s=%s", r.Name, r.Param)
	}
	return "must satisfy the rule " + r.Name
}

// IsBound reports whether a rule bounds a number, or the number of characters or items.
func IsBound(rule string) bool {
	e := Lookup(rule)
	return e != nil && e.Count != ""
}

// IsItems reports whether values of a kind are lists or maps.
func IsItems(k reflect.Kind) bool {
	return k == reflect.Slice || k == reflect.Map || k == reflect.Array
}

// counts reports whether a rule counts the characters or items of values of a kind, rather
// than comparing the values.
func (e *Entry) counts(kind reflect.Kind) bool {
	return e.Count != "" && (IsItems(kind) || kind == reflect.String && strings.Contains(e.Length, "%s"))
}

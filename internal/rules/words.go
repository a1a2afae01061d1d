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

// Wording is what the words for a rule depend on, beside the rule and the type that it
// judges.
type Wording struct {
	Fields *schema.Type // those that the rule may name
	Secret bool         // parameters are left out: they depend on a secret's value
}

// Describe returns in English what the rule that failed asks for.
func (w Wording) Describe(fe validator.FieldError) string {
	kind := fe.Kind()
	if t := fe.Type(); kind == reflect.Pointer && t != nil { // it is nil
		kind = convert.Judged(t.Elem()).Kind()
	}
	failed := []schema.Alternative{Failed(fe)}
	if strings.Contains(fe.ActualTag(), "|") {
		failed = schema.ParseRule(fe.ActualTag()).Any
	}
	return w.words(failed, kind)
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

// words returns what alternatives ask of a value of a kind.
func (w Wording) words(alternatives []schema.Alternative, kind reflect.Kind) string {
	if len(alternatives) > 1 && w.Secret { // a bar in a parameter is like one between rules
		return "must satisfy one of its rules"
	}
	text := w.rule(alternatives[0], kind)
	for _, a := range alternatives[1:] {
		text += " or " + strings.TrimPrefix(w.rule(a, kind), "must be ")
	}
	return text
}

func (w Wording) rule(r schema.Alternative, kind reflect.Kind) string {
	e := Known(r.Name)
	switch {
	case e == nil || e.Words == "":
	case e.Fields != none:
		return w.relation(e.Words, r)
	case r.Name == "unique" && r.Param != "":
		return "must not have the same " + w.key(r.Param) + " twice"
	case r.Param == "" && e.Now != "":
		return e.Now
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

// IsBound reports whether a rule is about a number, or about how many characters or
// items there are.
func IsBound(rule string) bool {
	e := Known(rule)
	return e != nil && e.Count != ""
}

// IsItems reports whether values of a kind are lists or maps.
func IsItems(k reflect.Kind) bool {
	return k == reflect.Slice || k == reflect.Map || k == reflect.Array
}

// counts reports whether a rule counts the characters or items of values of a kind, and
// does not compare them.
func (e *Entry) counts(kind reflect.Kind) bool {
	return e.Count != "" && (IsItems(kind) || kind == reflect.String && strings.Contains(e.Length, "%s"))
}

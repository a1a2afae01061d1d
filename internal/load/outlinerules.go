package load

import (
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/schema"
)

// Rule is one part of a validate tag. A value satisfies it if it satisfies one of
// its alternatives.
type Rule struct {
	Any   []Alternative // one, unless the tag joins several by "|"
	Words string        // what it asks for, as problems say it: "must be greater than 0"
}

// Alternative is one rule of go-playground/validator.
type Alternative struct{ Name, Param string }

// Rules returns the rules for what lies depth lists or maps inside f, a field of
// the Struct t. The words for those that belong to no value, such as omitempty, are
// empty.
func (l *Loader) Rules(t *schema.Type, f *schema.Field, depth int) []Rule {
	at := indirect(fieldType(t.Go, f.Index))
	for range depth {
		at = indirect(at.Elem())
	}
	return outlineRules(t, f, at, rulesAt(f.Rules, depth))
}

// KeyRules returns the rules for the keys of the map that lies depth lists or maps
// inside f, a field of the Struct t.
func (l *Loader) KeyRules(t *schema.Type, f *schema.Field, depth int) []Rule {
	at := indirect(fieldType(t.Go, f.Index))
	for range depth {
		at = indirect(at.Elem())
	}
	return outlineRules(t, f, indirect(at.Key()), keyRulesAt(f.Rules, depth))
}

// keyRulesAt returns what stands between "keys" and "endkeys" behind the dive into
// a map.
func keyRulesAt(tag string, depth int) []string {
	var rules []string
	dives, inKeys := 0, false
	for text := range strings.SplitSeq(tag, ",") {
		switch {
		case text == "keys":
			inKeys = true
		case text == "endkeys":
			inKeys = false
		case inKeys && dives == depth+1:
			rules = append(rules, text)
		case text == "dive" && !inKeys:
			dives++
		}
	}
	return rules
}

// outlineRules returns the rules tags of f, a field of the Struct t, for values of type
// at. A rule of a secret whose parameter tells of its value is an empty Alternative.
func outlineRules(t *schema.Type, f *schema.Field, at reflect.Type, tags []string) []Rule {
	at = schema.Judged(at)
	var rules []Rule
	for _, text := range tags {
		if text == "" || text == "-" {
			continue
		}
		var r Rule
		for alternative := range strings.SplitSeq(text, "|") {
			parsed := parseRule(alternative)
			r.Any = append(r.Any, Alternative{parsed.name, parsed.param})
		}
		if name := r.Any[0].Name; len(r.Any) > 1 || !isStructural(name) || textFor(name) != "" {
			fe := ruleOf{tag: text, typ: at}
			if len(r.Any) == 1 {
				fe.tag, fe.param = name, r.Any[0].Param
			}
			w := wording{fields: fieldsNamed(t, at, name), secret: f.Hidden}
			r.Words = w.describe(fe)
		}
		for i, a := range r.Any {
			if f.Hidden && a.Param != "" && (boundOf(a.Name) == nil || !isCount(a.Name, at.Kind())) {
				r.Any[i] = Alternative{}
			}
		}
		rules = append(rules, r)
	}
	return rules
}

// fieldsNamed returns the struct whose fields a rule names: t, or for "unique" what is
// listed.
func fieldsNamed(t *schema.Type, at reflect.Type, rule string) (in *schema.Type) {
	if rule != "unique" || !isItems(at.Kind()) {
		return t
	}
	t.EachStruct(func(s *schema.Type) {
		if s.Go == indirect(at.Elem()) {
			in = s
		}
	}, nil)
	return in
}

// ruleOf is a rule that has not failed, as far as its words depend on it.
type ruleOf struct {
	validator.FieldError // nil: the words depend on nothing else
	tag, param           string
	typ                  reflect.Type
}

func (r ruleOf) ActualTag() string  { return r.tag }
func (r ruleOf) Param() string      { return r.param }
func (r ruleOf) Kind() reflect.Kind { return r.typ.Kind() }
func (r ruleOf) Type() reflect.Type { return r.typ }

// Words splits the parameter of a rule that names several things.
func (a Alternative) Words() []string { return words(a.Param) }

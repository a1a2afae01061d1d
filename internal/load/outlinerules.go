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
	return outlineRules(t, at, rulesAt(f.Rules, depth))
}

// KeyRules returns the rules for the keys of the map that lies depth lists or maps
// inside f, a field of the Struct t.
func (l *Loader) KeyRules(t *schema.Type, f *schema.Field, depth int) []Rule {
	at := indirect(fieldType(t.Go, f.Index))
	for range depth {
		at = indirect(at.Elem())
	}
	return outlineRules(t, indirect(at.Key()), keyRulesAt(f.Rules, depth))
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

func outlineRules(t *schema.Type, at reflect.Type, tags []string) []Rule {
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
			r.Words = describe(fe, keyNamer(t, at, r.Any[0].Name))
		}
		rules = append(rules, r)
	}
	return rules
}

// keyNamer tells the key of a field that a rule names in Go: one of t, or for
// "unique" one of what is listed.
func keyNamer(t *schema.Type, at reflect.Type, rule string) func(string) string {
	in := t
	if rule == "unique" && isItems(at.Kind()) {
		in = nil
		t.EachStruct(func(s *schema.Type) {
			if s.Go == indirect(at.Elem()) {
				in = s
			}
		}, nil)
	}
	return func(name string) string {
		if p, ok := keyPath(in, name); ok {
			return p.String()
		}
		return name
	}
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

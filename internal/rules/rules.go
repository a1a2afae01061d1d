package rules

import (
	"reflect"
	"slices"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/schema"
)

// Rule is one part of a validate tag with its words.
type Rule struct {
	schema.Rule
	Words string // what it asks for, as in a problem: "must be greater than 0"; "" for a rule that is about no value
}

// For returns the rules for the values depth lists or maps below f, a field of the struct
// t. A rule about no value, such as omitempty, has no words.
func For(t *schema.Type, f *schema.Field, depth int) []Rule {
	return withWords(t, f, elemAt(f.Type, depth), f.Rules.At(depth))
}

// ForKeys returns the rules for the keys of the map depth lists or maps below f, a field of
// the struct t.
func ForKeys(t *schema.Type, f *schema.Field, depth int) []Rule {
	return withWords(t, f, elemAt(f.Type, depth).Key.Type, f.Rules.KeysAt(depth))
}

func elemAt(t *schema.Type, depth int) *schema.Type {
	for range depth {
		t = t.Elem
	}
	return t
}

// withWords returns the rules of f, a field of the struct t, for values of type at. For a
// secret, a rule with a parameter that reveals its value is an empty Alternative.
func withWords(t *schema.Type, f *schema.Field, at *schema.Type, all []schema.Rule) []Rule {
	kind := convert.ValidatedType(at.Go).Kind()
	var out []Rule
	for _, r := range all {
		if r.Text == "" || r.Text == "-" {
			continue
		}
		named := Rule{Rule: r}
		if e := Lookup(r.Any[0].Name); len(r.Any) > 1 || e == nil || e.Words != "" {
			w := Wording{Fields: t, Secret: f.Hidden}
			if r.Any[0].Name == "unique" { // it names a field of the items
				w.Fields = at.Elem
			}
			named.Words = w.words(r.Any, kind)
		}
		named.Any = slices.Clone(r.Any)
		for i, a := range r.Any {
			if e := Lookup(a.Name); f.Hidden && a.Param != "" && (e == nil || !e.counts(kind)) {
				named.Any[i] = schema.Alternative{}
			}
		}
		out = append(out, named)
	}
	return out
}

// Holds reports whether a value satisfies the rule, and whether that is known. It calls
// only the validator's own code. The result is not known for rules of a caller, about other
// fields or about the machine, nor for nil.
func (r Rule) Holds(v any) (holds, known bool) {
	for _, a := range r.Any {
		switch e := Lookup(a.Name); {
		case e != nil && (e.Neutral || e.Absent):
			return true, true
		case v == nil, e == nil, e.Fields != none, e.Local:
			return false, false
		case a.Name == "unique" && a.Param != "":
			single := reflect.ValueOf(v).Len() < 2
			return single, single
		}
	}
	panicked := panicText(func() { holds = DefaultValidator().Var(v, r.Text) == nil })
	return holds, panicked == ""
}

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
	Words string // what it asks for, as problems say it: "must be greater than 0"; "" for one that belongs to no value
}

// For returns the rules for what lies depth lists or maps inside f, a field of the
// Struct t. The words for those that belong to no value, such as omitempty, are
// empty.
func For(t *schema.Type, f *schema.Field, depth int) []Rule {
	return withWords(t, f, inside(f.Type, depth), f.Rules.At(depth))
}

// ForKeys returns the rules for the keys of the map that lies depth lists or maps
// inside f, a field of the Struct t.
func ForKeys(t *schema.Type, f *schema.Field, depth int) []Rule {
	return withWords(t, f, inside(f.Type, depth).Key.Type, f.Rules.KeysAt(depth))
}

func inside(t *schema.Type, depth int) *schema.Type {
	for range depth {
		t = t.Elem
	}
	return t
}

// withWords returns the rules of f, a field of the Struct t, for values of type at. A
// rule of a secret whose parameter depends on its value is an empty Alternative.
func withWords(t *schema.Type, f *schema.Field, at *schema.Type, all []schema.Rule) []Rule {
	kind := convert.Judged(at.Go).Kind()
	var out []Rule
	for _, r := range all {
		if r.Text == "" || r.Text == "-" {
			continue
		}
		named := Rule{Rule: r}
		if e := Known(r.Any[0].Name); len(r.Any) > 1 || e == nil || e.Words != "" {
			w := Wording{Fields: t, Secret: f.Hidden}
			if r.Any[0].Name == "unique" { // it names a field of the items
				w.Fields = at.Elem
			}
			named.Words = w.words(r.Any, kind)
		}
		named.Any = slices.Clone(r.Any)
		for i, a := range r.Any {
			if e := Known(a.Name); f.Hidden && a.Param != "" && (e == nil || !e.counts(kind)) {
				named.Any[i] = schema.Alternative{}
			}
		}
		out = append(out, named)
	}
	return out
}

// Holds reports whether a value satisfies the rule, and whether that is known. It calls
// nobody's code but the validator's: what rules of a caller's own make of a value is not
// known, nor those about other fields or the machine. Of nil, nothing is known.
func (r Rule) Holds(v any) (holds, known bool) {
	for _, a := range r.Any {
		switch e := Known(a.Name); {
		case e != nil && (e.Neutral || e.Absent):
			return true, true
		case v == nil, e == nil, e.Fields != none, e.Local:
			return false, false
		case a.Name == "unique" && a.Param != "":
			single := reflect.ValueOf(v).Len() < 2
			return single, single
		}
	}
	panicked := guardText(func() { holds = Own().Var(v, r.Text) == nil })
	return holds, panicked == ""
}

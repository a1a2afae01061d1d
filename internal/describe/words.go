package describe

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/lastgood/internal/rules"
	"example.com/lastgood/internal/schema"
)

const restarts = "A change takes effect after a restart."

// deprecation says what to use in the place of a field that is deprecated, or only there for
// old keys, or is "".
func deprecation(f *schema.Field) string {
	var all []string
	switch {
	case f.OnlyOldKeys:
		all = append(all, "It has nothing but old keys.")
	case f.ReplacedAt != nil:
		all = append(all, "An old key of "+f.ReplacedAt.String()+".")
	case f.ReplacedBy != nil:
		all = append(all, "An old key of "+f.ReplacedBy.Key+".")
	}
	if f.IsDeprecated {
		all = append(all, "Deprecated: "+strings.TrimSuffix(f.Deprecated, ".")+".")
	}
	return strings.Join(all, " ")
}

// innermost returns what lists and maps hold in the end, or nil if they hold themselves.
func innermost(t *schema.Type) *schema.Type {
	for range 100 {
		if t.Elem == nil {
			return t
		}
		t = t.Elem
	}
	return nil
}

// typeWords says what a value of a type is: "a duration such as 5s".
func typeWords(t *schema.Type) string {
	if innermost(t) == nil {
		return "a list or map of the same"
	}
	name, each := "a list", ", each item "
	switch t.Kind {
	case schema.Scalar:
		return t.Scalar.Name()
	case schema.Any:
		return "any value"
	case schema.Struct:
		return "a section"
	case schema.Map:
		name, each = "a map", ", each value "
	}
	switch t.Elem.Kind {
	case schema.Struct:
		return name + " of sections"
	case schema.Any:
		return name
	}
	return name + each + typeWords(t.Elem)
}

// ruleWords says what all rules of a field ask for, those for what it lists included:
// "greater than 0 and 1m or less". What they say of presence is left out, as whether
// something is required is said elsewhere.
func ruleWords(t *schema.Type, f *schema.Field) (words []string) {
	add := func(each string, all []rules.Rule) {
		for _, r := range all {
			if r.Words != "" && (len(r.Any) > 1 || r.Any[0].Name != "required") {
				words = append(words, each+r.Words)
			}
		}
	}
	add("", rules.For(t, f, 0))
	at := f.Type
	for depth := 0; depth < f.Rules.Dives() && at.Elem != nil; depth++ {
		if at.Kind == schema.Map {
			add("each key ", rules.ForKeys(t, f, depth))
		}
		add("each ", rules.For(t, f, depth+1))
		at = at.Elem
	}
	return words
}

// Sentence makes a sentence of clauses: its first letter a capital, a full stop at
// its end.
func Sentence(clauses ...string) string {
	text := strings.TrimSuffix(strings.Join(clauses, "; "), ".")
	if text == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}

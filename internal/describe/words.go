package describe

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/lastgood/internal/rules"
	"example.com/lastgood/internal/schema"
)

// typeWords says what a value of a type is: "a duration such as 5s".
func typeWords(t *schema.Type) string {
	switch t.Kind {
	case schema.Scalar:
		if isQuantity(t) {
			return "a number with a unit"
		}
		return t.Scalar.Name()
	case schema.List:
		return containerWords("list", "each item", t.Elem)
	case schema.Map:
		return containerWords("map", "each value", t.Elem)
	case schema.Any:
		return "any value"
	}
	return "a section"
}

func containerWords(name, each string, elem *schema.Type) string {
	switch elem.Kind {
	case schema.Struct:
		return "a " + name + " of sections"
	case schema.Any:
		return "a " + name
	}
	return fmt.Sprintf("a %s, %s %s", name, each, typeWords(elem))
}

// ruleWords says what rules ask for: "greater than 0 and 1m or less". What they say
// of presence is left out, as whether something is required is said elsewhere.
func ruleWords(asked []rules.Rule) []string {
	var words []string
	for _, r := range asked {
		if r.Words != "" && (len(r.Any) > 1 || r.Any[0].Name != "required") {
			words = append(words, r.Words)
		}
	}
	return words
}

// allRuleWords says what all rules of a field ask for, those for what it lists
// included.
func (s Subject) allRuleWords(t *schema.Type, f *schema.Field) []string {
	words := ruleWords(rules.For(t, f, 0))
	at := f.Type
	for depth := 0; depth < f.Rules.Dives() && at.Elem != nil; depth++ {
		if at.Kind == schema.Map {
			for _, w := range ruleWords(rules.ForKeys(t, f, depth)) {
				words = append(words, "each key "+w)
			}
		}
		for _, w := range ruleWords(rules.For(t, f, depth+1)) {
			words = append(words, "each "+w)
		}
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

// wrap breaks a text into lines of at most width characters, where it can.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case len([]rune(line))+1+len([]rune(word)) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

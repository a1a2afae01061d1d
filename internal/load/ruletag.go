package load

import (
	"strconv"
	"strings"
	"unicode"

	"example.com/lastgood/internal/schema"
)

// rule is one part of a validate tag.
type rule struct {
	name, param string
}

// parseRule splits "min=5". A comma or bar in the parameter is written as its
// code, since both have a meaning of their own.
func parseRule(text string) rule {
	name, param, _ := strings.Cut(text, "=")
	return rule{name, strings.ReplaceAll(strings.ReplaceAll(param, "0x2C", ","), "0x7C", "|")}
}

// ruleText is a rule as messages quote it: that of a secret without its parameter.
type ruleText struct {
	text   string
	secret bool
}

func (t ruleText) String() string {
	if t.secret {
		return strconv.Quote(ruleName(t.text))
	}
	return strconv.Quote(t.text)
}

// ruleName returns the letters, digits and underscores that a rule begins with: its
// name, even where something else than "=" is behind that.
func ruleName(text string) string {
	end := strings.IndexFunc(text, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if end < 0 {
		return text
	}
	return text[:end]
}

// hideRules takes what is behind the names of the rules of secrets, at and below the
// struct t, out of a text of the validator's.
func hideRules(t *schema.Type, text string) string {
	t.EachStruct(func(t *schema.Type) {
		for _, f := range t.All() {
			if f.Hidden {
				text = hideParams(f.Rules, text)
			}
		}
	}, nil)
	return text
}

func hideParams(rules, text string) string {
	for part := range strings.SplitSeq(rules, ",") {
		for alternative := range strings.SplitSeq(part, "|") {
			rest := strings.TrimPrefix(alternative, ruleName(alternative))
			for _, hidden := range []string{rest, strings.TrimPrefix(rest, "="), parseRule(alternative).param} {
				if quoted := strconv.Quote(hidden); hidden != "" {
					text = strings.ReplaceAll(strings.ReplaceAll(text, hidden, "…"), quoted[1:len(quoted)-1], "…")
				}
			}
		}
	}
	return text
}

// rulesAt returns the rules of a validate tag that apply to what lies depth lists
// or maps inside the field. Those for a map's keys are left out.
func rulesAt(tag string, depth int) []string {
	var rules []string
	inKeys := false
	for text := range strings.SplitSeq(tag, ",") {
		switch {
		case text == "keys":
			inKeys = true
		case text == "endkeys":
			inKeys = false
		case inKeys:
		case text == "dive":
			depth--
		case depth == 0:
			rules = append(rules, text)
		}
	}
	return rules
}

// words splits a rule's parameter as the validator does: at blanks, but not
// between single quotes.
func words(param string) []string {
	var all []string
	for i, part := range strings.Split(param, "'") {
		if i%2 == 1 {
			all = append(all, part)
		} else {
			all = append(all, strings.Fields(part)...)
		}
	}
	return all
}

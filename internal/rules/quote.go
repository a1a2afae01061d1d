package rules

import (
	"strconv"
	"strings"
	"unicode"

	"example.com/lastgood/internal/schema"
)

// quoted is a rule as messages quote it. For a secret that is without its parameter.
type quoted struct {
	schema.Alternative
	secret bool
}

func (q quoted) String() string {
	if q.secret {
		return strconv.Quote(ruleName(q.Text))
	}
	return strconv.Quote(q.Text)
}

// ruleName returns the letters, digits and underscores at the start of a rule: its name,
// also if another character than "=" follows.
func ruleName(text string) string {
	end := strings.IndexFunc(text, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if end < 0 {
		return text
	}
	return text[:end]
}

// maskParams removes the parameters of the rules of secrets, at and below the struct t,
// from a text of the validator.
func maskParams(t *schema.Type, text string) string {
	for t := range t.Types() {
		for _, f := range t.All() {
			if !f.Hidden {
				continue
			}
			for a := range f.Rules.All() {
				rest := strings.TrimPrefix(a.Text, ruleName(a.Text))
				for _, hidden := range []string{rest, strings.TrimPrefix(rest, "="), a.Param} {
					if quoted := strconv.Quote(hidden); hidden != "" {
						text = strings.ReplaceAll(strings.ReplaceAll(text, hidden, "…"), quoted[1:len(quoted)-1], "…")
					}
				}
			}
		}
	}
	return text
}

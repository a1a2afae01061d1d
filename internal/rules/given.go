package rules

import (
	"strings"

	"example.com/lastgood/internal/schema"
)

// Param is what stands for a rule's parameter in a text that a caller gave.
const Param = "{param}"

// given returns what a rule asks for, or an alias of several rules, in words of a caller's,
// or "" if there are none.
func (w Wording) given(r schema.Alternative) string {
	if w.Fields == nil || w.Fields.RuleTexts == nil {
		return ""
	}
	text := w.Fields.RuleTexts[r.Name]
	switch {
	case !strings.Contains(text, Param):
		return text
	case w.Secret:
		return "must satisfy the rule " + r.Name
	case RefersToFields(r.Name):
		return strings.ReplaceAll(text, Param, w.key(r.Param))
	}
	return strings.ReplaceAll(text, Param, r.Param)
}

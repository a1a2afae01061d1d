package rules

import (
	"strings"

	"example.com/lastgood/internal/schema"
)

// Param is the placeholder for a rule's parameter in a caller's text.
const Param = "{param}"

// callerText returns the caller's text for a rule or an alias, or "".
func (w Wording) callerText(r schema.Alternative) string {
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

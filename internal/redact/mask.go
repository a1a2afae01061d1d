package redact

import (
	"strings"
	"unicode"
)

// Mask is what is shown in the place of a secret.
const Mask = "[redacted]"

// IsMask reports whether a text is [Mask], in any case, with nothing but blanks,
// quotes, brackets and the like around it, also several times over: as logs, JSON,
// YAML and shells write what was a secret, or a list of them.
func IsMask(text string) bool {
	if strings.IndexByte(text, '[') < 0 {
		return false
	}
	before, rest, found := strings.Cut(strings.ToLower(text), Mask)
	rest = before + strings.ReplaceAll(rest, Mask, "")
	return found && !strings.ContainsFunc(rest, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

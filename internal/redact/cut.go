package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const ellipsis = "…"

// Cut returns a text that [Escape] returned, or if that has more than limit bytes, the
// longest beginning that fits, with "…" behind it. It does not cut inside a character, what
// is joined to one, or an escape. The result is "" if not even "…" fits.
func Cut(escaped string, limit int) string {
	if len(escaped) <= limit {
		return escaped
	}
	if limit < len(ellipsis) {
		return ""
	}
	end := 0
	for next := unit(escaped); end+next <= limit-len(ellipsis); next = unit(escaped[end:]) {
		end += next
	}
	return escaped[:end] + ellipsis
}

// unit returns how many bytes belong together at the beginning of a text that is not empty.
func unit(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	if r == '\\' {
		return escape(s)
	}
	for joined := false; n < len(s); {
		next, size := utf8.DecodeRuneInString(s[n:])
		if !joined && next != zeroWidthJoiner && !unicode.Is(unicode.M, next) {
			break
		}
		joined = next == zeroWidthJoiner
		n += size
	}
	return n
}

// escape returns the length of the escape that a text begins with: as long as its letter
// tells, or a backslash with the character behind it.
func escape(s string) int {
	if len(s) == 1 || s[1] == '\\' {
		return min(len(s), 2)
	}
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[1]]
	if digits > 0 && len(s) >= 2+digits && strings.Trim(s[2:2+digits], "0123456789abcdef") == "" {
		return 2 + digits
	}
	return 1 + unit(s[1:])
}

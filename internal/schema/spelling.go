package schema

import (
	"strings"
	"unicode"
)

// Fold maps all spellings of a struct key to one.
func Fold(key string) string {
	if isFolded(key) {
		return key
	}
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' {
			return -1
		}
		return unicode.ToLower(r)
	}, key)
}

// isFolded reports whether folding a key would not change it.
func isFolded(key string) bool {
	for i := range len(key) {
		if c := key[i]; c == '_' || c == '-' || 'A' <= c && c <= 'Z' || c >= 0x80 {
			return false
		}
	}
	return true
}

// Snake is the key of a field that has no tag: its Go name in snake_case.
// Runs of capitals count as one word: HTTPPort is http_port.
func Snake(name string) string {
	runes := []rune(name)
	var b strings.Builder
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 && runes[i-1] != '_' &&
			(!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// foldKey maps all spellings of a key to one, section by section.
func foldKey(key string) string {
	if isFolded(key) {
		return key
	}
	parts := strings.Split(key, ".")
	for i, part := range parts {
		parts[i] = Fold(part)
	}
	return strings.Join(parts, ".")
}

// foldName maps the spellings of a key as one word to one.
func foldName(key string) string { return Fold(strings.ReplaceAll(key, ".", "")) }

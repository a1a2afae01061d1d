package describe

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"example.com/lastgood/internal/schema"
)

// spellingsOf returns the usual other spellings of a key, as patterns: their case
// and use of "_" and "-" do not count.
func spellingsOf(key string) []string {
	words := strings.FieldsFunc(schema.Snake(key), func(r rune) bool { return r == '_' || r == '-' })
	titles := make([]string, len(words))
	for i, word := range words {
		runes := []rune(word)
		titles[i] = string(unicode.ToUpper(runes[0])) + string(runes[1:])
	}
	pascal := strings.Join(titles, "")
	camel := pascal
	if len(words) > 0 {
		camel = words[0] + strings.Join(titles[1:], "")
	}
	snake, kebab := strings.Join(words, "_"), strings.Join(words, "-")
	var all []string
	for _, s := range []string{snake, kebab, camel, pascal, strings.ToUpper(snake), strings.ToUpper(kebab), strings.Join(words, "")} {
		if quoted := regexp.QuoteMeta(s); s != key && !slices.Contains(all, quoted) {
			all = append(all, quoted)
		}
	}
	return all
}

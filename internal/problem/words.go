package problem

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Shorten cuts a text to a number of characters.
func Shorten(s string, most int) string {
	if len(s) <= most || utf8.RuneCountInString(s) <= most {
		return s
	}
	return string(skipTo(s, most)) + ellipsis
}

func skipTo(s string, n int) []byte { return []byte(s)[:len(s)-len(skip([]byte(s), n))] }

// Count writes a number of things: "1 item", "2 items".
func Count[N int | string](n N, what string) string {
	if text := fmt.Sprint(n); text != "1" {
		return text + " " + what + "s"
	}
	return "1 " + what
}

// Article puts "a" or "an" before a word.
func Article(word string) string {
	if word != "" && strings.ContainsRune("aeiou", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}

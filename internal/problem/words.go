package problem

import (
	"fmt"
	"strings"
)

// Shorten cuts a text to max characters.
func Shorten(s string, max int) string {
	characters := 0
	for i := range s {
		if characters == max {
			return s[:i] + ellipsis
		}
		characters++
	}
	return s
}

// Count formats a number of things: "1 item", "2 items".
func Count[N int | string](n N, what string) string {
	if text := fmt.Sprint(n); text != "1" {
		return text + " " + what + "s"
	}
	return "1 " + what
}

// Article returns a word with "a" or "an" before it.
func Article(word string) string {
	if word != "" && strings.ContainsRune("aeiou", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}

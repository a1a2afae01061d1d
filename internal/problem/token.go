package problem

import (
	"strings"
	"unicode/utf8"
)

// tokenWidth returns the number of characters of the token that text begins with, in YAML,
// TOML and JSON alike. before is the part of the line before it. token is the value of the
// token, or "". The result is an estimate: the parsers report where a token begins, but not
// all of them where it ends.
func tokenWidth(before, text []rune, token string) int {
	if len(text) == 0 {
		return 0
	}
	switch text[0] {
	case '"', '\'':
		return quotedWidth(text)
	case '[', '{':
		width, _ := brackets(text)
		return width
	}
	if token != "" && strings.HasPrefix(string(text), token) {
		return utf8.RuneCountInString(token)
	}
	_, open := brackets(before)
	end, key := 0, isKey(before)
	for end < len(text) && !endsPlain(text, end, open > 0, key) {
		end++
	}
	return len([]rune(strings.TrimRight(string(text[:end]), " ")))
}

// quotedWidth returns the width up to the closing quote, or of all of text if there is none. A
// doubled quote does not close: in YAML it is an escape, and with that rule TOML's triple
// quotes work as well.
func quotedWidth(text []rune) int {
	quote := text[0]
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote == '"':
			i++
		case text[i] != quote:
		case i+1 < len(text) && text[i+1] == quote:
			i++
		default:
			return i + 1
		}
	}
	return len(text)
}

// brackets returns the width up to the bracket that closes the first one, or of all of text if
// there is none, and the number of open brackets at the end of text.
func brackets(text []rune) (width, open int) {
	width = len(text)
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"', '\'':
			i += quotedWidth(text[i:]) - 1
		case '[', '{':
			open++
		case ']', '}':
			if open--; open == 0 {
				width = min(width, i+1)
			}
		}
	}
	return width, open
}

// isKey reports whether a key can follow text.
func isKey(text []rune) bool {
	before := strings.TrimRight(string(text), " ")
	return before == "" || strings.ContainsRune("-{,", rune(before[len(before)-1]))
}

// endsPlain reports whether an unquoted token ends before text[i]. A colon or number sign
// within a word does not end it: ":8080", "http://x" and "a#b" are tokens. Nor does "=" in a
// value, as in "a=b", or outside of brackets a comma or bracket followed by more, as in
// "1,000".
func endsPlain(text []rune, i int, brackets, key bool) bool {
	switch r := text[i]; r {
	case ':':
		return i+1 == len(text) || text[i+1] == ' '
	case '#':
		return i > 0 && text[i-1] == ' '
	case '=':
		return key || i > 0 && text[i-1] == ' '
	case ',', ']', '}':
		return brackets || i+1 < len(text) && text[i+1] == ' ' || strings.Trim(string(text[i:]), ",]} ") == ""
	}
	return false
}

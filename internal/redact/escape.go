// Package redact removes secrets and control characters from texts.
package redact

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Escape returns s on one line and with nothing in it that a terminal, a log or a
// browser acts upon or does not show. Text that can be seen stays as it is, in any
// script, and so do emoji that are joined of several characters. Everything else becomes an
// escape as in a Go string: line breaks, tabs and other control characters, marks that
// change the direction of writing, characters without a shape, blanks that only look
// like one, and bytes that are not UTF-8.
//
// A backslash stays as it is, so that the result is for people and not to be read
// back, and escaping twice is escaping once.
func Escape(s string) string { return replace(s, appendEscape) }

// replace returns s with what cannot be seen in it replaced by what with appends for
// each character.
func replace(s string, with func(to []byte, r rune, raw string) []byte) string {
	var replaced []byte
	copied := 0 // how much of s is in replaced
	for i, before := 0, rune(0); i < len(s); {
		if ' ' <= s[i] && s[i] <= '~' {
			before = rune(s[i])
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if !isShown(before, r, size, s[i+size:]) {
			replaced = append(replaced, s[copied:i]...)
			replaced = with(replaced, r, s[i:i+size])
			copied = i + size
			r = 0 // it joins nothing any more
		}
		before = r
		i += size
	}
	if copied == 0 {
		return s
	}
	return string(append(replaced, s[copied:]...))
}

// appendEscape appends the escape of a character, whose bytes are raw.
func appendEscape(to []byte, r rune, raw string) []byte {
	if r == utf8.RuneError && len(raw) == 1 {
		const digits = "0123456789abcdef"
		return append(to, '\\', 'x', digits[raw[0]>>4], digits[raw[0]&0xf])
	}
	n := len(to)
	to = strconv.AppendQuoteRuneToASCII(to, r)
	return append(to[:n], to[n+1:len(to)-1]...) // without the quotes
}

const (
	zeroWidthJoiner = '\u200d'
	textStyle       = '\ufe0e' // the symbol before it is to be shown in black and white,
	emojiStyle      = '\ufe0f' // or in colour
	keycap          = '\u20e3' // encloses the character before it
)

// isShown reports whether r, of size bytes, can be seen between before and after.
// What joins or colours the symbols of an emoji has no shape, but is seen by what
// becomes of them.
func isShown(before, r rune, size int, after string) bool {
	switch {
	case r == utf8.RuneError && size == 1:
		return false
	case r == zeroWidthJoiner:
		next, _ := utf8.DecodeRuneInString(after)
		return (isSymbol(before) || before == emojiStyle) && isSymbol(next)
	case r == textStyle || r == emojiStyle:
		next, _ := utf8.DecodeRuneInString(after)
		return isSymbol(before) || next == keycap && strings.ContainsRune("0123456789#*", before)
	}
	return unicode.IsPrint(r) && !isShapeless(r)
}

// isSymbol reports whether r can be part of an emoji. Those of ASCII cannot, nor can
// what stands for a character that is not known.
func isSymbol(r rune) bool {
	return r > unicode.MaxASCII && r != utf8.RuneError && unicode.IsSymbol(r) && !isShapeless(r)
}

// isShapeless reports whether r counts as a letter, mark or symbol in Unicode, but has no
// shape.
func isShapeless(r rune) bool {
	switch r {
	case '\u2800', '\U0001d159': // an empty pattern of Braille, a note without a head
		return true
	}
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

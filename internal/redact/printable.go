package redact

import (
	"bytes"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// Printable is like [Escape] for a text whose columns count: a tab becomes a blank, and
// any other character that cannot be seen, or byte that belongs to none, becomes one
// U+FFFD.
func Printable(s string) string {
	return replace(s, func(to []byte, r rune, _ string) []byte {
		if r == '\t' {
			return append(to, ' ')
		}
		return utf8.AppendRune(to, utf8.RuneError)
	})
}

// JSON is like [Escape] for a JSON text, which means the same afterwards: only
// strings have characters that cannot be seen, and there they are escaped as JSON does.
// The line breaks and tabs between its values stay. What needs no escape is returned as it is.
func JSON(data []byte) []byte {
	if !bytes.ContainsFunc(data, func(r rune) bool { return r > '~' || r < ' ' && r != '\n' && r != '\r' && r != '\t' }) {
		return data
	}
	return []byte(replace(string(data), func(to []byte, r rune, raw string) []byte {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return append(to, raw...)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			return fmt.Appendf(to, `\u%04x\u%04x`, high, low)
		}
		return fmt.Appendf(to, `\u%04x`, r)
	}))
}

package document

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// string parses the string at the offset, which is at its opening quote.
func (p *jsonScanner) string() string {
	start := p.offset
	for i := start + 1; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == '"':
			p.offset = i + 1
			return p.text[start+1 : i]
		case c == '\\':
			return p.escapedString(start, i)
		case c < ' ':
			p.controlCharacter(start, i)
			return ""
		}
	}
	p.fail(start, "the string is not closed", "")
	return ""
}

// escapedString continues at i, the first escape, in the string that starts at start.
func (p *jsonScanner) escapedString(start, i int) string {
	var b strings.Builder
	b.WriteString(p.text[start+1 : i])
	for i < len(p.text) {
		switch c := p.text[i]; {
		case c == '"':
			p.offset = i + 1
			return b.String()
		case c == '\\':
			r, size := p.escape(i)
			if size == 0 {
				return ""
			}
			b.WriteRune(r)
			i += size
		case c < ' ':
			p.controlCharacter(start, i)
			return ""
		default:
			b.WriteByte(c)
			i++
		}
	}
	p.fail(start, "the string is not closed", "")
	return ""
}

// controlCharacter reports a control character at i in the string that starts at start. A
// line end means that the closing quote is missing.
func (p *jsonScanner) controlCharacter(start, i int) {
	switch p.text[i] {
	case '\n', '\r':
		p.fail(start, "the string is not closed on its line", `write a line break in a string as \n`)
	case '\t':
		p.fail(i, "tab in a string", `write it as \t`)
	default:
		p.fail(i, "control character in a string", `write it as \u and four hexadecimal digits`)
	}
}

var jsonEscapes = [256]byte{
	'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}

// escape returns the character of the escape at i, and the escape's length, which is 0
// after an error.
func (p *jsonScanner) escape(i int) (r rune, size int) {
	if i+1 == len(p.text) {
		p.fail(i, "the string is not closed", "")
		return 0, 0
	}
	c := p.text[i+1]
	if short := jsonEscapes[c]; short != 0 {
		return rune(short), 2
	}
	if c != 'u' {
		p.fail(i, "unknown escape in a string", `write a backslash as \\`)
		return 0, 0
	}
	r, ok := hex4(p.text[i+2:])
	if !ok {
		p.fail(i, `\u must be followed by four hexadecimal digits`, `write a backslash as \\`)
		return 0, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if rest := p.text[i+6:]; strings.HasPrefix(rest, `\u`) {
		low, ok := hex4(rest[2:])
		if r = utf16.DecodeRune(r, low); ok && r != utf8.RuneError {
			return r, 12
		}
	}
	p.fail(i, "half of a surrogate pair is no character", `write the character itself, or both halves, as in \ud83d\ude00`)
	return 0, 0
}

// hex4 parses the four hexadecimal digits at the start of s.
func hex4(s string) (rune, bool) {
	if len(s) < 4 {
		return 0, false
	}
	var r rune
	for i := range 4 {
		c := s[i]
		switch {
		case isDigit(c):
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// number parses the number at the offset. A number with a fraction or an exponent is a
// Float, even if it is whole.
func (p *jsonScanner) number() (Kind, string) {
	start, i := p.offset, p.offset
	if p.text[i] == '-' {
		i++
	}
	integer := digits(p.text[i:])
	if integer > 1 && p.text[i] == '0' {
		p.fail(start, "a number must not start with 0", "")
		return Null, ""
	}
	i += integer
	ok := integer > 0
	kind := Int
	if i < len(p.text) && p.text[i] == '.' {
		n := digits(p.text[i+1:])
		i, ok, kind = i+1+n, ok && n > 0, Float
	}
	if i < len(p.text) && p.text[i]|0x20 == 'e' {
		i++
		if i < len(p.text) && (p.text[i] == '+' || p.text[i] == '-') {
			i++
		}
		n := digits(p.text[i:])
		i, ok, kind = i+n, ok && n > 0, Float
	}
	if !ok || isWordByte(p.text[i:]) {
		p.fail(start, "not a JSON number", "strings stand in double quotes")
		return Null, ""
	}
	p.offset = i
	return kind, p.text[start:i]
}

// digits counts the decimal digits at the start of s.
func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

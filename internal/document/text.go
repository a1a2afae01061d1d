package document

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// decode checks the bytes as all formats require, and converts them to the string that the
// texts of the tree are substrings of: one copy of the file costs less than one allocation
// per value.
func decode(data []byte) (string, *Problem) {
	if len(data) > maxSize {
		return "", &Problem{Code: codeTooLarge, Message: "more than " + strconv.Itoa(maxSize) + " bytes"}
	}
	text := strings.TrimPrefix(string(data), "\uFEFF")
	if !utf8.ValidString(text) {
		return "", invalidUTF8(text)
	}
	if i := strings.IndexByte(text, 0); i >= 0 {
		p := problemAt(text, i, "NUL byte in the text")
		return "", &p
	}
	return text, nil
}

// invalidUTF8 returns the problem of the first byte of text that is not part of a
// character.
func invalidUTF8(text string) *Problem {
	if strings.HasPrefix(text, "\xFF\xFE") || strings.HasPrefix(text, "\xFE\xFF") {
		p := problemAt(text, 0, "the text is UTF-16, not UTF-8")
		p.Hint = "save the file as UTF-8"
		return &p
	}
	bad := 0
	for bad < len(text) {
		r, size := utf8.DecodeRuneInString(text[bad:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		bad += size
	}
	p := problemAt(text, bad, "invalid UTF-8")
	p.Hint = "save the file as UTF-8"
	return &p
}

// problemAt returns a syntax problem at a byte offset.
func problemAt(text string, offset int, message string) Problem {
	c := newCursor(text, 0)
	line, column := c.position(offset)
	return Problem{Code: codeSyntax, Line: int(line), Column: int(column), Message: message}
}

// cursor converts byte offsets, which must not decrease between calls, to lines and
// columns. It reads every byte once, so that its cost depends neither on the number of
// positions nor on the length of lines.
type cursor struct {
	text         string
	offset       int
	line, column int32
}

// newCursor returns a cursor for a text with above lines above it.
func newCursor(text string, above int32) cursor {
	return cursor{text: text, line: above + 1, column: 1}
}

// position returns the line and column of an offset.
func (c *cursor) position(offset int) (line, column int32) {
	offset = min(offset, len(c.text))
	for ; c.offset < offset; c.offset++ {
		switch b := c.text[c.offset]; {
		case b == '\n':
			c.line++
			c.column = 1
		case utf8.RuneStart(b):
			c.column++
		}
	}
	return c.line, c.column
}

// byteOffset returns the byte offset of a position, or the length of the text if the
// position is beyond its end.
func byteOffset(text string, line, column int32) int {
	at := 0
	for ; line > 1; line-- {
		i := strings.IndexByte(text[at:], '\n')
		if i < 0 {
			return len(text)
		}
		at += i + 1
	}
	for ; column > 1 && at < len(text); column-- {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}

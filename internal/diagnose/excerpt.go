package diagnose

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxColumns = 120            // of an excerpt's text
	lead       = maxColumns / 3 // kept before the column when a line is cut
	ellipsis   = "…"
)

// Excerpt is one offending line with the part to mark. [NewExcerpt] makes one
// that is safe to print.
type Excerpt struct {
	Line   int    // 1-based
	Text   string // the line without its end; cut when it is long
	Column int    // where the part begins: 1-based, in characters of Text
	Width  int    // of the part, in characters; at least 1
}

// NewExcerpt returns the line of data at the place a parser reported; ok is
// false when there is no such line. Lines end with "\n" or "\r\n". The column
// counts characters from 1, each byte of invalid UTF-8 as one; one past the end
// of the line means its end. If it is 0, unknown, the whole line is marked,
// otherwise the token that begins there.
//
// A byte order mark is skipped. A tab becomes one space, and what cannot be
// printed becomes "�", so that a column of data is a column of the text. Long
// lines are cut around the column to 120 characters.
func NewExcerpt(data []byte, line, column int) (e Excerpt, ok bool) {
	raw, ok := findLine(data, line)
	if !ok {
		return Excerpt{}, false
	}
	known := column > 0
	if !known {
		column = len(raw) - len(bytes.TrimLeft(raw, " \t")) + 1
	}
	raw, column, before, after := cut(raw, column)
	text := printable(raw)
	width := len(text) - column + 1
	if known {
		width = tokenWidth(text[:column-1], text[column-1:])
	}
	return Excerpt{
		Line:   line,
		Text:   before + string(text) + after,
		Column: utf8.RuneCountInString(before) + column,
		Width:  max(width, 1),
	}, true
}

// String renders the excerpt on two lines, without a newline at the end:
//
//	2 |   prot: 80
//	  |   ^^^^
//
// Each character counts as one column; below wide ones (CJK, emoji) or combining
// ones the mark is shifted.
func (e Excerpt) String() string {
	number := fmt.Sprintf("%5d", e.Line)
	gutter := strings.Repeat(" ", len(number))
	mark := strings.Repeat(" ", max(e.Column-1, 0)) + strings.Repeat("^", max(e.Width, 1))
	text := strings.TrimRight(number+" | "+e.Text, " ")
	return text + "\n" + gutter + " | " + mark
}

// findLine returns a line without its end and the blanks before it.
func findLine(data []byte, line int) ([]byte, bool) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	for ; line > 1; line-- {
		_, rest, found := bytes.Cut(data, []byte("\n"))
		if !found {
			return nil, false
		}
		data = rest
	}
	if line < 1 || len(data) == 0 {
		return nil, false
	}
	raw, _, _ := bytes.Cut(data, []byte("\n"))
	return bytes.TrimRight(raw, " \t\r"), true
}

// cut returns the part of a line around the column, the column in that part, and
// what to show for the parts left out. It works on bytes, because the line may
// be a whole file of megabytes.
func cut(raw []byte, column int) (part []byte, at int, before, after string) {
	total := utf8.RuneCount(raw)
	column = min(column, total+1)
	if total <= maxColumns {
		return raw, column, "", ""
	}
	const room = maxColumns - 2 // an ellipsis at both ends
	start := min(max(column-1-lead, 0), total-room)
	if start > 0 {
		before = ellipsis
	}
	if start+room < total {
		after = ellipsis
	}
	part = skip(raw, start)
	part = part[:len(part)-len(skip(part, room))]
	return part, column - start, before, after
}

// skip returns what follows the first n characters.
func skip(b []byte, n int) []byte {
	for ; n > 0; n-- {
		_, size := utf8.DecodeRune(b)
		b = b[size:]
	}
	return b
}

// printable returns the characters of a line, each harmless on a terminal. That
// rules out more than control characters: also those that reorder or hide what
// follows (U+202E, U+200B) and blanks that only look like one (U+00A0), which
// are worth seeing.
func printable(raw []byte) []rune {
	text := []rune(string(raw))
	for i, r := range text {
		switch {
		case r == '\t':
			text[i] = ' '
		case !unicode.IsPrint(r):
			text[i] = utf8.RuneError
		}
	}
	return text
}

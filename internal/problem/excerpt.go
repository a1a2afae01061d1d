package problem

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"example.com/lastgood/internal/redact"
)

const (
	maxColumns = 120            // of an excerpt's text
	lead       = maxColumns / 3 // kept before the column when a line is cut
	ellipsis   = "…"
)

// Excerpt is one line of a document with the part to mark. [Text.Excerpt] returns excerpts
// that are safe to print.
type Excerpt struct {
	Line   int    // 1-based
	Text   string // the line without its end; cut when it is long
	Column int    // of the part: 1-based, in characters of Text
	Width  int    // of the part, in characters; at least 1
}

// Excerpt returns a line with a mark; ok is false if there is no such line. The column counts
// characters from 1, each byte of invalid UTF-8 as one; one past the end of the line means its
// end. With column 0 the whole line is marked, otherwise the token that begins there: token
// itself if it is there unchanged, since it may contain what would end another token.
//
// A tab becomes one space, and what cannot be printed becomes "�", so that a column of the
// document is a column of the text. Long lines are cut around the column to 120 characters.
func (t *Text) Excerpt(line, column int, token string) (e Excerpt, ok bool) {
	l := t.line(line)
	if l == nil {
		return Excerpt{}, false
	}
	known := column > 0
	if !known {
		column = len(l.raw) - len(bytes.TrimLeft(l.raw, " \t")) + 1
	}
	raw, column, before, after := l.cut(column)
	text := []rune(redact.Printable(string(raw)))
	width := len(text) - column + 1
	if known {
		width = tokenWidth(text[:column-1], text[column-1:], redact.Printable(token))
	}
	return Excerpt{
		Line:   line,
		Text:   before + string(text) + after,
		Column: utf8.RuneCountInString(before) + column,
		Width:  max(width, 1),
	}, true
}

// String formats the excerpt on two lines, without a newline at the end:
//
//	2 |   prot: 80
//	  |   ^^^^
//
// Each character counts as one column; after wide (CJK, emoji) or combining characters the
// mark is shifted.
func (e Excerpt) String() string {
	number := fmt.Sprintf("%5d", e.Line)
	gutter := strings.Repeat(" ", len(number))
	mark := strings.Repeat(" ", max(e.Column-1, 0)) + strings.Repeat("^", max(e.Width, 1))
	text := strings.TrimRight(number+" | "+redact.Printable(e.Text), " ")
	return text + "\n" + gutter + " | " + mark
}

// cut returns the part of a line around the column, the column in that part, and the marks for
// the parts left out.
func (l *line) cut(column int) (part []byte, at int, before, after string) {
	column = min(column, l.columns+1)
	if l.columns <= maxColumns {
		return l.raw, column, "", ""
	}
	const room = maxColumns - 2 // an ellipsis at both ends
	start := min(max(column-1-lead, 0), l.columns-room)
	if start > 0 {
		before = ellipsis
	}
	if start+room < l.columns {
		after = ellipsis
	}
	part = l.from(start)
	part = part[:len(part)-len(skip(part, room))]
	return part, column - start, before, after
}

// skip returns b without its first n characters.
func skip(b []byte, n int) []byte {
	for ; n > 0; n-- {
		_, size := utf8.DecodeRune(b)
		b = b[size:]
	}
	return b
}

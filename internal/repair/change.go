package repair

import (
	"strings"
	"unicode/utf8"

	"example.com/lastgood/internal/document"
)

// change is a hypothesis about the cause, with its repair.
type change struct {
	edits []edit // by ascending line

	line, offset int // of the cause: the index of the line, and a byte offset in it

	// message and hint describe it. Without a message the parser's are kept, and only
	// the repaired line is added.
	message, hint string

	// countLines is set if the hint should contain the number of lines.
	countLines bool

	// noLine is set if the changed line is not what the user should write.
	noLine bool

	// cost is lower the likelier the change is, and the nearer to the parser's place.
	cost int
}

// edit replaces a line.
type edit struct {
	line int
	text string
}

// text returns the lines from from up to to, with some edits.
func (d *doc) text(from, to int, edits []edit) string {
	var b strings.Builder
	b.Grow(d.size(from, to) + 64*len(edits))
	for i, line := range d.lines[from:to] {
		if len(edits) > 0 && edits[0].line == from+i {
			line, edits = edits[0].text, edits[1:]
		}
		b.WriteString(line)
		b.WriteByte('\n')
	}
	return b.String()
}

// size returns the number of bytes of some lines.
func (d *doc) size(from, to int) int {
	size := 0
	for _, line := range d.lines[from:to] {
		size += len(line) + 1
	}
	return size
}

// problem returns the problem that a change repairs. p is the parser's problem.
func (d *doc) problem(c change, p document.Problem) document.Problem {
	if c.message != "" {
		line := d.lines[c.line]
		p = document.Problem{
			Code: p.Code, Line: d.fileLine(c.line), Column: utf8.RuneCountInString(line[:min(c.offset, len(line))]) + 1,
			Message: c.message, Hint: c.hint,
		}
	}
	for _, e := range c.edits {
		if e.line == c.line && !c.noLine {
			p.Repaired = strings.TrimRight(e.text, " \t")
		}
	}
	return p
}

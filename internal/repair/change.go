package repair

import (
	"strings"
	"unicode/utf8"

	"example.com/lastgood/internal/document"
)

// change is a hypothesis about the cause, with what would repair it.
type change struct {
	edits []edit // by ascending line

	line, offset int // of the cause: the index of the line, and a byte offset in it

	// message and hint are the words for it. Without a message the parser's are kept,
	// and only the repaired line is added.
	message, hint string

	// counted is set where the hint is to have the number of the lines.
	counted bool

	// unlike is set where the changed line is not what to write.
	unlike bool

	// cost is lower for what is likelier, and nearer to where the parser stopped.
	cost int
}

// edit replaces a line.
type edit struct {
	line int
	text string
}

// text returns the lines from from on, up to the line to, as they are after a change.
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

// size returns how many bytes some lines have.
func (d *doc) size(from, to int) int {
	size := 0
	for _, line := range d.lines[from:to] {
		size += len(line) + 1
	}
	return size
}

// problem words what a change repairs. p is what the parser reported.
func (d *doc) problem(c change, p document.Problem) document.Problem {
	if c.message != "" {
		line := d.lines[c.line]
		p = document.Problem{
			Code: p.Code, Line: d.number(c.line), Column: utf8.RuneCountInString(line[:min(c.offset, len(line))]) + 1,
			Message: c.message, Hint: c.hint,
		}
	}
	for _, e := range c.edits {
		if e.line == c.line && !c.unlike {
			p.Repaired = strings.TrimRight(e.text, " \t")
		}
	}
	return p
}

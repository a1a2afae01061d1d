package repair

import (
	"fmt"
	"strings"

	"example.com/lastgood/internal/document"
)

// brackets closes open brackets, and removes brackets that close nothing.
func brackets(p *region, add addFunc) {
	var open []bracket
	for i := p.window.from; i < p.window.to; i++ {
		s := p.scan(i)
		if s.text || s.quote >= 0 {
			continue
		}
		var inLine []bracket
		for _, at := range s.open[:min(len(s.open), maxOpen)] {
			inLine = append(inLine, bracket{line: i, offset: at})
		}
		if n := len(inLine); n > 0 {
			add(closeBrackets(p, i, s.end, 0, inLine...))
			if n > 1 {
				add(closeBrackets(p, i, s.end, 1, inLine[n-1]))
			}
		}
		if s.wrong >= 0 {
			wrongBracket(p, i, add)
		}
		if !s.blank() {
			open = append(closeBlocks(p, i, open, add), inLine...)
			open = open[:min(len(open), maxOpen)]
		}
	}
	if last := p.previous(p.window.to); last >= 0 && len(open) > 0 {
		add(closeBrackets(p, last, p.scan(last).end, 2, open...))
	}
}

// maxOpen bounds the number of open brackets.
const maxOpen = 100

// bracket is a bracket that is open at the end of its line.
type bracket struct {
	line, offset int
	ended        bool // a line below is not inside it
}

func closing(bracket byte) byte {
	if bracket == '[' {
		return ']'
	}
	return '}'
}

// closeBrackets returns the change that closes brackets, opened on line i or above, at an
// offset of that line.
func closeBrackets(p *region, i, end, cost int, open ...bracket) change {
	first, closers := open[0], ""
	for _, b := range open {
		closers = string(closing(p.lines[b.line][b.offset])) + closers
	}
	hint := fmt.Sprintf("close it with %q", closers)
	if i != first.line {
		hint += fmt.Sprintf(" at the end of line %d", p.fileLine(i))
		if i+1 < len(p.lines) && strings.TrimSpace(p.lines[i+1]) == "" {
			hint += fmt.Sprintf(", or on line %d", p.fileLine(i+1))
		}
	}
	end = len(strings.TrimRight(p.lines[i][:end], " \t,"))
	c := p.splice(i, end, end, closers, likely+cost, fmt.Sprintf("%q is not closed", p.lines[first.line][first.offset:first.offset+1]), hint)
	c.line, c.offset = first.line, first.offset
	return p.discountDistance(c, 4)
}

// wrongBracket handles a closing bracket that does not match: either the open one must be
// closed before it, or it is one too many.
func wrongBracket(p *region, i int, add addFunc) {
	s := p.scan(i)
	line := p.lines[i]
	write := func(from, to int, text string, cost int, message, hint string) change {
		return p.splice(i, from, to, text, cost, fmt.Sprintf("%q "+message, line[from:to]), hint)
	}
	behind := s.wrong + 1
	if s.wrong == s.indent && strings.IndexAny(line[behind:s.end], "]}") == 0 {
		add(p.discountDistance(write(behind, behind+1, "", likely, "closes nothing", "remove it"), 8))
	}
	if p.distance(i) > 8 {
		return
	}
	add(write(s.wrong, behind, "", possible, "closes nothing", "remove it"))
	if s.colon >= 0 && s.value < s.wrong {
		opener := strings.NewReplacer("]", "[", "}", "{").Replace(line[s.wrong:behind])
		add(p.splice(i, s.value, s.value, opener, likely, fmt.Sprintf("%q was not opened", line[s.wrong:behind]), "open it with "+opener))
	}
	if open := scanLine(p.format, line[:s.wrong]).open; len(open) > 0 {
		last := open[len(open)-1]
		closer := string(closing(line[last]))
		add(closeBrackets(p, i, s.wrong, 0, bracket{line: i, offset: last}))
		add(write(s.wrong, behind, closer, likely, fmt.Sprintf("closes a %q", line[last:last+1]), "write "+closer))
	}
}

// closeBlocks closes brackets before a line that is not inside them, because it is indented
// no further than the line of the bracket. It returns the brackets that are open after the
// line's first character.
func closeBlocks(p *region, i int, open []bracket, add addFunc) []bracket {
	s, line, above := p.scan(i), p.lines[i], p.previous(i)
	closes := strings.IndexByte("]}", line[s.indent]) >= 0
	for n := len(open) - 1; n >= 0; n-- {
		b := &open[n]
		outer := p.scan(b.line).indent
		ends := s.indent < outer || s.indent == outer && !closes
		if p.format == document.TOML {
			ends = s.colon >= 0 && len(open) == 1 || p.isTop(i)
		}
		if b.ended || !ends || above <= b.line {
			continue
		}
		b.ended = true
		if line[s.indent] == ',' { // the rest of the line that closed the bracket
			add(closeBrackets(p, i, s.indent, 0, *b))
			continue
		}
		c := closeBrackets(p, above, p.scan(above).end, 1, *b)
		c.edits[0].text = strings.TrimRight(c.edits[0].text, " \t,")
		if p.format == document.JSON && !closes {
			c.edits[0].text += ","
		}
		add(c)
	}
	if closes && len(open) > 0 {
		open = open[:len(open)-1]
	}
	return open
}

// comma adds a missing comma before a line.
func comma(p *region, i int, add addFunc) {
	above := p.previous(i)
	if above < 0 || p.scan(i).quote >= 0 {
		return
	}
	if end := p.scan(above).end; end > 0 && strings.IndexByte(",[{:=", p.lines[above][end-1]) < 0 {
		add(p.splice(above, end, end, ",", likely, `no "," at the end of the line`, `add the ","`))
	}
}

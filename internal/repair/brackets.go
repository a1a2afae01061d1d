package repair

import (
	"fmt"
	"strings"

	"example.com/lastgood/internal/document"
)

// brackets closes brackets, and removes those that close nothing.
func brackets(p *page, add adder) {
	var open []openBracket
	for i := p.window.from; i < p.window.to; i++ {
		if s := p.scanned(i); s.text || s.quote >= 0 {
			continue
		}
		closeLine(p, i, add)
		wrongBracket(p, i, add)
		open = closeBlocks(p, i, open, add)
	}
	closeAtEnd(p, open, add)
}

// openBracket is one that is closed on another line.
type openBracket struct {
	line, offset int
	bracket      byte
	ended        bool // a line below is no part of it
}

// closeLine closes what a line opens where the line ends.
func closeLine(p *page, i int, add adder) {
	s := p.scanned(i)
	if len(s.open) == 0 {
		return
	}
	line := p.lines[i]
	end := len(strings.TrimRight(line[:s.end], " \t,"))
	closers := ""
	for n := len(s.open) - 1; n >= 0; n-- {
		closers += string(closing(line[s.open[n]]))
	}
	add(closeBracket(p, i, openBracket{line: i, offset: s.open[0], bracket: line[s.open[0]]}, end, closers, 0))
	if len(s.open) > 1 {
		last := s.open[len(s.open)-1]
		add(closeBracket(p, i, openBracket{line: i, offset: last, bracket: line[last]}, end, closers[:1], 1))
	}
}

// closeBracket returns the change that closes a bracket, opened on this line or above, on
// line i at an offset.
func closeBracket(p *page, i int, open openBracket, end int, closers string, cost int) change {
	line := p.lines[i]
	hint := fmt.Sprintf("close it with %q", closers)
	if i != open.line {
		hint += fmt.Sprintf(" at the end of line %d", p.number(i))
		if i+1 < len(p.lines) && strings.TrimSpace(p.lines[i+1]) == "" {
			hint += fmt.Sprintf(", or on line %d", p.number(i+1))
		}
	}
	return change{
		edits: []edit{{i, line[:end] + closers + line[end:]}}, line: open.line, offset: open.offset,
		cost:    likely + cost + p.distance(i)/4,
		message: fmt.Sprintf("%q is not closed", string(open.bracket)), hint: hint,
	}
}

// wrongBracket handles a bracket that closes none of its kind: what is open is to be
// closed in front of it, or it is one too many.
func wrongBracket(p *page, i int, add adder) {
	s := p.scanned(i)
	if s.wrong < 0 {
		return
	}
	line := p.lines[i]
	if line[s.wrong:s.end] != line[s.wrong:s.wrong+1] && s.wrong == s.indent && strings.IndexByte("]}", line[s.wrong+1]) >= 0 {
		add(nearby(p, p.splice(i, s.wrong+1, s.wrong+2, "", likely, fmt.Sprintf("%q closes nothing", line[s.wrong+1:s.wrong+2]), "remove it"), 8))
	}
	if p.distance(i) > 8 {
		return
	}
	if s.colon >= 0 && s.value < s.wrong {
		opener := opening(line[s.wrong])
		add(p.splice(i, s.value, s.value, opener, likely, fmt.Sprintf("%q was not opened", line[s.wrong:s.wrong+1]), "open it with "+opener))
	}
	inLine := scanLine(p.format, line[:s.wrong])
	if n := len(inLine.open); n > 0 {
		last := inLine.open[n-1]
		closer := string(closing(line[last]))
		add(closeBracket(p, i, openBracket{line: i, offset: last, bracket: line[last]}, len(strings.TrimRight(line[:s.wrong], " \t,")), closer, 0))
		add(p.splice(i, s.wrong, s.wrong+1, closer, likely, fmt.Sprintf("%q closes a %q", line[s.wrong:s.wrong+1], line[last:last+1]), "write "+closer))
	}
	add(p.splice(i, s.wrong, s.wrong+1, "", possible, fmt.Sprintf("%q closes nothing", line[s.wrong:s.wrong+1]), "remove it"))
}

func opening(bracket byte) string {
	if bracket == ']' {
		return "["
	}
	return "{"
}

// closeBlocks closes brackets of several lines in front of a line that is no part of them:
// one that is no further in than the line of the bracket.
func closeBlocks(p *page, i int, open []openBracket, add adder) []openBracket {
	s := p.scanned(i)
	if s.blank() {
		return open
	}
	line := p.lines[i]
	closes := strings.IndexByte("]}", line[s.indent]) >= 0
	for n := len(open) - 1; n >= 0; n-- {
		b := open[n]
		outer := p.scanned(b.line).indent
		ends := s.indent < outer || s.indent == outer && !closes
		if p.format == document.TOML {
			ends = s.colon >= 0 && len(open) == 1 || p.isTop(i)
		}
		above := p.previous(i)
		if b.ended || !ends || above <= b.line {
			continue
		}
		open[n].ended = true
		if line[s.indent] == ',' { // it is all that is left of the line with the bracket
			add(closeBracket(p, i, b, s.indent, string(closing(b.bracket)), 0))
			continue
		}
		c := closeBracket(p, above, b, len(strings.TrimRight(p.lines[above][:p.scanned(above).end], " \t,")), string(closing(b.bracket)), 1)
		c.edits[0].text = strings.TrimRight(c.edits[0].text, " \t,")
		if p.format == document.JSON && !closes {
			c.edits[0].text += ","
		}
		add(c)
	}
	if closes && len(open) > 0 {
		open = open[:len(open)-1]
	}
	for _, at := range s.open {
		if len(open) < 100 {
			open = append(open, openBracket{line: i, offset: at, bracket: line[at]})
		}
	}
	return open
}

// closeAtEnd closes brackets where the document ends.
func closeAtEnd(p *page, open []openBracket, add adder) {
	last := p.previous(p.window.to)
	if last < 0 || len(open) == 0 {
		return
	}
	closers := ""
	for n := len(open) - 1; n >= 0; n-- {
		closers += string(closing(open[n].bracket))
	}
	add(closeBracket(p, last, open[0], p.scanned(last).end, closers, 2))
}

// commas adds the comma that is missing in front of a line.
func commas(p *page, add adder) {
	for i := p.window.from + 1; i < p.window.to; i++ {
		if s := p.scanned(i); s.text || s.quote >= 0 || p.distance(i) > near {
			continue
		}
		above := p.previous(i)
		if above < 0 {
			continue
		}
		if end := p.scanned(above).end; end > 0 && strings.IndexByte(",[{:=", p.lines[above][end-1]) < 0 {
			add(p.splice(above, end, end, ",", likely, `no "," at the end of the line`, `add the ","`))
		}
	}
}

package repair

import (
	"fmt"
	"strings"

	"example.com/lastgood/internal/document"
)

// brackets closes brackets, removes those that close nothing, and adds commas between
// what is in them.
func (h *hypotheses) brackets() {
	var open []openBracket
	for i := h.window.from; i < h.window.to; i++ {
		s := h.scanned(i)
		if s.text || s.quote >= 0 {
			continue
		}
		h.closeLine(i, s)
		h.wrongBracket(i, s)
		open = h.closeBlocks(i, s, open)
		if i > h.window.from && h.distance(i) <= 2 {
			h.comma(i)
		}
	}
	h.closeAtEnd(open)
}

// openBracket is one that is closed on another line.
type openBracket struct {
	line, offset int
	bracket      byte
	ended        bool // a line below is no part of it
}

// closeLine closes what a line opens where the line ends.
func (h *hypotheses) closeLine(i int, s *scanned) {
	if len(s.open) == 0 {
		return
	}
	line := h.lines[i]
	end := len(strings.TrimRight(line[:s.end], " \t,"))
	closers := ""
	for n := len(s.open) - 1; n >= 0; n-- {
		closers += string(closing(line[s.open[n]]))
	}
	h.closeBracket(i, openBracket{line: i, offset: s.open[0], bracket: line[s.open[0]]}, end, closers, 0)
	if len(s.open) > 1 {
		last := s.open[len(s.open)-1]
		h.closeBracket(i, openBracket{line: i, offset: last, bracket: line[last]}, end, closers[:1], 1)
	}
}

// closeBracket adds the hypothesis that a bracket, opened on this line or above, is to be
// closed on line i at an offset.
func (h *hypotheses) closeBracket(i int, open openBracket, end int, closers string, cost int) {
	line := h.lines[i]
	hint := fmt.Sprintf("close it with %q", closers)
	if i != open.line {
		hint += fmt.Sprintf(" at the end of line %d", h.number(i))
		if i+1 < len(h.lines) && strings.TrimSpace(h.lines[i+1]) == "" {
			hint += fmt.Sprintf(", or on line %d", h.number(i+1))
		}
	}
	h.all = append(h.all, change{
		edits: []edit{{i, line[:end] + closers + line[end:]}}, line: open.line, offset: open.offset,
		cost:    likely + cost + h.distance(i)/4,
		message: fmt.Sprintf("%q is not closed", string(open.bracket)), hint: hint,
	})
}

// wrongBracket handles a bracket that closes none of its kind: what is open is to be
// closed in front of it, or it is one too many.
func (h *hypotheses) wrongBracket(i int, s *scanned) {
	if s.wrong < 0 {
		return
	}
	line := h.lines[i]
	if line[s.wrong:s.end] != line[s.wrong:s.wrong+1] && s.wrong == s.indent && strings.IndexByte("]}", line[s.wrong+1]) >= 0 {
		h.splice(i, s.wrong+1, s.wrong+2, "", likely+h.distance(i)/8-h.distance(i), fmt.Sprintf("%q closes nothing", line[s.wrong+1:s.wrong+2]), "remove it")
	}
	if h.distance(i) > 8 {
		return
	}
	if s.colon >= 0 && s.value < s.wrong {
		opener := opening(line[s.wrong])
		h.splice(i, s.value, s.value, opener, likely, fmt.Sprintf("%q was not opened", line[s.wrong:s.wrong+1]), "open it with "+opener)
	}
	inLine := scanLine(h.format, line[:s.wrong])
	if n := len(inLine.open); n > 0 {
		last := inLine.open[n-1]
		closer := string(closing(line[last]))
		h.closeBracket(i, openBracket{line: i, offset: last, bracket: line[last]}, len(strings.TrimRight(line[:s.wrong], " \t,")), closer, 0)
		h.splice(i, s.wrong, s.wrong+1, closer, likely, fmt.Sprintf("%q closes a %q", line[s.wrong:s.wrong+1], line[last:last+1]), "write "+closer)
	}
	h.splice(i, s.wrong, s.wrong+1, "", possible, fmt.Sprintf("%q closes nothing", line[s.wrong:s.wrong+1]), "remove it")
}

func opening(bracket byte) string {
	if bracket == ']' {
		return "["
	}
	return "{"
}

// closeBlocks closes brackets of several lines in front of a line that is no part of them:
// one that is no further in than the line of the bracket.
func (h *hypotheses) closeBlocks(i int, s *scanned, open []openBracket) []openBracket {
	if s.blank() {
		return open
	}
	line := h.lines[i]
	closes := strings.IndexByte("]}", line[s.indent]) >= 0
	for n := len(open) - 1; n >= 0; n-- {
		b := open[n]
		outer := h.scanned(b.line).indent
		ends := s.indent < outer || s.indent == outer && !closes
		if h.format == document.TOML {
			ends = s.colon >= 0 && len(open) == 1 || h.isTop(i)
		}
		above := h.previous(i)
		if b.ended || !ends || above <= b.line {
			continue
		}
		open[n].ended = true
		if line[s.indent] == ',' { // it is all that is left of the line with the bracket
			h.closeBracket(i, b, s.indent, string(closing(b.bracket)), 0)
			continue
		}
		h.closeBracket(above, b, len(strings.TrimRight(h.lines[above][:h.scanned(above).end], " \t,")), string(closing(b.bracket)), 1)
		e := &h.all[len(h.all)-1].edits[0]
		e.text = strings.TrimRight(e.text, " \t,")
		if h.format == document.JSON && !closes {
			e.text += ","
		}
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
func (h *hypotheses) closeAtEnd(open []openBracket) {
	last := h.previous(h.window.to)
	if last < 0 || len(open) == 0 {
		return
	}
	closers := ""
	for n := len(open) - 1; n >= 0; n-- {
		closers += string(closing(open[n].bracket))
	}
	h.closeBracket(last, open[0], h.scanned(last).end, closers, 2)
}

// comma adds the comma that is missing in front of a line, or between two values on it.
func (h *hypotheses) comma(i int) {
	if above := h.previous(i); above >= 0 {
		s := h.scanned(above)
		if s.end > 0 && strings.IndexByte(",[{:=", h.lines[above][s.end-1]) < 0 {
			h.splice(above, s.end, s.end, ",", likely, `no "," at the end of the line`, `add the ","`)
		}
	}
}

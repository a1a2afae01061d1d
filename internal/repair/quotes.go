package repair

import (
	"strings"
)

// quotes closes quotes. A quote is closed where what it opened ends: in front of a
// comment, at the end of the line, in front of a comma or a bracket, behind the key.
func quotes(p *page, add adder) {
	for i := p.window.from; i < p.window.to; i++ {
		switch s := p.scanned(i); {
		case s.text:
		case s.quote >= 0:
			quoteAtEnd(p, i, add)
		case p.distance(i) <= near:
			quoteBetween(p, i, add)
		}
	}
}

// quoteAtEnd closes the quote that is open at the end of a line.
func quoteAtEnd(p *page, i int, add adder) {
	line, open := p.lines[i], p.scanned(i).quote
	rest := line[open+1:]
	ends := []int{len(strings.TrimRight(line, " \t,"))}
	for _, before := range []string{" #", "]", "}", ",", ":", "="} {
		if at := strings.Index(rest, before); at > 0 {
			ends = append(ends, open+1+len(strings.TrimRight(rest[:at], " \t")))
		}
	}
	if strings.Contains(rest, " #") {
		ends[0], ends[1] = ends[1], ends[0]
	}
	for n, end := range ends {
		add(closeQuote(p, i, open, end, line[open:open+1], n))
	}
}

// quoteBetween closes a quote in front of a comma or bracket, where the next quote on the
// line was taken for its end.
func quoteBetween(p *page, i int, add adder) {
	line := p.lines[i][:p.scanned(i).end]
	for _, quote := range []string{`"`, "'"} {
		if strings.Count(line, quote)%2 == 0 {
			continue
		}
		open := -1
		for at, n := 0, 0; at < len(line) && n < 8; at++ {
			switch {
			case line[at] == quote[0]:
				open = at
			case open >= 0 && strings.IndexByte(",]}", line[at]) >= 0 && line[at-1] != quote[0]:
				add(closeQuote(p, i, open, at, quote, n))
				n++
			}
		}
	}
}

func closeQuote(p *page, i, open, end int, quote string, cost int) change {
	if end <= open {
		return change{}
	}
	c := p.splice(i, end, end, quote, 0, "the quote is not closed", "close it with "+quote)
	c.offset, c.cost = open, likely+cost/2+p.distance(i)/4
	return c
}

// textAfterQuote removes what follows the quote that ends a text of several lines, and
// leaves the words to the parser, which stopped there.
func textAfterQuote(p *page, add adder) {
	for i := p.at; i >= p.window.from && p.distance(i) <= near; i-- {
		above := p.previous(i)
		for above >= 0 && p.scanned(above).quote < 0 && !strings.ContainsAny(p.lines[above], `"'`) {
			above = p.previous(above)
		}
		if above < 0 || p.scanned(above).quote < 0 {
			continue
		}
		line := p.lines[i]
		if at := strings.IndexByte(line, p.lines[above][p.scanned(above).quote]); at >= 0 {
			add(unlike(p.splice(i, at+1, len(line), "", likely, "", "")))
		}
	}
}

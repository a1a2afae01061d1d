package repair

import "strings"

// quotes closes quotes where the text in them may end: before a comment, at the end of the
// line, before a comma or a bracket, or after the key.
func quotes(p *region, i int, add addFunc) {
	line, s := p.lines[i], p.scan(i)
	closeAt := func(open, end, n int) {
		if end > open {
			c := p.splice(i, end, end, line[open:open+1], likely+n/2, "the quote is not closed", "close it with "+line[open:open+1])
			c.offset = open
			add(c)
		}
	}
	if s.quote >= 0 {
		rest := line[s.quote+1:]
		ends := []int{len(strings.TrimRight(rest, " \t,"))}
		for _, before := range []string{" #", "]", "}", ",", ":", "="} {
			if at := strings.Index(rest, before); at > 0 {
				ends = append(ends, len(strings.TrimRight(rest[:at], " \t")))
			}
		}
		if strings.Contains(rest, " #") {
			ends[0], ends[1] = ends[1], ends[0]
		}
		for n, end := range ends {
			closeAt(s.quote, s.quote+1+end, n)
		}
		return
	}
	if p.distance(i) > near {
		return
	}
	// The parser may have taken the next quote on the line for the closing one.
	for _, quote := range []string{`"`, "'"} {
		if strings.Count(line[:s.end], quote)%2 == 0 {
			continue
		}
		open, n := -1, 0
		for at := 0; at < s.end && n < 8; at++ {
			switch {
			case line[at] == quote[0]:
				open = at
			case open >= 0 && strings.IndexByte(",]}", line[at]) >= 0 && line[at-1] != quote[0]:
				closeAt(open, at, n)
				n++
			}
		}
	}
}

// textAfterQuote removes the text after the quote that ends a text of several lines. The
// message is the parser's, which stopped there.
func textAfterQuote(p *region, i int, add addFunc) {
	above := p.previous(i)
	for above >= 0 && p.scan(above).quote < 0 && !strings.ContainsAny(p.lines[above], `"'`) {
		above = p.previous(above)
	}
	if above < 0 || p.scan(above).quote < 0 {
		return
	}
	line := p.lines[i]
	if at := strings.IndexByte(line, p.lines[above][p.scan(above).quote]); at >= 0 {
		add(withoutLine(p.splice(i, at+1, len(line), "", likely, "", "")))
	}
}

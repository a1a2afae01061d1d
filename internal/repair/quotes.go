package repair

import "strings"

// quotes closes quotes. A quote is closed where what it opened ends: in front of a
// comment, at the end of the line, in front of a comma or a bracket, behind the key.
func (h *hypotheses) quotes() {
	for i := h.window.from; i < h.window.to; i++ {
		s := h.scanned(i)
		line := h.lines[i]
		switch {
		case s.text:
		case s.quote >= 0:
			rest := line[s.quote+1:]
			ends := []int{len(strings.TrimRight(line, " \t,"))}
			for _, before := range []string{" #", "]", "}", ",", ":", "="} {
				if at := strings.Index(rest, before); at > 0 {
					ends = append(ends, s.quote+1+len(strings.TrimRight(rest[:at], " \t")))
				}
			}
			if strings.Contains(rest, " #") {
				ends[0], ends[1] = ends[1], ends[0]
			}
			for n, end := range ends {
				h.closeQuote(i, s.quote, end, line[s.quote:s.quote+1], n)
			}
		case h.distance(i) <= 2:
			h.quotesBetween(i, s)
		}
	}
}

// quotesBetween closes a quote in front of a comma or bracket, where the next quote on the
// line was taken for its end.
func (h *hypotheses) quotesBetween(i int, s *scanned) {
	line := h.lines[i][:s.end]
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
				h.closeQuote(i, open, at, quote, n)
				n++
			}
		}
	}
}

func (h *hypotheses) closeQuote(i, open, end int, quote string, cost int) {
	if end <= open {
		return
	}
	before := len(h.all)
	h.splice(i, end, end, quote, 0, "the quote is not closed", "close it with "+quote)
	if len(h.all) > before {
		c := &h.all[before]
		c.offset = open
		c.cost = likely + cost/2 + h.distance(i)/4
	}
}

package repair

import "strings"

// quotes closes quotes.
func (h *hypotheses) quotes() {
	for i := h.window.from; i < h.window.to; i++ {
		s := h.scanned(i)
		if s.quote < 0 || s.text {
			continue
		}
		line := h.lines[i]
		quote := string(line[s.quote])
		// A quote is closed where what it opened ends: at the end of the line, in front
		// of a comment, a comma or a bracket, behind the key.
		ends := []int{len(strings.TrimRight(line, " \t,"))}
		rest := line[s.quote+1:]
		for _, before := range []string{" #", "]", "}", ",", ":", "="} {
			if at := strings.Index(rest, before); at > 0 {
				ends = append(ends, s.quote+1+len(strings.TrimRight(rest[:at], " \t")))
			}
		}
		for n, end := range ends {
			h.closeQuote(i, s.quote, end, quote, n)
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

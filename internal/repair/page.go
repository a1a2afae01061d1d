package repair

import (
	"regexp"

	"example.com/lastgood/internal/document"
)

// page is the part of a document on which hypotheses are looked for, read line by line.
type page struct {
	*doc
	window window
	at     int // the line at which the parser stopped

	scans []scanned // of the lines of the window
	ranks []int     // of these, how many lines with something on them are above
	unit  int       // by how much the document indents
}

var blockHeader = regexp.MustCompile(`^(?:[&!]\S+ +)?[|>][-+0-9]*$`)

// newPage reads the lines of a window, at one of which the parser stopped.
func newPage(d *doc, w window, stopped int) *page {
	p := &page{doc: d, window: w, at: min(max(stopped, w.from), w.to-1)}
	count := 0
	text := -1 // the indentation that lines of a block of text exceed
	for _, line := range d.lines[w.from:w.to] {
		s := scanLine(d.format, line)
		if !s.blank() {
			count++
		}
		if d.format == document.YAML && line != "" {
			switch {
			case text >= 0 && (s.indent > text || s.indent == len(line)):
				s.text = true
			case !s.blank():
				text = -1
				if blockHeader.MatchString(line[s.start():s.end]) {
					text = s.indent
					if s.colon >= 0 {
						text = s.body
					}
				}
			}
		}
		p.scans = append(p.scans, s)
		p.ranks = append(p.ranks, count)
	}
	p.unit = indentUnit(p.scans)
	return p
}

func (p *page) scanned(i int) *scanned { return &p.scans[i-p.window.from] }

// distance returns how many lines with something on them are between a line and the place.
func (p *page) distance(i int) int {
	d := p.ranks[p.at-p.window.from] - p.ranks[i-p.window.from]
	if i > p.at {
		d = -d + below
	}
	return min(d, far)
}

// previous returns the next line above i that has something on it, or -1.
func (p *page) previous(i int) int {
	for i--; i >= p.window.from; i-- {
		if !p.scanned(i).blank() {
			return i
		}
	}
	return -1
}

// next returns the next line below i that has something on it, or -1.
func (p *page) next(i int) int {
	for i++; i < p.window.to; i++ {
		if !p.scanned(i).blank() {
			return i
		}
	}
	return -1
}

// replace returns the change of a line to another text, if it is another.
func (p *page) replace(i, offset int, text string, cost int, message, hint string) change {
	if text == p.lines[i] {
		return change{}
	}
	return change{edits: []edit{{i, text}}, line: i, offset: offset, cost: cost + p.distance(i), message: message, hint: hint}
}

// splice returns the change of the part of a line from one offset to another.
func (p *page) splice(i, from, to int, text string, cost int, message, hint string) change {
	return p.replace(i, from, p.lines[i][:from]+text+p.lines[i][to:], cost, message, hint)
}

// unlike returns a change whose lines are not what to write.
func unlike(c change) change {
	c.unlike = true
	return c
}

// nearby returns a change for which the distance counts for less: one in by.
func (p *page) nearby(c change, by int) change {
	if len(c.edits) > 0 {
		c.cost -= p.distance(c.edits[0].line) - p.distance(c.edits[0].line)/by
	}
	return c
}

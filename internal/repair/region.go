package repair

import (
	"regexp"

	"example.com/lastgood/internal/document"
)

// region is the part of a document in which hypotheses are searched for, scanned line by
// line.
type region struct {
	*doc
	window  window
	stopped int // the line at which the parser stopped

	scans []scanned // of the lines of the window
	ranks []int     // for each of these, the number of lines up to it that are not blank
	unit  int       // columns by which the document indents
}

var blockHeader = regexp.MustCompile(`^(?:[&!]\S+ +)?[|>][-+0-9]*$`)

// newRegion scans the lines of a window. stopped is the line at which the parser stopped.
func newRegion(d *doc, w window, stopped int) *region {
	p := &region{doc: d, window: w, stopped: min(max(stopped, w.from), w.to-1)}
	count := 0
	text := -1 // lines of a block of text are indented further than this
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

func (p *region) scan(i int) *scanned { return &p.scans[i-p.window.from] }

// distance returns the number of lines, not counting blank ones, between a line and the
// parser's place.
func (p *region) distance(i int) int {
	d := p.ranks[p.stopped-p.window.from] - p.ranks[i-p.window.from]
	if i > p.stopped {
		d = -d + below
	}
	return min(d, far)
}

// previous returns the nearest line above i that is not blank, or -1.
func (p *region) previous(i int) int {
	for i--; i >= p.window.from; i-- {
		if !p.scan(i).blank() {
			return i
		}
	}
	return -1
}

// next returns the nearest line below i that is not blank, or -1.
func (p *region) next(i int) int {
	for i++; i < p.window.to; i++ {
		if !p.scan(i).blank() {
			return i
		}
	}
	return -1
}

// replace returns the change of a line to another text, or none if the text is the same.
func (p *region) replace(i, offset int, text string, cost int, message, hint string) change {
	if text == p.lines[i] {
		return change{}
	}
	return change{edits: []edit{{i, text}}, line: i, offset: offset, cost: cost + p.distance(i), message: message, hint: hint}
}

// splice returns the change that replaces a part of a line by another text.
func (p *region) splice(i, from, to int, text string, cost int, message, hint string) change {
	return p.replace(i, from, p.lines[i][:from]+text+p.lines[i][to:], cost, message, hint)
}

// withoutLine returns a change whose lines are not what the user should write.
func withoutLine(c change) change {
	c.noLine = true
	return c
}

// discountDistance returns a change for which the distance is divided by by.
func (p *region) discountDistance(c change, by int) change {
	if len(c.edits) > 0 {
		c.cost -= p.distance(c.edits[0].line) - p.distance(c.edits[0].line)/by
	}
	return c
}

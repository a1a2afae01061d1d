package repair

import (
	"fmt"
	"slices"
	"strings"
)

// indentation aligns lines with those around them.
func indentation(p *page, add adder) {
	var open []int // where the maps and lists around the line start
	for i := p.window.from; i < p.window.to; i++ {
		s := p.scanned(i)
		switch {
		case s.blank():
			continue
		case p.distance(i) >= far:
		case s.text:
			alignText(p, i, add)
		default:
			align(p, i, open, add)
		}
		if s.text {
			continue
		}
		for len(open) > 0 && open[len(open)-1] >= s.indent {
			open = open[:len(open)-1]
		}
		open = append(open, s.indent)
		if s.dashes() {
			open = append(open, s.body)
		}
	}
}

// align adds the hypotheses that a line, alone or with what is below it, should start at
// another column: one of those that are open above it, one further in than a key without a
// value, or that of the next line.
func align(p *page, i int, open []int, add adder) {
	s, above, next := p.scanned(i), p.previous(i), p.next(i)
	columns := slices.Clone(open)
	if above < 0 {
		columns = []int{0}
	} else if a := p.scanned(above); a.colon >= 0 && a.value >= a.end {
		columns = append(columns, a.body+p.unit)
	}
	cost := likely + p.distance(i)/4
	if slices.Contains(columns, s.indent) {
		if p.distance(i) > 3 {
			return
		}
		cost = possible + p.distance(i)
	}
	below := -1 // where the next line starts
	if next >= 0 {
		below = p.scanned(next).indent
		columns = append(columns, below)
	}
	slices.Sort(columns)
	for _, column := range slices.Compact(columns) {
		price := cost + max(column-s.indent, s.indent-column)/2
		add(shift(p, i, i+1, column, price))
		switch {
		case below > s.indent:
			add(shift(p, i, p.end(i, s.indent+1), column, price+1))
		case below == s.indent:
			add(shift(p, i, p.end(i, s.indent), column, price+2))
		}
	}
}

// alignText aligns a line of a block of text with the one above or below.
func alignText(p *page, i int, add adder) {
	indent := p.scanned(i).indent
	if above := p.previous(i); above >= 0 && p.scanned(above).text && p.scanned(above).indent > indent {
		add(shift(p, i, i+1, p.scanned(above).indent, likely+p.distance(i)))
	}
	if next := p.next(i); next >= 0 && p.scanned(next).text && p.scanned(next).indent < indent {
		add(shift(p, i, i+1, p.scanned(next).indent, likely+p.distance(i)))
	}
}

// end returns the line behind those below i that are indented at least so much.
func (p *page) end(i, indent int) int {
	for i++; i < p.window.to; i++ {
		if s := p.scanned(i); !s.blank() && s.indent < indent {
			break
		}
	}
	return i
}

// maxShift is how many lines can be indented by the same mistake.
const maxShift = 2000

// shift returns the change that some lines start further in or out, the first of them at
// a column.
func shift(p *page, from, to, column, cost int) change {
	by := column - p.scanned(from).indent
	if by == 0 || to-from > maxShift {
		return change{}
	}
	var edits []edit
	for i := from; i < to; i++ {
		if p.scanned(i).blank() {
			continue
		}
		indent := p.scanned(i).indent + by
		if indent < 0 {
			return change{}
		}
		edits = append(edits, edit{i, strings.Repeat(" ", indent) + p.lines[i][p.scanned(i).indent:]})
	}
	hint := fmt.Sprintf("indent it by %d spaces", column)
	switch column {
	case 0:
		hint = "do not indent it"
	case 1:
		hint = "indent it by one space"
	}
	if like := p.like(from, column); like >= 0 {
		hint += fmt.Sprintf(", as line %d", p.number(like))
	}
	return change{
		edits: edits, line: from, offset: p.scanned(from).indent, cost: cost, unlike: true,
		message: "the indentation does not match the lines around it", hint: hint,
	}
}

// like returns the nearest line, first of those above, that starts at a column and has
// nothing between that is further out, or -1.
func (p *page) like(i, column int) int {
	for _, step := range []func(int) int{p.previous, p.next} {
		for j := step(i); j >= 0; j = step(j) {
			s := p.scanned(j)
			if s.indent == column || s.dashes() && s.body == column {
				return j
			}
			if s.indent < column {
				break
			}
		}
	}
	return -1
}

// indentUnit returns by how much a document indents.
func indentUnit(scans []scanned) int {
	var counts [9]int
	last := 0
	for i := range scans {
		s := &scans[i]
		if s.blank() || s.text {
			continue
		}
		if step := s.indent - last; step > 0 && step < len(counts) {
			counts[step]++
		}
		last = s.indent
	}
	most := 2
	for step, n := range counts {
		if n > counts[most] && (n > 1 || step%2 == 0) { // a single odd step is a slip
			most = step
		}
	}
	return most
}

// irregular counts the lines of a document that are not indented by a multiple of the unit,
// or by more than one further than the line above.
func irregular(text string, unit int) (count int) {
	above := 0
	for line := range strings.Lines(text) {
		rest := strings.TrimLeft(line, " \n")
		if rest == "" || rest[0] == '#' {
			continue
		}
		indent := len(line) - len(rest)
		if indent%unit != 0 || indent > above+unit {
			count++
		}
		above = len(line) - len(strings.TrimLeft(line, " -"))
	}
	return count
}

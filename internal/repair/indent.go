package repair

import (
	"fmt"
	"slices"
	"strings"
)

// indentation aligns lines with the lines around them.
func indentation(p *region, add addFunc) {
	var open []int // columns of the maps and lists around the line
	for i := p.window.from; i < p.window.to; i++ {
		s := p.scan(i)
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

// align adds the hypotheses that a line, alone or with the lines below it, should start in
// another column: one of the open columns above it, one level below a key without a value,
// or that of the next line.
func align(p *region, i int, open []int, add addFunc) {
	s, above, next := p.scan(i), p.previous(i), p.next(i)
	columns := slices.Clone(open)
	if above < 0 {
		columns = []int{0}
	} else if a := p.scan(above); a.colon >= 0 && a.value >= a.end {
		columns = append(columns, a.body+p.unit)
	}
	cost := likely + p.distance(i)/4
	if slices.Contains(columns, s.indent) {
		if p.distance(i) > 3 {
			return
		}
		cost = possible + p.distance(i)
	}
	below := -1 // column of the next line
	if next >= 0 {
		below = p.scan(next).indent
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

// alignText aligns a line of a block of text with the line above or below.
func alignText(p *region, i int, add addFunc) {
	indent := p.scan(i).indent
	if above := p.previous(i); above >= 0 && p.scan(above).text && p.scan(above).indent > indent {
		add(shift(p, i, i+1, p.scan(above).indent, likely+p.distance(i)))
	}
	if next := p.next(i); next >= 0 && p.scan(next).text && p.scan(next).indent < indent {
		add(shift(p, i, i+1, p.scan(next).indent, likely+p.distance(i)))
	}
}

// end returns the index after the lines below i that are indented at least by indent.
func (p *region) end(i, indent int) int {
	for i++; i < p.window.to; i++ {
		if s := p.scan(i); !s.blank() && s.indent < indent {
			break
		}
	}
	return i
}

// maxShift is the number of lines that one mistake can indent.
const maxShift = 2000

// shift returns the change that moves some lines left or right, the first of them to a
// column.
func shift(p *region, from, to, column, cost int) change {
	by := column - p.scan(from).indent
	if by == 0 || to-from > maxShift {
		return change{}
	}
	var edits []edit
	for i := from; i < to; i++ {
		if p.scan(i).blank() {
			continue
		}
		indent := p.scan(i).indent + by
		if indent < 0 {
			return change{}
		}
		edits = append(edits, edit{i, strings.Repeat(" ", indent) + p.lines[i][p.scan(i).indent:]})
	}
	hint := fmt.Sprintf("indent it by %d spaces", column)
	switch column {
	case 0:
		hint = "do not indent it"
	case 1:
		hint = "indent it by one space"
	}
	if like := p.alignedLine(from, column); like >= 0 {
		hint += fmt.Sprintf(", as line %d", p.fileLine(like))
	}
	return change{
		edits: edits, line: from, offset: p.scan(from).indent, cost: cost, noLine: true,
		message: "the indentation does not match the lines around it", hint: hint,
	}
}

// alignedLine returns the nearest line, above if there is one, that starts in a column with
// no line in between that is further left, or -1.
func (p *region) alignedLine(i, column int) int {
	for _, step := range []func(int) int{p.previous, p.next} {
		for j := step(i); j >= 0; j = step(j) {
			s := p.scan(j)
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

// indentUnit returns the number of columns by which a document indents.
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
		if n > counts[most] && (n > 1 || step%2 == 0) { // a single odd step is a mistake
			most = step
		}
	}
	return most
}

// irregularIndents counts the lines of a document that are not indented by a multiple of
// the unit, or by more than one unit further than the line above.
func irregularIndents(text string, unit int) (count int) {
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

package repair

import (
	"fmt"
	"slices"
	"strings"
)

// indentation aligns lines with those around them.
func (h *hypotheses) indentation() {
	var open []int // where the maps and lists around the line start
	for i := h.window.from; i < h.window.to; i++ {
		s := h.scanned(i)
		if s.blank() {
			continue
		}
		if s.text {
			h.alignText(i)
			continue
		}
		if h.distance(i) < far {
			h.align(i, h.expected(i, open))
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

// irregular counts the lines of a document that are not indented by the unit.
func irregular(text string, unit int) int {
	count := 0
	var open []int
	for line := range strings.SplitSeq(text, "\n") {
		rest := strings.TrimLeft(line, " ")
		if rest == "" || rest[0] == '#' {
			continue
		}
		indent := len(line) - len(rest)
		for len(open) > 0 && open[len(open)-1] > indent {
			open = open[:len(open)-1]
		}
		outer := -unit
		if len(open) > 0 {
			outer = open[len(open)-1]
		}
		if step := indent - outer; step != 0 && step != unit {
			count++
		}
		open = append(open, indent)
		for strings.HasPrefix(rest, "- ") {
			rest = strings.TrimLeft(rest[1:], " ")
			open = append(open, len(line)-len(rest))
		}
	}
	return count
}

// expected returns the columns at which a line may start: those of what is open above it,
// and one further in below a key without a value.
func (h *hypotheses) expected(i int, open []int) []int {
	columns := slices.Clone(open)
	if above := h.previous(i); above >= 0 {
		s := h.scanned(above)
		if s.colon >= 0 && s.value >= s.end {
			columns = append(columns, s.body+h.unit)
		}
	}
	if len(columns) == 0 {
		columns = []int{0}
	}
	return columns
}

// align adds the hypotheses that a line, alone or with what is below it, should start at
// one of some columns.
func (h *hypotheses) align(i int, columns []int) {
	s := h.scanned(i)
	cost := likely + h.distance(i)/4
	if slices.Contains(columns, s.indent) {
		if h.distance(i) > 3 {
			return
		}
		cost = possible + h.distance(i)
	}
	next := h.next(i)
	if next >= 0 && !slices.Contains(columns, h.scanned(next).indent) {
		columns = append(columns, h.scanned(next).indent)
	}
	for _, column := range columns {
		if column == s.indent {
			continue
		}
		price := cost + max(column-s.indent, s.indent-column)/2
		h.shift(i, i+1, column, price)
		if next >= 0 && h.scanned(next).indent > s.indent {
			h.shift(i, h.end(i, s.indent+1), column, price+1)
		}
		if next >= 0 && h.scanned(next).indent == s.indent {
			h.shift(i, h.end(i, s.indent), column, price+2)
		}
	}
}

// end returns the line behind those below i that are indented at least so much.
func (h *hypotheses) end(i, indent int) int {
	for i++; i < h.window.to; i++ {
		if s := h.scanned(i); !s.blank() && s.indent < indent {
			break
		}
	}
	return i
}

// shift adds the hypothesis that some lines should start further in or out, the first of
// them at a column.
func (h *hypotheses) shift(from, to, column, cost int) {
	by := column - h.scanned(from).indent
	var edits []edit
	for i := from; i < to; i++ {
		if h.scanned(i).blank() {
			continue
		}
		indent := h.scanned(i).indent + by
		if indent < 0 {
			return
		}
		edits = append(edits, edit{i, strings.Repeat(" ", indent) + h.lines[i][h.scanned(i).indent:]})
	}
	hint := fmt.Sprintf("indent it by %d spaces", column)
	switch column {
	case 0:
		hint = "do not indent it"
	case 1:
		hint = "indent it by one space"
	}
	if like := h.like(from, column); like >= 0 {
		hint += fmt.Sprintf(", as line %d", h.number(like))
	}
	h.all = append(h.all, change{
		edits: edits, line: from, offset: h.scanned(from).indent, cost: cost, unlike: true,
		message: "the indentation does not match the lines around it", hint: hint,
	})
}

// like returns the nearest line, first of those above, that starts at a column and has
// nothing between that is further out, or -1.
func (h *hypotheses) like(i, column int) int {
	for _, step := range []func(int) int{h.previous, h.next} {
		for j := step(i); j >= 0; j = step(j) {
			s := h.scanned(j)
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

// alignText aligns a line of a block of text with the others.
func (h *hypotheses) alignText(i int) {
	s := h.scanned(i)
	first := i
	for j := i - 1; j >= h.window.from && (h.scanned(j).text || h.lines[j] == ""); j-- {
		if h.scanned(j).text && !h.scanned(j).blank() {
			first = j
		}
	}
	if first != i {
		if base := h.scanned(first).indent; s.indent < base {
			h.shift(i, i+1, base, likely+h.distance(i))
		}
		return
	}
	if next := h.next(i); next >= 0 && h.scanned(next).text && h.scanned(next).indent < s.indent {
		h.shift(i, i+1, h.scanned(next).indent, likely+h.distance(i))
	}
}

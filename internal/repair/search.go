package repair

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"example.com/lastgood/internal/document"
)

// search tries changes of one document.
type search struct {
	*doc
	ctx     context.Context
	problem document.Problem // the parser's problem
	fits    func(*document.Node) int

	unit          int // columns by which it indents
	tries, parsed int
}

// result rates a document after a change.
type result struct {
	change
	fits int // more is better
	odd  int // less is better
}

// run returns the change that repairs the document best.
func (s *search) run() (change, bool) {
	w := s.window()
	if w.to-w.from > maxRegionLines || s.size(w.from, w.to) > maxRegion || slices.ContainsFunc(s.lines[w.from:w.to], func(line string) bool { return len(line) > maxLine }) {
		return change{}, false
	}
	p := newRegion(s.doc, w, s.line(s.problem))
	changes := p.changes()
	s.unit = p.unit
	if best, ok := s.best(w, changes); ok {
		return best, true
	}
	// There may be another mistake below. A change that repairs the document up to the
	// next top-level key is the cause of the first.
	if w.cut(s.doc, s.line(s.problem)+1) {
		return s.best(w, changes)
	}
	return change{}, false
}

// maxLine is the number of bytes of a line above which nothing is tried. No person writes
// such a line.
const maxLine = 32 << 10

// margin is by how much the cost of a change may exceed that of one that helps, so that it
// is still tried: it may fit the schema better.
const margin = 8

// best tries the changes in the lines of a window.
func (s *search) best(w window, changes []change) (change, bool) {
	var best *result
	for _, c := range changes {
		if s.tries == maxTries || s.ctx.Err() != nil || best != nil && c.cost > best.cost+margin {
			break
		}
		if c.edits[0].line < w.from || c.edits[len(c.edits)-1].line >= w.to {
			continue
		}
		text := w.before + s.text(w.from, w.to, c.edits)
		if s.parsed+len(text) > maxParsed {
			break
		}
		s.tries++
		s.parsed += len(text)
		root := document.Accepts(s.format, text)
		if root == nil {
			continue
		}
		r := result{change: c, odd: oddities(root)}
		if s.fits != nil {
			r.fits = s.fits(root)
		}
		if s.format == document.YAML {
			r.odd += irregularIndents(text, s.unit)
		}
		if best == nil || r.better(best) {
			best = &r
		}
	}
	if best == nil {
		return change{}, false
	}
	return best.change, true
}

func (r result) better(than *result) bool {
	return cmp.Or(cmp.Compare(than.fits, r.fits), cmp.Compare(r.odd, than.odd), cmp.Compare(r.cost, than.cost)) < 0
}

// oddities counts keys that are probably not meant as keys.
func oddities(n *document.Node) (odd int) {
	for i := range n.Children {
		c := &n.Children[i]
		if strings.ContainsAny(c.Key, " \t\n\"'`{}[],=<>|") || strings.ContainsFunc(c.Key, isInvisible) {
			odd++
		}
		odd += oddities(&c.Node)
	}
	return odd
}

package repair

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"

	"example.com/lastgood/internal/document"
)

// hypotheses are what people do wrong. Each function adds the changes that would undo it,
// wherever on the page it may have happened. Of changes that cost the same, those of the
// earlier functions are tried first.
var hypotheses = []struct {
	formats []document.Format
	find    func(*page, adder)
}{
	// Characters that are easily taken for the right ones.
	{all, everywhere(8, invisible)},
	{only(document.YAML, document.TOML), everywhere(1, comment)},
	{all, everywhere(1, typographic)},

	// Lines that tools should have replaced or taken out.
	{all, templates},
	{all, everywhere(far, removed("^\\s*```", "a fence of Markdown", "remove the lines that start with ```"))},
	{all, everywhere(far, removed("^=======$", messageConflict, hintConflict))},

	{only(document.YAML), yamlLines},
	{only(document.YAML), yamlValues},
	{only(document.YAML), indentation},
	{only(document.TOML), tomlLines},
	{only(document.JSON), jsonLines},
	{only(document.JSON), lines(far, 8, jsonOpening)},

	// Quotes and brackets that are missing or too many.
	{all, lines(far, 4, quotes)},
	{only(document.YAML), lines(near, 1, textAfterQuote)},
	{all, brackets},
	{all, lines(near, 1, comma)},
}

var all = only(document.YAML, document.TOML, document.JSON)

func only(formats ...document.Format) []document.Format { return formats }

// adder takes a change that is to be tried. One without edits is none.
type adder func(change)

// Costs of hypotheses, to which the distance from the place is added.
const (
	certain   = 1 // there is hardly another reason to write this
	likely    = 3
	possible  = 6
	desperate = 14

	near = 2  // a distance at which mistakes are reported that are all on one line
	far  = 30 // distances beyond count as this one

	// below is added for lines below the place: the parser has not read them.
	below = 4
)

// lines makes a hypothesis of some about single lines: those that are no further from the
// place than a distance, and not blank or part of a block of text. Of the distance, one in
// by counts.
func lines(distance, by int, find ...lineFunc) func(*page, adder) {
	return func(p *page, add adder) {
		addNearby := func(c change) { add(p.nearby(c, by)) }
		for i := p.window.from; i < p.window.to; i++ {
			if s := p.scanned(i); s.blank() && p.format != document.JSON || s.text || p.distance(i) > distance {
				continue
			}
			for _, f := range find {
				f(p, i, addNearby)
			}
		}
	}
}

// lineFunc adds changes of a line.
type lineFunc func(p *page, i int, add adder)

// part makes a hypothesis of a pattern, whose first group is what to write in another
// way, wherever it matches. Without words for it, those of the parser are kept.
func part(pattern string, with func(string) string, cost int, message, hint string) lineFunc {
	compiled := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) }) // most programs need none
	return func(p *page, i int, add adder) {
		line, copied, first := p.lines[i], 0, -1
		var text strings.Builder
		for _, m := range compiled().FindAllStringSubmatchIndex(line, -1) {
			if p.insideQuotes(line, m[2]) {
				continue
			}
			if first < 0 {
				first = m[2]
			}
			text.WriteString(line[copied:m[2]] + with(line[m[2]:m[3]]))
			copied = m[3]
		}
		if first >= 0 {
			add(p.replace(i, first, text.String()+line[copied:], cost, message, hint))
		}
	}
}

func as(text string) func(string) string { return func(string) string { return text } }

func changed(from, to string) func(string) string {
	return func(text string) string { return strings.ReplaceAll(text, from, to) }
}

func inQuotes(text string) string { return `"` + text + `"` }

// unlikely makes [unlike] changes of those of a hypothesis.
func unlikely(f lineFunc) lineFunc {
	return func(p *page, i int, add adder) { f(p, i, func(c change) { add(unlike(c)) }) }
}

// maxChanges is how many changes are kept, those that cost least: many more than are
// tried.
const maxChanges = 16 * maxTries

// changes returns what is to be tried on a page, the likeliest and nearest first.
func (p *page) changes() (found []change) {
	limit := math.MaxInt // what costs as much or more is not kept
	add := func(c change) {
		if len(c.edits) == 0 || c.cost >= limit {
			return
		}
		if found = append(found, c); len(found) == 2*maxChanges {
			found = cheapest(found)
			limit = found[len(found)-1].cost
		}
	}
	for _, h := range hypotheses {
		if slices.Contains(h.formats, p.format) {
			h.find(p, add)
		}
	}
	return cheapest(found)
}

// cheapest sorts changes, and returns those that are kept.
func cheapest(found []change) []change {
	slices.SortStableFunc(found, func(a, b change) int { return cmp.Compare(a.cost, b.cost) })
	return found[:min(len(found), maxChanges)]
}

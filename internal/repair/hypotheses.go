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

// hypotheses are mistakes that people make. Each function adds the changes that would undo
// the mistake, wherever it may be in the region. Of changes with the same cost, those of
// earlier functions are tried first.
var hypotheses = []struct {
	formats []document.Format
	find    func(*region, addFunc)
}{
	// Characters that look like others.
	{all, eachLine(8, invisible)},
	{only(document.YAML, document.TOML), eachLine(1, comment)},
	{all, eachLine(1, typographic)},

	// Lines that tools should have replaced or removed.
	{all, templates},
	{all, eachLine(far, removeLines("^\\s*```", "a fence of Markdown", "remove the lines that start with ```"))},
	{all, eachLine(far, removeLines("^=======$", messageConflict, hintConflict))},

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

// addFunc adds a change to try. It ignores a change without edits.
type addFunc func(change)

// Costs of hypotheses, to which the distance from the parser's place is added.
const (
	certain   = 1 // there is hardly another reason to write this
	likely    = 3
	possible  = 6
	desperate = 14

	near = 2  // distance within which mistakes on a single line are reported
	far  = 30 // largest distance that counts

	// below is added for lines below the place, which the parser has not read.
	below = 4
)

// lines returns a hypothesis for mistakes on single lines, which are within a distance of
// the parser's place and neither blank nor part of a block of text. The distance is divided
// by by.
func lines(distance, by int, find ...lineFunc) func(*region, addFunc) {
	return func(p *region, add addFunc) {
		addNearby := func(c change) { add(p.discountDistance(c, by)) }
		for i := p.window.from; i < p.window.to; i++ {
			if s := p.scan(i); s.blank() && p.format != document.JSON || s.text || p.distance(i) > distance {
				continue
			}
			for _, f := range find {
				f(p, i, addNearby)
			}
		}
	}
}

// lineFunc adds changes of a line.
type lineFunc func(p *region, i int, add addFunc)

// replaceMatch returns a hypothesis that replaces the first group of a pattern wherever it
// matches. Without a message, the parser's is kept.
func replaceMatch(pattern string, with func(string) string, cost int, message, hint string) lineFunc {
	compiled := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) }) // most programs never need it
	return func(p *region, i int, add addFunc) {
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

func constant(text string) func(string) string { return func(string) string { return text } }

func replaceAll(from, to string) func(string) string {
	return func(text string) string { return strings.ReplaceAll(text, from, to) }
}

func inQuotes(text string) string { return `"` + text + `"` }

// noLine makes the changes of a hypothesis ones [withoutLine].
func noLine(f lineFunc) lineFunc {
	return func(p *region, i int, add addFunc) { f(p, i, func(c change) { add(withoutLine(c)) }) }
}

// maxChanges is how many changes are kept, those with the lowest cost. It is far above the
// number of tries.
const maxChanges = 16 * maxTries

// changes returns the changes to try in a region, the likeliest and nearest first.
func (p *region) changes() (found []change) {
	limit := math.MaxInt // a change of this cost or more is not kept
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

// cheapest sorts changes, and returns those to keep.
func cheapest(found []change) []change {
	slices.SortStableFunc(found, func(a, b change) int { return cmp.Compare(a.cost, b.cost) })
	return found[:min(len(found), maxChanges)]
}

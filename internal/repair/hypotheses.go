package repair

import (
	"cmp"
	"math"
	"slices"

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
	{only(document.YAML, document.TOML), lines(1, commentBehind)},
	{all, everywhere(1, typographic)},

	// Lines that tools should have replaced or taken out.
	{all, templates},
	{all, everywhere(far, removed("^\\s*```", "a fence of Markdown", "remove the lines that start with ```"))},
	{all, everywhere(far, removed("^=======$", messageConflict, hintConflict))},

	{only(document.YAML), lines(far, yamlSpaces, yamlItem, yamlColon, yamlValue, yamlStray)},
	{only(document.YAML), indentation},
	{only(document.TOML), lines(near, tomlHeader, tomlEquals, tomlValue, tomlWords)},
	{only(document.JSON), lines(near, jsonColon, jsonValue, jsonWritten)},
	{only(document.JSON), jsonTrailing},
	{only(document.JSON), jsonOpening},

	// Quotes and brackets that are missing or too many.
	{all, quotes},
	{only(document.YAML), textAfterQuote},
	{all, brackets},
	{all, commas},
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

// lines applies hypotheses about single lines to those that are no further from the place
// than a distance, and not blank or part of a block of text.
func lines(distance int, find ...func(p *page, i int, add adder)) func(*page, adder) {
	return func(p *page, add adder) {
		for i := p.window.from; i < p.window.to; i++ {
			if s := p.scanned(i); s.blank() || s.text || p.distance(i) > distance {
				continue
			}
			for _, f := range find {
				f(p, i, add)
			}
		}
	}
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

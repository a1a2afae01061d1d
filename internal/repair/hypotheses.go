package repair

import (
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
	{all, invisible},
	{only(document.YAML), tabs},
	{only(document.YAML, document.TOML), comments},
	{all, typographic},

	// Lines that tools should have replaced or taken out.
	{all, templates},
	{all, leftovers},

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

// changes returns what is to be tried on a page.
func (p *page) changes() (found []change) {
	add := func(c change) {
		if len(c.edits) > 0 {
			found = append(found, c)
		}
	}
	for _, h := range hypotheses {
		for _, f := range h.formats {
			if f == p.format {
				h.find(p, add)
			}
		}
	}
	return found
}

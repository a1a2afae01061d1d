package merge

import "iter"

// chains is a list of values for each of several keys, from the lowest layer to the
// highest. All lists share one slice, so that memory grows with the number of values only.
type chains struct {
	heads []head
	links []link
}

// head has the indexes, from 1, of the first and the last value of a key; 0 for none.
type head struct{ first, last int32 }

// link is a value in a list, with the index of the next, from 1; 0 for none.
type link struct {
	Value
	next int32
}

// newChains returns empty lists for n keys, with room for all children of some sections.
func newChains(n int, sections []Value) chains {
	count := 0
	for _, v := range sections {
		count += len(v.Node.Children)
	}
	return chains{heads: make([]head, n), links: make([]link, 0, count)}
}

// add appends a value to the i-th key. Its layer must be above those of the values before.
func (c *chains) add(i int, v Value) {
	c.links = append(c.links, link{Value: v})
	h, at := &c.heads[i], int32(len(c.links))
	if h.first == 0 {
		h.first = at
	} else {
		c.links[h.last-1].next = at
	}
	h.last = at
}

// last returns the last value of the i-th key.
func (c *chains) last(i int) (Value, bool) {
	if h := c.heads[i]; h.last > 0 {
		return c.links[h.last-1].Value, true
	}
	return Value{}, false
}

// each returns the values of the i-th key.
func (c *chains) each(i int) iter.Seq[Value] {
	return func(yield func(Value) bool) {
		for at := c.heads[i].first; at > 0; at = c.links[at-1].next {
			if !yield(c.links[at-1].Value) {
				return
			}
		}
	}
}

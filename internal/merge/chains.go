package merge

import "iter"

// chains are values that have a key in common, several of them, each from the lowest
// layer to the highest. They need as much room as there are values, however many keys
// and layers there are.
type chains struct {
	heads []head
	links []link
}

// head is where the values of a key begin and end, from 1; 0 if there are none.
type head struct{ first, last int32 }

type link struct {
	Value
	next int32
}

// newChains returns those of n keys with room for what is in sections.
func newChains(n int, sections []Value) chains {
	count := 0
	for _, v := range sections {
		count += len(v.Node.Children)
	}
	return chains{heads: make([]head, n), links: make([]link, 0, count)}
}

// add adds a value of the i-th key, which is of a higher layer than those before.
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

// last returns the value of the i-th key that was added last.
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

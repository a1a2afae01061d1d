package watch

import (
	"time"

	"example.com/lastgood/internal/source"
)

// candidate is a document that may be taken: how it was taken last, and how the looks
// have seen it since.
type candidate struct {
	taken source.Document // Gone if it was not there
	seen  source.Document // by the last look to which it did not move

	moving   bool      // at the last look
	agreed   bool      // two looks have seen it as it is
	changed  time.Time // when it was last seen to change
	restless time.Time // since when it has not been left alone for as long as it takes to settle
	replaced int       // by how many other files since then
}

const (
	// tick is longer than the clock of file systems stands still, so that what is
	// written later has a later time.
	tick = 10 * time.Millisecond

	// maxSettleFactor is for how many times the time to settle a file that is written
	// to all the time is waited for. From then on, less and less has to do, and in the
	// end minQuiet. maxExchangeFactor is the same for files that are exchanged all the
	// time, which are usually whole.
	maxSettleFactor, maxExchangeFactor = 10, 2

	minQuiet = time.Millisecond
)

// see records what a look has seen of the document. The change, if there is one, was
// at that time.
func (c *candidate) see(doc source.Document, at time.Time, settle time.Duration) {
	anew := !c.moving && at.Sub(c.changed) >= settle
	c.moving = doc.Moving
	switch {
	case doc.Moving:
		c.disturb(at, anew)
	case doc.Untouched(&c.seen):
		if c.agreed = true; !doc.Gone { // which knows when it went
			c.seen = doc
		}
	default:
		c.disturb(at, anew)
		if doc.ID != c.seen.ID {
			c.replaced++
		}
		c.agreed, c.seen = false, doc
	}
}

// disturb records a change, which begins a restless time anew after a quiet one.
func (c *candidate) disturb(at time.Time, anew bool) {
	if c.restless.IsZero() || anew {
		c.restless, c.replaced = at, 0
	}
	c.changed, c.agreed = at, false
}

// differs reports whether there is something to take, or there may be.
func (c *candidate) differs() bool { return c.moving || !c.seen.Same(&c.taken) }

// left returns for how much longer the document has to be left alone until it can be
// taken: 0 if that is now.
func (c *candidate) left(now time.Time, settle time.Duration) time.Duration {
	if c.moving { // nothing is known of it, but how long that has been so
		return max(min(now.Sub(c.restless)/4, settle/2), tick)
	}
	if settle == 0 || c.seen.Whole {
		return 0
	}
	quiet := c.quiet(now, settle)
	if left := quiet - now.Sub(c.changed); left > 0 || c.agreed {
		return max(left, 0)
	}
	return min(quiet, tick) // until there has been a second look
}

// quiet returns for how long in all the document has to be left alone.
func (c *candidate) quiet(now time.Time, settle time.Duration) time.Duration {
	if len(c.seen.Data) == 0 { // nothing is what there is between two files, too
		return settle
	}
	if c.seen.Likely {
		return min(settle, tick)
	}
	long := int(now.Sub(c.restless) / settle)
	switch {
	case c.replaced > 1 && long >= maxExchangeFactor:
		return min(settle, max(tick>>(long-maxExchangeFactor), minQuiet))
	case long >= maxSettleFactor:
		return min(settle, max(settle>>(2+long-maxSettleFactor), minQuiet))
	}
	return settle
}

// isChurning reports whether the document changes for so long that others are not made
// to wait for it.
func (c *candidate) isChurning(now time.Time, settle time.Duration) bool {
	return now.Sub(c.restless)/maxExchangeFactor >= settle
}

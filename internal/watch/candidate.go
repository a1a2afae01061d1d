package watch

import (
	"time"

	"example.com/lastgood/internal/source"
)

// candidate is a document that may be taken: how it was taken last, and how the looks
// have seen it since.
type candidate struct {
	accepted source.Document // Gone if it was not there
	latest   source.Document // by the last look to which it did not move

	moving         bool      // at the last look
	stable         bool      // two looks have seen it as it is
	changed        time.Time // when it was last seen to change
	unsettledSince time.Time // since when it has not been left alone for as long as it takes to settle
	replacements   int       // by how many other files since then
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
func (c *candidate) observe(doc source.Document, at time.Time, settle time.Duration) {
	anew := !c.moving && at.Sub(c.changed) >= settle
	c.moving = doc.Moving
	switch {
	case doc.Moving:
		c.recordChange(at, anew)
	case doc.Untouched(&c.latest):
		if c.stable = true; !doc.Gone { // which knows when it went
			c.latest = doc
		}
	default:
		c.recordChange(at, anew)
		if doc.ID != c.latest.ID {
			c.replacements++
		}
		c.stable, c.latest = false, doc
	}
}

// disturb records a change, which begins a restless time anew after a quiet one.
func (c *candidate) recordChange(at time.Time, anew bool) {
	if c.unsettledSince.IsZero() || anew {
		c.unsettledSince, c.replacements = at, 0
	}
	c.changed, c.stable = at, false
}

// differs reports whether there is something to take, or there may be.
func (c *candidate) differs() bool { return c.moving || !c.latest.Same(&c.accepted) }

// left returns for how much longer the document has to be left alone until it can be
// taken: 0 if that is now.
func (c *candidate) remaining(now time.Time, settle time.Duration) time.Duration {
	if c.moving { // nothing is known of it, but how long that has been so
		return max(min(now.Sub(c.unsettledSince)/4, settle/2), tick)
	}
	if settle == 0 || c.latest.Whole {
		return 0
	}
	quiet := c.quietTime(now, settle)
	if left := quiet - now.Sub(c.changed); left > 0 || c.stable {
		return max(left, 0)
	}
	return min(quiet, tick) // until there has been a second look
}

// quiet returns for how long in all the document has to be left alone.
func (c *candidate) quietTime(now time.Time, settle time.Duration) time.Duration {
	if len(c.latest.Data) == 0 { // nothing is what there is between two files, too
		return settle
	}
	if c.latest.Likely {
		return min(settle, tick)
	}
	long := int(now.Sub(c.unsettledSince) / settle)
	switch {
	case c.replacements > 1 && long >= maxExchangeFactor:
		return min(settle, max(tick>>(long-maxExchangeFactor), minQuiet))
	case long >= maxSettleFactor:
		return min(settle, max(settle>>(2+long-maxSettleFactor), minQuiet))
	}
	return settle
}

// isChurning reports whether the document changes for so long that others are not made
// to wait for it.
func (c *candidate) isChurning(now time.Time, settle time.Duration) bool {
	return now.Sub(c.unsettledSince)/maxExchangeFactor >= settle
}

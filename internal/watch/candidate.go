package watch

import (
	"time"

	"example.com/lastgood/internal/source"
)

// candidate is a document that may be accepted, with the last accepted state and what scans
// have observed since.
type candidate struct {
	accepted source.Document // Gone if it did not exist
	latest   source.Document // of the last scan in which it was not Moving

	moving         bool      // in the last scan
	stable         bool      // two scans in a row read the same
	changed        time.Time // the time of the last change
	unsettledSince time.Time // the first change after it had last settled
	replacements   int       // the number of times it was replaced by another file since then
}

const (
	// tick is longer than a tick of the file systems' clock, so that a later write has a later
	// timestamp.
	tick = 10 * time.Millisecond

	// maxSettleFactor times the settle time is how long a file that is written to all the time
	// is waited for. From then on, a shorter and shorter quiet time is enough, down to
	// minQuiet. maxExchangeFactor is the same for files that are replaced all the time: these
	// are usually complete.
	maxSettleFactor, maxExchangeFactor = 10, 2

	minQuiet = time.Millisecond
)

// observe records the document as a scan read it. If it has changed, it did so at the time at.
func (c *candidate) observe(doc source.Document, at time.Time, settle time.Duration) {
	settled := !c.moving && at.Sub(c.changed) >= settle
	c.moving = doc.Moving
	switch {
	case doc.Moving:
		c.recordChange(at, settled)
	case doc.Untouched(&c.latest):
		if c.stable = true; !doc.Gone { // the first Gone document has the steps of its removal
			c.latest = doc
		}
	default:
		c.recordChange(at, settled)
		if doc.ID != c.latest.ID {
			c.replacements++
		}
		c.stable, c.latest = false, doc
	}
}

// recordChange records a change. With settled, the document had settled before it.
func (c *candidate) recordChange(at time.Time, settled bool) {
	if c.unsettledSince.IsZero() || settled {
		c.unsettledSince, c.replacements = at, 0
	}
	c.changed, c.stable = at, false
}

// differs reports whether the document differs from the accepted one, or may.
func (c *candidate) differs() bool { return c.moving || !c.latest.Same(&c.accepted) }

// remaining returns how much longer the document must be quiet to be accepted; 0 means it can
// be accepted now.
func (c *candidate) remaining(now time.Time, settle time.Duration) time.Duration {
	if c.moving { // only the time since it began to move is known
		return max(min(now.Sub(c.unsettledSince)/4, settle/2), tick)
	}
	if settle == 0 || c.latest.Whole {
		return 0
	}
	quiet := c.quietTime(now, settle)
	if left := quiet - now.Sub(c.changed); left > 0 || c.stable {
		return max(left, 0)
	}
	return min(quiet, tick) // for a second scan
}

// quietTime returns how long the document must be quiet in all.
func (c *candidate) quietTime(now time.Time, settle time.Duration) time.Duration {
	if len(c.latest.Data) == 0 { // it may be truncated, or missing between two renames
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

// isChurning reports whether the document has been changing for so long that other documents
// need not wait for it.
func (c *candidate) isChurning(now time.Time, settle time.Duration) bool {
	return now.Sub(c.unsettledSince)/maxExchangeFactor >= settle
}

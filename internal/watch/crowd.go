package watch

import "time"

// A directory in which much is written that nobody asked for costs most where every
// event wakes the process up. Once there are crowdSize of them within crowdTime, the
// loop leaves the events to the kernel for crowdRest whenever it has caught up with
// them: it merges equal ones, and hands over the others at one read. What was asked
// for waits for that long at most.
const (
	crowdSize = 250 // many swaps of volumes, one after the other, give less
	crowdTime = 500 * time.Millisecond
	crowdRest = 10 * time.Millisecond

	// caughtUp is the time without an event that tells that none was waiting.
	caughtUp = 100 * time.Microsecond
)

// crowd counts events that nobody asked for.
type crowd struct {
	size  int       // how many there have been since
	since time.Time // then
	last  time.Time // when the last one came, or the last rest ended
	dense bool      // those before since were a crowd
}

// pass is called for each of them, and rests if that pays.
func (c *crowd) pass() {
	now := time.Now()
	behind := now.Sub(c.last) < caughtUp
	c.last = now
	if now.Sub(c.since) >= crowdTime {
		c.size, c.since, c.dense = 0, now, false
	}
	if c.size++; c.size == crowdSize {
		c.size, c.since, c.dense = 0, now, true
	}
	if c.dense && !behind {
		time.Sleep(crowdRest)
		c.last = time.Now()
	}
}

package guard

import "time"

// ticksPerLimit is the number of ticks that make up the limit of Within.
const ticksPerLimit = 20

// Within receives from c, or returns false after limit. Time in which the kernel does not run
// the process, such as a container that has used up its CPU limit, hardly counts: all ticks in
// it but one are missed.
func Within[V any](c <-chan V, limit time.Duration) (v V, ok bool) {
	tick := time.NewTicker(limit / ticksPerLimit)
	defer tick.Stop()
	for range ticksPerLimit {
		select {
		case v = <-c:
			return v, true
		case <-tick.C:
		}
	}
	return v, false
}

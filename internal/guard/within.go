package guard

import "time"

// ticks is how many make up the limit of Within.
const ticks = 20

// Within receives from c, or returns false when that takes longer than limit. A process
// that the kernel does not run, such as one in a container that has used up its CPU
// limit, misses all ticks meanwhile but one: time in which nobody could have sent hardly
// counts.
func Within[V any](c <-chan V, limit time.Duration) (v V, ok bool) {
	tick := time.NewTicker(limit / ticks)
	defer tick.Stop()
	for range ticks {
		select {
		case v = <-c:
			return v, true
		case <-tick.C:
		}
	}
	return v, false
}

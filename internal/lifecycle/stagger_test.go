package lifecycle

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"
	"time"
)

// TestAFleetSpreadsOverTheWindow takes several changes to a fleet of 1,000 processes that are
// named as pods are.
func TestAFleetSpreadsOverTheWindow(t *testing.T) {
	t.Parallel()
	const ids, parts = 1000, 10
	for _, window := range []time.Duration{time.Second, 10 * time.Minute, 24 * time.Hour} {
		for change := range 5 {
			digest := Digest(sha256.Sum256(fmt.Append(nil, "change ", change)))
			var in [parts]int
			var delays []time.Duration
			for id := range ids {
				s := Stagger{Window: window, ID: fmt.Sprintf("app-5d9c7b6f4-%05d", id)}
				d := s.Delay(digest)
				if d < 0 || d >= window || d != s.Delay(digest) {
					t.Fatalf("%s waits for %v of %v", s.ID, d, window)
				}
				in[d*parts/window]++
				delays = append(delays, d)
			}
			for part, n := range in {
				if n < ids*5/100 || n > ids*15/100 {
					t.Errorf("window %v, change %d: part %d holds %d of %d: %v", window, change, part, n, ids, in)
				}
			}
			slices.Sort(delays)
			for i := range ids - 1 {
				if gap := delays[i+1] - delays[i]; gap > window/50 {
					t.Errorf("window %v, change %d: nobody for %v", window, change, gap)
				}
			}
		}
	}
}

func TestTheOrderOfAFleetIsAnotherWithEachChange(t *testing.T) {
	t.Parallel()
	first := map[string]bool{}
	for change := range 20 {
		digest := Digest(sha256.Sum256(fmt.Append(nil, "change ", change)))
		ids := []string{"pod-0", "pod-1", "pod-2", "pod-3"}
		slices.SortFunc(ids, func(a, b string) int {
			return int((&Stagger{time.Minute, a}).Delay(digest) - (&Stagger{time.Minute, b}).Delay(digest))
		})
		first[ids[0]] = true
	}
	if len(first) < 4 {
		t.Errorf("only %v were first", first)
	}
}

//go:build unix

package config_test

import (
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"syscall"
	"testing"
	"time"
)

// shape is a kind of input that can grow. Processing n of it must cost at most n log n, whether
// or not it is valid.
type shape struct {
	name string
	most int // the largest n; 0 for 64,000

	// setUp prepares n of it, and returns the function to measure.
	setUp func(tb testing.TB, n int) (run func())
}

func shapes() []shape {
	return slices.Concat(documentShapes(), problemShapes(), layerShapes(), typeShapes(), ownShapes(), storeShapes(), referenceShapes())
}

// BenchmarkGrowth does each thing with 1,000 to 64,000 of something, and fits how its
// cost grows with the number: linear is 1, and n log n no more than 1.1.
//
//	go test ./config -run '^$' -bench Growth
func BenchmarkGrowth(b *testing.B) {
	for _, s := range shapes() {
		b.Run(s.name, func(b *testing.B) {
			var sizes []int
			for n := 1000; n <= s.limit(64_000); n *= 2 {
				sizes = append(sizes, n)
			}
			least := make([]time.Duration, len(sizes))
			for b.Loop() {
				for i, n := range sizes {
					took := s.cost(b, n)
					if least[i] == 0 || took < least[i] {
						least[i] = took
					}
					if took > longEnough {
						sizes, least = sizes[:i+1], least[:i+1]
						break
					}
				}
			}
			last := len(sizes) - 1
			b.ReportMetric(exponent(sizes, least), "exponent")
			b.ReportMetric(float64(sizes[last]), "n")
			b.ReportMetric(float64(least[last].Microseconds())/1000, "ms")
			b.ReportMetric(0, "ns/op") // of all sizes together, which means nothing
		})
	}
}

// longEnough is the cost of one run after which no larger number is tried.
const longEnough = 5 * time.Second

func (s shape) limit(n int) int {
	if s.most > 0 {
		return min(n, s.most)
	}
	return n
}

// cost returns the CPU time of one run, the least of a few.
func (s shape) cost(tb testing.TB, n int) time.Duration {
	run := s.setUp(tb, n)
	run()                                             // warms caches
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // how often garbage is collected is chance
	var least, total time.Duration
	for i := 0; i == 0 || i < 3 && total < time.Second || i < 20 && total < 100*time.Millisecond; i++ {
		runtime.GC()
		began := cpuTime(tb)
		run()
		took := cpuTime(tb) - began
		if total += took; i == 0 || took < least {
			least = took
		}
	}
	return max(least, time.Microsecond)
}

// cpuTime returns the processor time of the process, which other processes do not affect.
func cpuTime(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// exponent fits cost = c * size^exponent to the larger half of the sizes.
func exponent(sizes []int, costs []time.Duration) float64 {
	first := (len(sizes) - 1) / 2
	var n, x, y, xx, xy float64
	for i := first; i < len(sizes); i++ {
		lx, ly := math.Log(float64(sizes[i])), math.Log(float64(costs[i]))
		n, x, y, xx, xy = n+1, x+lx, y+ly, xx+lx*lx, xy+lx*ly
	}
	return (n*xy - x*y) / (n*xx - x*x)
}

// The number of allocated bytes does not depend on the load of the machine, and superfluous
// work for each part of the input usually allocates.
func TestWhatIsAllocatedGrowsWithTheInput(t *testing.T) {
	if testing.Short() {
		t.Skip("it does everything, and takes a minute with the race detector")
	}
	for _, s := range shapes() {
		t.Run(s.name, func(t *testing.T) {
			few, many := 150, 600
			before, after := allocated(s.setUp(t, few)), allocated(s.setUp(t, many))
			if grown := math.Log(after/before) / math.Log(float64(many)/float64(few)); grown > 1.4 {
				t.Errorf("%s for %d, %s for %d: that grows as n^%.2f", kilobytes(before), few, kilobytes(after), many, grown)
			}
		})
	}
}

func kilobytes(n float64) string { return fmt.Sprintf("%.0f KiB", n/1024) }

// allocated returns the bytes that one run allocates.
func allocated(run func()) float64 {
	run() // warms caches
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	run()
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc - before.TotalAlloc)
}

//go:build linux

// Package meter compares what pieces of code cost, on a machine that is busy with
// other things too.
//
// It counts CPU time, that of the garbage collector included, because a neighbour
// disturbs it least. It runs what is compared in turn, round by round, and compares
// by the median of the ratios within each round, so that a slow minute is slow for
// all.
package meter

import (
	"fmt"
	"runtime"
	"slices"
	"time"
)

// Case is a piece of code to measure.
type Case struct {
	Name string
	Run  func(n int) error // does n operations

	// Before prepares one operation, and is not counted. With it, Run is called for
	// one operation at a time.
	Before func() error
}

// Plan is how thoroughly to measure.
type Plan struct {
	Rounds int
	Slice  time.Duration // of CPU time, for each case in each round
}

// Result is what a case cost, by round.
type Result struct {
	Name                string
	Nanos, Bytes, Times []float64 // CPU time, bytes allocated, allocations; per operation
}

// Measure runs all cases in each round. It does so on one processor: with more, the
// runtime wakes another one for each hand-over between goroutines, and its search for
// work, and for garbage, would count.
func Measure(p Plan, cases ...Case) ([]Result, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	results := make([]Result, len(cases))
	ops := make([]int, len(cases))
	for i, c := range cases {
		results[i].Name = c.Name
		var err error
		if ops[i], err = c.calibrate(p.Slice); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	for round := range p.Rounds {
		for k := range cases {
			i := (round + k) % len(cases) // nobody is always the first
			if err := results[i].add(cases[i], ops[i]); err != nil {
				return nil, fmt.Errorf("%s: %w", cases[i].Name, err)
			}
		}
	}
	return results, nil
}

// calibrate finds how many operations take about a slice.
func (c Case) calibrate(slice time.Duration) (int, error) {
	if _, err := c.take(1); err != nil { // what is done once only
		return 0, err
	}
	for n := 1; ; n *= 2 {
		took, err := c.take(n)
		if err != nil {
			return 0, err
		}
		if c.Before != nil && n >= mostPrepared {
			return mostPrepared, nil
		}
		if took >= slice/2 {
			return max(1, int(float64(n)*float64(slice)/float64(took))), nil
		}
	}
}

// mostPrepared is how many operations with a Before there are in a round at most,
// since that may take much longer than they do.
const mostPrepared = 200

// take does n operations and returns their CPU time.
func (c Case) take(n int) (time.Duration, error) {
	if c.Before == nil {
		start := Process()
		err := c.Run(n)
		return Process() - start, err
	}
	var sum time.Duration
	for range n {
		if err := c.Before(); err != nil {
			return 0, err
		}
		start := Process()
		if err := c.Run(1); err != nil {
			return 0, err
		}
		sum += Process() - start
	}
	return sum, nil
}

// add measures n operations, as one round.
func (r *Result) add(c Case, n int) error {
	runtime.GC() // the case before leaves no debt
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	took, err := c.take(n)
	if err != nil {
		return err
	}
	runtime.ReadMemStats(&after)
	per := func(total float64) float64 { return total / float64(n) }
	r.Nanos = append(r.Nanos, per(float64(took)))
	r.Bytes = append(r.Bytes, per(float64(after.TotalAlloc-before.TotalAlloc)))
	r.Times = append(r.Times, per(float64(after.Mallocs-before.Mallocs)))
	return nil
}

// CPU returns the nanoseconds of an operation.
func (r Result) CPU() float64 { return Median(r.Nanos) }

// Over returns how many times the CPU time of other this one takes.
func (r Result) Over(other Result) float64 { return Ratio(r.Nanos, other.Nanos) }

// BytesOver returns how many times the bytes of other this one allocates.
func (r Result) BytesOver(other Result) float64 { return Ratio(r.Bytes, other.Bytes) }

// Ratio returns the median of the ratios of a to b, round by round.
func Ratio(a, b []float64) float64 {
	ratios := make([]float64, len(a))
	for i := range a {
		ratios[i] = a[i] / b[i]
	}
	return Median(ratios)
}

// Median returns the middle of values, which it leaves alone.
func Median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	if len(sorted) == 0 {
		return 0
	}
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// Find returns the result of the case called name.
func Find(results []Result, name string) Result {
	i := slices.IndexFunc(results, func(r Result) bool { return r.Name == name })
	if i < 0 {
		panic("meter: no case is called " + name)
	}
	return results[i]
}

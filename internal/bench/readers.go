//go:build linux

package main

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"example.com/lastgood/internal/bench/meter"
	"example.com/lastgood/internal/bench/reads"
)

// readersBar is how much a read may cost with two readers, in its cost with one,
// while the configuration is swapped.
const readersBar = 1.15

// swapEvery is how often it is swapped.
const swapEvery = 5 * time.Millisecond

// readers measures reads by one and by two goroutines at a time, as -cpu 1,2 does,
// while the configuration is swapped.
func (r *readable) readers(s *settings) (*table, error) {
	stop := r.swap()
	ways := []struct {
		name string
		bar  float64
		fn   func(n int) int
	}{
		{"atomic.Pointer", 0, func(n int) int { return reads.Pointer(&r.plain, n) }},
		{"cfg.Current().X", 0, func(n int) int { return reads.Handle(r.cfg, n) }},
		{"config.Current[T]().X", readersBar, reads.Package},
		{"sync.RWMutex", 0, func(n int) int { return reads.RWMutex(&r.locked, n) }},
	}
	one, two := make([][]float64, len(ways)), make([][]float64, len(ways))
	for range s.Rounds {
		for i, w := range ways {
			one[i] = append(one[i], readBy(1, w.fn, s.Slice))
			two[i] = append(two[i], readBy(2, w.fn, s.Slice))
		}
	}
	if err := stop(); err != nil {
		return nil, err
	}
	t := newTable("Reading while the configuration is swapped 200 times a second",
		"CPU of the readers' own threads. What the pointer alone loses with two readers is the machine's.",
		"read", "-cpu 1", "-cpu 2", "of -cpu 1", "bar", "result")
	for i, w := range ways {
		ratio := meter.Ratio(two[i], one[i])
		row := []string{w.name, nanos(meter.Median(one[i])), nanos(meter.Median(two[i])), times(ratio)}
		if w.bar != 0 {
			text, result := atMost(ratio, w.bar)
			row = append(row, text, result)
		}
		t.add(row...)
	}
	return t, nil
}

// swap keeps changing the configuration until stop is called.
func (r *readable) swap() (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ticker := time.NewTicker(swapEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				ended <- nil
				return
			case <-ticker.C:
			}
			err := r.file.change()
			if err == nil {
				err = r.cfg.Reload(context.Background())
			}
			if err != nil {
				ended <- err
				return
			}
			r.plain.Store(r.cfg.Current())
		}
	}()
	return func() error { cancel(); return <-ended }
}

// readBy reads in n goroutines, on as many processors, and returns the CPU time of a
// read.
func readBy(n int, fn func(n int) int, slice time.Duration) float64 {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(n))
	const chunk = 1 << 16
	var cpu, total atomic.Int64
	var group sync.WaitGroup
	for range n {
		group.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			sum, reads, start := 0, int64(0), meter.Thread()
			for meter.Thread()-start < slice {
				sum += fn(chunk)
				reads += chunk
			}
			cpu.Add(int64(meter.Thread() - start))
			total.Add(reads)
			kept.Add(int64(sum))
		})
	}
	group.Wait()
	return float64(cpu.Load()) / float64(total.Load())
}

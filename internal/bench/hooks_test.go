package main

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"example.com/lastgood/config"
)

// hooked is a store with hooks that do almost nothing. The first and the last measure the CPU time of the
// goroutine that calls them, because the store's own goroutine logs the change at the same time.
type hooked struct {
	file  *sampleFile
	cfg   *config.Store[Small]
	hooks []func(old, new *Small)
	sum   int
	start time.Duration
	took  chan time.Duration // from the first to the last
}

func newHooked(tb testing.TB, n int) *hooked {
	h := &hooked{file: newFile(tb, small, "yaml"), took: make(chan time.Duration, 1)}
	var err error
	h.cfg, err = config.Open[Small](config.WithFile(h.file.path), config.WithoutWatch(), quiet())
	must(tb, err)
	tb.Cleanup(h.cfg.Close)
	for i := range n {
		fn := func(old, new *Small) { h.sum += new.Revision - old.Revision + i }
		switch i {
		case 0:
			fn = func(_, _ *Small) { runtime.LockOSThread(); h.start = threadCPU() }
		case n - 1:
			fn = func(_, _ *Small) { h.took <- threadCPU() - h.start; runtime.UnlockOSThread() }
		}
		h.hooks = append(h.hooks, fn)
		h.cfg.OnChange(fn)
	}
	return h
}

// BenchmarkHooks compares the hooks of a change with a loop over functions, each with a recover.
func BenchmarkHooks(b *testing.B) {
	for _, n := range []int{2, 200, 10_000} {
		h := newHooked(b, n)
		change := func() {
			must(b, h.file.change())
			must(b, h.cfg.Reload(context.Background()))
		}
		h.measure(b, fmt.Sprintf("n=%d/by=dispatch", n), change)
		h.measure(b, fmt.Sprintf("n=%d/by=plain_calls", n), func() {
			change() // so that the caches are in the same state
			<-h.took
			go func() {
				for _, fn := range h.hooks {
					guarded(fn, h.cfg.Current())
				}
			}()
		})
	}
}

func (h *hooked) measure(b *testing.B, name string, start func()) {
	b.Run(name, func(b *testing.B) {
		var used time.Duration
		for b.Loop() {
			start()
			used += <-h.took
		}
		b.ReportMetric(float64(used)/float64(b.N), "cpu-ns/op")
	})
}

func guarded(fn func(old, new *Small), c *Small) {
	defer func() {
		if p := recover(); p != nil {
			panic(p)
		}
	}()
	fn(c, c)
}

// BenchmarkRegister registers and stops a hook, alone and among others.
func BenchmarkRegister(b *testing.B) {
	for _, n := range []int{0, 10_000} {
		h := newHooked(b, n)
		measure(b, fmt.Sprintf("among=%d", n), nil, func() error {
			h.cfg.OnChange(func(_, _ *Small) {})()
			return nil
		})
	}
}

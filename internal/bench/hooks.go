//go:build linux

package main

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/bench/loaders"
	"example.com/lastgood/internal/bench/meter"
	"example.com/lastgood/internal/bench/sample"
)

// The bars of hooks: what a change with all of them may cost, in plain calls that are
// guarded by recover; and what registering and stopping one among all may, in what it
// costs alone.
const (
	hooksBar    = 1.5
	registerBar = 1.5
)

func hooks(s *settings) ([]*table, error) {
	none, err := newHooked(s)
	if err != nil {
		return nil, err
	}
	defer none.cfg.Close()
	all, err := newHooked(s)
	if err != nil {
		return nil, err
	}
	defer all.cfg.Close()
	all.add(s.most)
	t := newTable(fmt.Sprintf("%d hooks", s.most),
		"Plain calls are a loop over functions, each guarded by a recover. From the first hook to the last.",
		"", "CPU", "against", "ratio", "bar", "result")
	registered, err := meter.Measure(s.Plan, meter.Case{Run: none.register}, meter.Case{Run: all.register})
	if err != nil {
		return nil, err
	}
	dispatched, plain, err := all.race(s.Rounds * 5)
	if err != nil {
		return nil, err
	}
	ratio := meter.Ratio(dispatched, plain)
	text, result := atMost(ratio, hooksBar)
	t.add("one change", micros(meter.Median(dispatched)), "plain calls, "+micros(meter.Median(plain)), times(ratio), text, result)
	ratio = registered[1].Over(registered[0])
	text, result = atMost(ratio, registerBar)
	t.add("register and stop one", nanos(registered[1].CPU()), "without the others, "+nanos(registered[0].CPU()), times(ratio), text, result)
	return []*table{t}, nil
}

// hooked is a store with hooks that do next to nothing, of which the first and the
// last tell the time.
type hooked struct {
	file  *file
	cfg   *config.Store[sample.Small]
	hooks []func(old, new *sample.Small)
	sum   int
	start time.Duration      // the thread's CPU time when the first hook was called
	took  chan time.Duration // CPU time from then to the last
}

func newHooked(s *settings) (*hooked, error) {
	f, err := s.newSample(size{}, "yaml")
	if err != nil {
		return nil, err
	}
	cfg, err := config.Open[sample.Small](config.WithFile(f.path), config.WithoutWatch(), loaders.Quiet())
	return &hooked{file: f, cfg: cfg, took: make(chan time.Duration, 1)}, err
}

// register registers and stops a hook, over and over.
func (h *hooked) register(n int) error {
	for range n {
		h.cfg.OnChange(func(_, _ *sample.Small) {})()
	}
	return nil
}

// add registers n hooks.
func (h *hooked) add(n int) {
	h.hooks = append(h.hooks, h.first)
	for i := range n - 2 {
		h.hooks = append(h.hooks, func(old, new *sample.Small) { h.sum += new.Revision - old.Revision + i })
	}
	h.hooks = append(h.hooks, h.last)
	for _, fn := range h.hooks {
		h.cfg.OnChange(fn)
	}
}

// first and last measure the goroutine that calls them alone: the store's own still
// logs the change meanwhile.
func (h *hooked) first(_, _ *sample.Small) {
	runtime.LockOSThread()
	h.start = meter.Thread()
}

func (h *hooked) last(_, _ *sample.Small) {
	took := meter.Thread() - h.start
	runtime.UnlockOSThread()
	h.took <- took
}

// race has them called by a change, and plainly, in turn.
func (h *hooked) race(rounds int) (dispatched, plain []float64, err error) {
	for range rounds {
		old := h.cfg.Current()
		if err := h.file.change(); err != nil {
			return nil, nil, err
		}
		if err := h.cfg.Reload(context.Background()); err != nil {
			return nil, nil, err
		}
		dispatched = append(dispatched, float64(<-h.took))
		go func() {
			for _, fn := range h.hooks {
				guarded(fn, old, h.cfg.Current())
			}
		}()
		plain = append(plain, float64(<-h.took))
	}
	return dispatched, plain, nil
}

func guarded(fn func(old, new *sample.Small), old, new *sample.Small) {
	defer func() {
		if p := recover(); p != nil {
			panic(p)
		}
	}()
	fn(old, new)
}

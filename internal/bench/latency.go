//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"example.com/lastgood/internal/bench/follow"
	"example.com/lastgood/internal/bench/meter"
	"example.com/lastgood/internal/bench/sample"
)

// patience is when a change counts as missed.
const patience = 2 * time.Second

// latencyBars are what ours may take, in what others do, by size.
var latencyBars = map[string]map[string]float64{
	"40 lines":   {follow.OurLoad: 1.1, follow.Viper: 0.9},
	"1,000 keys": {follow.OurLoad: 1.1, follow.Viper: 0.6},
}

// latency measures the time from the kubelet's rename to the new value.
func latency(s *settings) ([]*table, error) {
	t := newTable("From a swap of the volume to the new value",
		fmt.Sprintf("Wall time from the rename of ..data, by another process, until the value is served; medians of %d swaps. A change not served within %v is missed.", s.swaps, patience),
		"follower", "p50", "p99", "missed", "ours takes", "bar", "result")
	for _, z := range s.sizes()[:2] {
		start := follow.Start[sample.Small]
		if z.keys > 0 {
			start = follow.Start[sample.Large]
		}
		runs, err := s.race(z, start)
		if err != nil {
			return nil, err
		}
		ours := runs[0]
		for _, r := range runs {
			ratio := meter.Median(ours.took) / meter.Median(r.took)
			row := []string{z.name + ": " + r.name, micros(meter.Median(r.took)), micros(p99(r.took)), fmt.Sprint(r.missed), times(ratio)}
			if bar := latencyBars[z.name][r.name]; bar > 0 {
				text, result := atMost(ratio, bar)
				row = append(row, text, result)
			}
			t.add(row...)
		}
	}
	all, err := missed(s)
	if err != nil {
		return nil, err
	}
	return []*table{t, all}, nil
}

// runner follows a volume of its own.
type runner struct {
	name   string
	volume string
	*follow.Follower
	took   []float64 // nanoseconds
	missed int
}

// race has every follower follow its volume, and swaps one after the other.
func (s *settings) race(z size, start func(name, path string) (*follow.Follower, error)) ([]*runner, error) {
	texts := [2][]byte{sample.YAML(z.value(1)), sample.YAML(z.value(2))}
	kubelet, err := startChild()
	if err != nil {
		return nil, err
	}
	defer kubelet.end()
	var runs []*runner
	for _, name := range follow.Names {
		dir, err := os.MkdirTemp(s.dir, "")
		if err != nil {
			return nil, err
		}
		if _, err := kubelet.tell(order{Do: "swap", Path: dir, Text: texts[0]}); err != nil {
			return nil, err
		}
		f, err := start(name, filepath.Join(dir, "config.yaml"))
		if err != nil {
			return nil, err
		}
		defer f.Close()
		runs = append(runs, &runner{name: name, volume: dir, Follower: f})
	}
	for i := range s.swaps {
		for _, r := range runs {
			if err := r.swap(kubelet, texts[(i+1)%2], (i+1)%2+1); err != nil {
				return nil, err
			}
			time.Sleep(pause / 4)
		}
	}
	return runs, nil
}

// swap measures one swap to a revision. It waits by reading over and over, as that
// is what tells the moment.
func (r *runner) swap(kubelet *child, text []byte, revision int) error {
	o := order{Do: "swap", Path: r.volume, Text: text}
	if err := kubelet.enc.Encode(o); err != nil {
		return err
	}
	began := meter.Now()
	for r.Revision() != revision && meter.Now()-began < patience {
	}
	served := meter.Now()
	answer, err := kubelet.answer(o)
	switch {
	case err != nil:
		return err
	case r.Revision() != revision:
		r.missed++
	default:
		r.took = append(r.took, float64(served-answer.Published))
	}
	return nil
}

// p99 returns what 99 of 100 values are below.
func p99(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, len(sorted)*99/100)]
}

//go:build linux

package main

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"example.com/lastgood/internal/bench/follow"
	"example.com/lastgood/internal/bench/meter"
	"example.com/lastgood/internal/bench/sample"
)

// growStores opens stores that follow one file, in a process for each number, and
// swaps it.
func growStores(s *settings) (*table, error) {
	t := newTable("How cost grows with stores in one process",
		"For each store: CPU to open it, memory after a collection, and CPU for a change that all of them load.",
		"stores", "open, each", "heap, each", "goroutines", "inotify descriptors", "a change, each")
	for _, n := range s.upTo(1, 10, 100, 1000) {
		if err := s.growStoresTo(t, n); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (s *settings) growStoresTo(t *table, n int) error {
	texts := [2][]byte{sample.YAML(sample.NewSmall(1)), sample.YAML(sample.NewSmall(2))}
	v, err := s.newVolume(map[string][]byte{"config.yaml": texts[0]})
	if err != nil {
		return err
	}
	c, err := startChild()
	if err != nil {
		return err
	}
	defer c.end()
	none, err := c.collected()
	if err != nil {
		return err
	}
	opened, err := c.followMany(v.Path("config.yaml"), n)
	if err != nil {
		return err
	}
	all, err := c.collected()
	if err != nil {
		return err
	}
	var changes []float64
	before := all.CPU
	for i := range s.Rounds {
		if _, err := v.Swap(map[string][]byte{"config.yaml": texts[(i+1)%2]}); err != nil {
			return err
		}
		after, err := c.reached((i+1)%2 + 1)
		if err != nil {
			return err
		}
		changes = append(changes, float64(after.CPU-before))
		before = after.CPU
	}
	each := float64(n)
	t.add(strconv.Itoa(n), micros(float64(opened)/each), bytesOf(float64(all.Heap-none.Heap)/each),
		strconv.Itoa(all.Goroutines), strconv.Itoa(all.Inotify), micros(meter.Median(changes)/each))
	return nil
}

// collected asks the child what it uses after a garbage collection.
func (c *child) collected() (report, error) {
	if _, err := c.tell(order{Do: "collect"}); err != nil {
		return report{}, err
	}
	return c.stats()
}

// followMany has it open stores, and returns the CPU time for that.
func (c *child) followMany(path string, n int) (time.Duration, error) {
	before, err := c.stats()
	if err != nil {
		return 0, err
	}
	if _, err := c.tell(order{Do: "follow", Name: follow.Ours, Path: path, Times: n}); err != nil {
		return 0, err
	}
	after, err := c.stats()
	return after.CPU - before.CPU, err
}

// reached waits until all its stores have a revision.
func (c *child) reached(revision int) (report, error) {
	for start := time.Now(); ; time.Sleep(pause) {
		r, err := c.stats()
		if err != nil {
			return r, err
		}
		if !slices.ContainsFunc(r.Revisions, func(n int) bool { return n != revision }) {
			return r, nil
		}
		if time.Since(start) > 10*patience {
			return r, fmt.Errorf("a change did not reach all of %d stores in %v", len(r.Revisions), 10*patience)
		}
	}
}

//go:build linux

package main

import (
	"fmt"

	"example.com/lastgood/internal/bench/follow"
	"example.com/lastgood/internal/bench/sample"
)

// footprint measures what a process and a program need.
func footprint(s *settings) ([]*table, error) {
	stores, err := storeFootprint(s)
	if err != nil {
		return nil, err
	}
	programs, err := programFootprint(s)
	if err != nil {
		return nil, err
	}
	return []*table{stores, programs}, nil
}

// stores is how many one process opens.
const stores = 10

// storeFootprint opens stores in a process of their own.
func storeFootprint(s *settings) (*table, error) {
	t := newTable("Stores in one process", "Each follows a file of 40 lines. Heap is what is live after a collection.",
		"", "inotify descriptors", "goroutines", "heap", "bar", "result")
	path, err := s.write("config.yaml", sample.YAML(sample.NewSmall(1)))
	if err != nil {
		return nil, err
	}
	c, err := startChild()
	if err != nil {
		return nil, err
	}
	defer c.end()
	after := func(o order) (report, error) {
		if _, err := c.tell(o); err != nil {
			return report{}, err
		}
		return c.collected()
	}
	none, err := c.stats()
	if err != nil {
		return nil, err
	}
	one, err := after(order{Do: "follow", Name: follow.Ours, Path: path, Times: 1})
	if err != nil {
		return nil, err
	}
	ten, err := after(order{Do: "follow", Name: follow.Ours, Path: path, Times: stores - 1})
	if err != nil {
		return nil, err
	}
	closed, err := after(order{Do: "close"})
	if err != nil {
		return nil, err
	}
	cells := func(name string, r report) []string {
		return []string{name, fmt.Sprint(r.Inotify), fmt.Sprint(r.Goroutines), bytesOf(float64(r.Heap))}
	}
	t.add(cells("none", none)...)
	t.add(cells("1 store", one)...)
	fits := ten.Inotify == 1 && ten.Goroutines-one.Goroutines <= stores-1
	t.add(append(cells("10 stores", ten), "1 descriptor, 1 goroutine for each more", met(fits))...)
	t.add(append(cells("closed", closed), "nothing left", met(closed.Inotify == 0 && closed.Goroutines == none.Goroutines))...)
	return t, nil
}

func met(ok bool) string {
	if ok {
		return "met"
	}
	return "missed"
}

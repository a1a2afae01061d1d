//go:build linux

package main

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/bench/meter"
	"example.com/lastgood/internal/bench/sample"
)

// growth lists what more of something costs.
func growth(s *settings) ([]*table, error) {
	t := newTable("How cost grows", "One first load; for hooks, one change. For each: of the thing counted.",
		"of", "number", "CPU", "for each", "of the number before")
	for _, add := range []func(*settings, *table) error{growKeys, growDepth, growFiles, growVariables, growHooks} {
		if err := add(s, t); err != nil {
			return nil, err
		}
	}
	stores, err := growStores(s)
	if err != nil {
		return nil, err
	}
	return []*table{t, stores}, nil
}

// addGrowth measures cases, one for each number, and appends their rows.
func addGrowth(s *settings, t *table, name string, numbers []int, cases []meter.Case) error {
	results, err := meter.Measure(s.Plan, cases...)
	if err != nil {
		return err
	}
	for i, r := range results {
		row := []string{name, strconv.Itoa(numbers[i]), millis(r.CPU()), "", ""}
		if numbers[i] > 0 {
			row[3] = micros(r.CPU() / float64(numbers[i]))
		}
		if i > 0 {
			row[4] = times(r.Over(results[i-1]))
		}
		t.add(row...)
	}
	return nil
}

// upTo returns the numbers that the settings allow.
func (s *settings) upTo(numbers ...int) []int {
	return slices.DeleteFunc(numbers, func(n int) bool { return n > s.most })
}

func growKeys(s *settings, t *table) error {
	numbers := s.upTo(200, 1000, 10_000)
	var cases []meter.Case
	for _, n := range numbers {
		path, err := s.write("config.yaml", sample.YAML(sample.NewLarge(n, 1)))
		if err != nil {
			return err
		}
		cases = append(cases, once("", func() error { return open[sample.Large](path) }))
	}
	return addGrowth(s, t, "keys", numbers, cases)
}

func growDepth(s *settings, t *table) error {
	numbers := []int{1, 4, 16, 64}
	var cases []meter.Case
	for _, n := range numbers {
		path, err := s.write("config.yaml", sample.NewDeep(n).YAML())
		if err != nil {
			return err
		}
		cases = append(cases, once("", func() error { return open[sample.Deep](path) }))
	}
	return addGrowth(s, t, "levels, of 10 keys", numbers, cases)
}

func growFiles(s *settings, t *table) error {
	numbers := []int{1, 10, 100}
	var cases []meter.Case
	for _, n := range numbers {
		var paths []string
		for i := range n {
			c := sample.NewSmall(1)
			c.Features = map[string]bool{fmt.Sprintf("feature-%d", i): true}
			path, err := s.write("config.yaml", sample.YAML(c))
			if err != nil {
				return err
			}
			paths = append(paths, path)
		}
		cases = append(cases, once("", func() error { return open[sample.Small](paths[0], config.WithFile(paths...)) }))
	}
	return addGrowth(s, t, "files, of 40 lines", numbers, cases)
}

func growVariables(s *settings, t *table) error {
	path, err := s.write("config.yaml", sample.YAML(sample.NewTwoThousand(1)))
	if err != nil {
		return err
	}
	numbers := s.upTo(0, 20, 200, 2000)
	keys := sample.Leaves(reflect.TypeFor[sample.TwoThousand]())
	var cases []meter.Case
	for _, n := range numbers {
		prefix := fmt.Sprintf("BENCH%d", n)
		for _, key := range keys[:n] {
			name := sample.Variable(prefix, key)
			if err := os.Setenv(name, "2"); err != nil {
				return err
			}
			defer func() { _ = os.Unsetenv(name) }()
		}
		cases = append(cases, once("", func() error { return open[sample.TwoThousand](path, config.WithEnv(prefix)) }))
	}
	return addGrowth(s, t, "variables, on 2,000 keys", numbers, cases)
}

func growHooks(s *settings, t *table) error {
	numbers := s.upTo(2, 100, 10_000)
	previous := []float64(nil)
	for _, n := range numbers {
		h, err := newHooked(s)
		if err != nil {
			return err
		}
		defer h.cfg.Close()
		h.add(n)
		took, _, err := h.race(s.Rounds * 3)
		if err != nil {
			return err
		}
		row := []string{"hooks", strconv.Itoa(n), millis(meter.Median(took)), micros(meter.Median(took) / float64(n)), ""}
		if previous != nil {
			row[4] = times(meter.Median(took) / meter.Median(previous))
		}
		t.add(row...)
		previous = took
	}
	return nil
}

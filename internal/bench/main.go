//go:build linux

package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"example.com/lastgood/internal/bench/meter"
)

// settings are how thoroughly to measure, and where.
type settings struct {
	meter.Plan
	dir   string        // for files; removed at the end
	swaps int           // changes of each kind that must not be missed
	idle  time.Duration // how long nothing happens
	churn time.Duration // how long something unrelated does, for each row in each round
	most  int           // how many hooks, and how many keys, at most
}

// thorough is what the command does by default; brief is for tests.
var (
	thorough = settings{Plan: meter.Plan{Rounds: 15, Slice: 100 * time.Millisecond},
		swaps: 200, idle: time.Minute, churn: 3 * time.Second, most: 10_000}
	brief = settings{Plan: meter.Plan{Rounds: 1, Slice: time.Millisecond},
		swaps: 4, idle: 200 * time.Millisecond, churn: 200 * time.Millisecond, most: 1000}
)

// part is a group of measurements.
type part struct {
	name string
	run  func(*settings) ([]*table, error)
}

var parts = []part{
	{"read", read},
	{"load", loads},
	{"scale", scale},
	{"unchanged", unchanged},
	{"latency", latency},
	{"idle", idle},
	{"churn", churn},
	{"footprint", footprint},
	{"hooks", hooks},
	{"growth", growth},
}

func main() {
	if isChild() {
		runChild()
		return
	}
	s := thorough
	var names []string
	for _, p := range parts {
		names = append(names, p.name)
	}
	only := flag.String("only", strings.Join(names, ","), "the parts to run")
	flag.IntVar(&s.Rounds, "rounds", s.Rounds, "how often all rows of a table are measured in turn")
	flag.DurationVar(&s.Slice, "slice", s.Slice, "the CPU time for each row in each round")
	flag.DurationVar(&s.idle, "idle", s.idle, "how long the idle part watches nothing happen")
	flag.IntVar(&s.swaps, "swaps", s.swaps, "how many changes of each kind are made")
	tmp := flag.String("dir", "", "where to make files; by default, the system's directory for temporary ones")
	flag.Parse()
	if err := run(os.Stdout, os.Stderr, s, *tmp, strings.Split(*only, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures the parts called names, prints their tables to w, and tells of its
// progress.
func run(w, progress io.Writer, s settings, tmp string, names []string) (err error) {
	for _, name := range names {
		if !slices.ContainsFunc(parts, func(p part) bool { return p.name == name }) {
			return fmt.Errorf("there is no part %q", name)
		}
	}
	if s.dir, err = os.MkdirTemp(tmp, "lastgood-bench-"); err != nil {
		return err
	}
	defer func() {
		if e := os.RemoveAll(s.dir); err == nil {
			err = e
		}
	}()
	fmt.Fprintf(w, "%s, %d CPUs, %d rounds; CPU time, medians of the rounds, ratios are medians of the rounds' ratios\n\n",
		runtime.Version(), runtime.NumCPU(), s.Rounds)
	for _, p := range parts {
		if !slices.Contains(names, p.name) {
			continue
		}
		start := time.Now()
		tables, err := p.run(&s)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		fmt.Fprintf(progress, "%s took %v\n", p.name, time.Since(start).Round(time.Second))
		for _, t := range tables {
			t.print(w)
		}
	}
	return nil
}

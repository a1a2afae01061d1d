package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// bench is one run of the command: how thoroughly to measure, where, and what it found.
type bench struct {
	table
	dir       string        // for files; removed at the end
	rounds    int           // of benchmarks
	benchtime time.Duration // for each benchmark in each round
	changes   int           // of each kind that must not be missed
	idle      time.Duration // how long nothing happens
	churn     time.Duration // how long something unrelated does, for each row in each round
	most      int           // stores
}

// parts are what is measured beside the benchmarks, in this order.
var parts = []struct {
	name string
	run  func(*bench) error
}{
	{"latency", (*bench).latency},
	{"missed", (*bench).missed},
	{"stores", (*bench).stores},
	{"idle", (*bench).idleFollowers},
	{"churn", (*bench).unrelated},
	{"swaps", (*bench).sameBytes},
	{"programs", (*bench).programs},
}

func main() {
	if serveChild() {
		return
	}
	b := bench{table: table{w: os.Stdout}, churn: 2 * time.Second, most: 1000}
	var only string
	flag.StringVar(&only, "only", "", "the parts to run, with commas between; by default, all")
	flag.IntVar(&b.rounds, "rounds", 7, "how often all benchmarks are run in turn")
	flag.DurationVar(&b.benchtime, "benchtime", 80*time.Millisecond, "for each benchmark in each round")
	flag.DurationVar(&b.idle, "idle", time.Minute, "how long the idle part watches nothing happen")
	flag.IntVar(&b.changes, "changes", 200, "how many changes of each kind are made")
	flag.Parse()
	if err := b.run(os.Stderr, strings.FieldsFunc(only, func(r rune) bool { return r == ',' })); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures the parts called names, all of them if there are none, prints their
// tables, and reports to progress how long each took.
func (b *bench) run(progress io.Writer, names []string) (err error) {
	known := slices.Clone(benchmarks)
	for _, p := range parts {
		known = append(known, p.name)
	}
	for _, name := range names {
		if !slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, name) }) {
			return fmt.Errorf("there is no part %q, only %s", name, strings.Join(known, ", "))
		}
	}
	wanted := func(name string) bool {
		return len(names) == 0 || slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
	}
	if b.dir, err = os.MkdirTemp("", "lastgood-bench-"); err != nil {
		return err
	}
	defer func() {
		if e := os.RemoveAll(b.dir); err == nil {
			err = e
		}
	}()
	fmt.Fprintf(b.w, "%s, %d CPUs. CPU time; medians of %d rounds, ratios are medians of the rounds' ratios.\n",
		runtime.Version(), runtime.NumCPU(), b.rounds)
	step := func(name string, run func() error) error {
		start := time.Now()
		if err := run(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(progress, "%s took %v\n", name, time.Since(start).Round(time.Second))
		return nil
	}
	if rows := slices.DeleteFunc(slices.Clone(benchmarks), func(n string) bool { return !wanted(n) }); len(rows) > 0 {
		if err := step("benchmarks", func() error { return b.compare(rows) }); err != nil {
			return err
		}
	}
	for _, p := range parts {
		if wanted(p.name) {
			if err := step(p.name, func() error { return p.run(b) }); err != nil {
				return err
			}
		}
	}
	fmt.Fprintf(b.w, "\n%d of %d bars missed.\n", len(b.misses), b.bars)
	for _, miss := range b.misses {
		fmt.Fprintln(b.w, "-", miss)
	}
	return nil
}

// newDir returns a directory of its own.
func (b *bench) newDir() (string, error) { return os.MkdirTemp(b.dir, "") }

// write makes a file in a directory of its own.
func (b *bench) write(text []byte) (path string, err error) {
	dir, err := b.newDir()
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, "config.yaml")
	return path, os.WriteFile(path, text, 0o644)
}

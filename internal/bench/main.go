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

// bench is one run of the command: its settings and its results.
type bench struct {
	table
	dir       string        // of temporary files
	rounds    int           // of benchmarks
	benchtime time.Duration // for each benchmark in each round
	changes   int           // of each kind
	idle      time.Duration // the duration of the idle part
	churn     time.Duration // the duration of unrelated changes, for each row in each round
	maxStores int
}

// parts are the parts that are no Go benchmarks, in their order.
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
	b := bench{table: table{w: os.Stdout}, churn: 2 * time.Second, maxStores: 1000}
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

// run measures the named parts, or all if there are no names, prints their tables, and writes the duration
// of each to progress.
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

// newDir returns a new directory.
func (b *bench) newDir() (string, error) { return os.MkdirTemp(b.dir, "") }

// write creates a file in a new directory.
func (b *bench) write(text []byte) (path string, err error) {
	dir, err := b.newDir()
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, "config.yaml")
	return path, os.WriteFile(path, text, 0o644)
}

//go:build linux

package main

import (
	"context"
	"fmt"
	"os/exec"
	"strings"

	"example.com/lastgood/internal/bench/meter"
	"example.com/lastgood/internal/bench/reads"
)

// The bars of reading, in atomic loads.
const (
	handleBar  = 1.6
	packageBar = 8
)

func read(s *settings) ([]*table, error) {
	w, err := newReadable(s)
	if err != nil {
		return nil, err
	}
	defer w.close()
	results, err := meter.Measure(s.Plan, w.cases()...)
	if err != nil {
		return nil, err
	}
	t := newTable("Reading a setting", "Unrolled 16 times; a key has two components.",
		"read", "CPU", "of a load", "allocations", "bar", "result")
	plain := meter.Find(results, "atomic.Pointer")
	bars := map[string]float64{"cfg.Current().X": handleBar, "config.Current[T]().X": packageBar}
	for _, r := range results {
		row := []string{r.Name, nanos(r.CPU()), times(r.Over(plain)), fmt.Sprintf("%.0f", meter.Median(r.Times))}
		if bar := bars[r.Name]; bar != 0 {
			text, result := atMost(r.Over(plain), bar)
			row = append(row, text, result)
		}
		t.add(row...)
	}
	for _, name := range inlinedCalls {
		inlined, err := isInlined(name)
		if err != nil {
			return nil, err
		}
		t.add(name+" is inlined", "", "", "", "yes", met(inlined))
	}
	both, err := w.readers(s)
	if err != nil {
		return nil, err
	}
	return []*table{t, both}, nil
}

// inlinedCalls are what a reader writes.
var inlinedCalls = []string{"cfg.Current()", "config.Current[T]()"}

// isInlined asks the compiler whether every read by one of these calls is inlined, down
// to the atomic load.
func isInlined(call string) (bool, error) {
	name, suffix := "config.(*Store[", "]).Current\n"
	if call == inlinedCalls[1] {
		name, suffix = "config.Current[", "]\n"
	}
	out, err := exec.CommandContext(context.Background(), "go", "build", "-gcflags=-m", "example.com/lastgood/internal/bench/reads").CombinedOutput()
	if err != nil {
		return false, fmt.Errorf("go build: %w\n%s", err, out)
	}
	calls := 0
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "reads/reads.go") && strings.Contains(line, "inlining call to "+name) && strings.HasSuffix(line, suffix) {
			calls++
		}
	}
	return calls >= reads.Unrolled, nil
}

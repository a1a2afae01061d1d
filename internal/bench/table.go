package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// table prints what was measured, as Markdown that can be read as it is, and keeps the
// bars that were missed.
type table struct {
	w      io.Writer
	tab    *tabwriter.Writer
	bars   int
	misses []string
}

// begin begins a table; end ends it.
func (t *table) begin(title, note string, header ...string) (end func()) {
	fmt.Fprintf(t.w, "\n### %s\n\n", title)
	if note != "" {
		fmt.Fprintf(t.w, "%s\n\n", note)
	}
	t.tab = tabwriter.NewWriter(t.w, 0, 0, 1, ' ', 0)
	t.row(header...)
	t.row(slices.Repeat([]string{"---"}, len(header))...)
	return func() { _ = t.tab.Flush() } // as of all that is printed
}

func (t *table) row(cells ...string) {
	fmt.Fprintln(t.tab, "| "+strings.Join(cells, "\t| ")+"\t|")
}

// atMost returns the cell for a bar, and keeps a miss of it. A bar of 0 is none.
func (t *table) atMost(what string, value, bar float64) string {
	if bar == 0 {
		return ""
	}
	return t.bar(what, fmt.Sprintf("≤ %.3g", bar), value <= bar, fmt.Sprintf(" by %.0f%%", 100*(value/bar-1)))
}

// bar returns the cell for a bar that is met or missed.
func (t *table) bar(what, bar string, met bool, by string) string {
	t.bars++
	if met {
		return bar + ": met"
	}
	t.misses = append(t.misses, what+", "+bar+": missed"+by)
	return bar + ": missed" + by
}

// median returns the middle of values.
func median(values []float64) float64 { return percentile(values, 50) }

// percentile returns what that many of 100 values are at most.
func percentile(values []float64, percent int) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)-1)*percent/100]
}

// ratio returns the median of the ratios of a to b, round by round.
func ratio(a, b []float64) float64 {
	ratios := make([]float64, min(len(a), len(b)))
	for i := range ratios {
		ratios[i] = a[i] / b[i]
	}
	return median(ratios)
}

func nanos(v float64) string   { return scaled(v, 1000, "ns", "µs", "ms", "s") }
func bytesOf(v float64) string { return scaled(v, 1024, "B", "KiB", "MiB") }

// times writes a ratio; to and of nothing there is none.
func times(ratio float64) string {
	if !(ratio > 0) || math.IsInf(ratio, 1) {
		return ""
	}
	return number(ratio) + "x"
}

// scaled writes a number in the unit that fits, each base times the one before.
func scaled(v, base float64, units ...string) string {
	i := 0
	for ; v >= 999.5 && i < len(units)-1; i++ {
		v /= base
	}
	return number(v) + " " + units[i]
}

// number writes three digits, without an exponent.
func number(v float64) string {
	if v >= 999.5 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3g", v)
}

package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// table prints results as aligned Markdown tables, and collects the missed bars.
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
	return func() { _ = t.tab.Flush() } // as for all prints
}

func (t *table) row(cells ...string) {
	fmt.Fprintln(t.tab, "| "+strings.Join(cells, "\t| ")+"\t|")
}

// atMost returns the cell of a bar, and records whether it is missed. A bar of 0 is none.
func (t *table) atMost(what string, value, bar float64) string {
	if bar == 0 {
		return ""
	}
	return t.bar(what, fmt.Sprintf("≤ %.3g", bar), value <= bar, fmt.Sprintf(" by %.0f%%", 100*(value/bar-1)))
}

// bar returns the cell of a bar, and records whether it is met.
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

// percentile returns a percentile of values, or 0 without values.
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

// times formats a ratio. It is empty if one of the values was zero.
func times(ratio float64) string {
	if !(ratio > 0) || math.IsInf(ratio, 1) {
		return ""
	}
	return number(ratio) + "x"
}

// scaled formats a number in the largest suitable unit. Each unit is base times the one before.
func scaled(v, base float64, units ...string) string {
	i := 0
	for ; v >= 999.5 && i < len(units)-1; i++ {
		v /= base
	}
	return number(v) + " " + units[i]
}

// number formats three digits without an exponent.
func number(v float64) string {
	if v >= 999.5 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3g", v)
}

//go:build linux

package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// table is what a part has measured.
type table struct {
	title, note string
	header      []string
	rows        [][]string
}

func newTable(title, note string, header ...string) *table {
	return &table{title: title, note: note, header: header}
}

// add appends a row. Cells that are not given are empty.
func (t *table) add(cells ...string) {
	row := make([]string, len(t.header))
	copy(row, cells)
	t.rows = append(t.rows, row)
}

// print writes the table as Markdown that can be read as it is.
func (t *table) print(w io.Writer) {
	widths := make([]int, len(t.header))
	for _, row := range append([][]string{t.header}, t.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	fmt.Fprintf(w, "### %s\n\n", t.title)
	printRow(w, t.header, widths)
	rules := make([]string, len(widths))
	for i, n := range widths {
		rules[i] = strings.Repeat("-", n)
	}
	printRow(w, rules, widths)
	for _, row := range t.rows {
		printRow(w, row, widths)
	}
	if t.note != "" {
		fmt.Fprintf(w, "\n%s\n", t.note)
	}
	fmt.Fprintln(w)
}

func printRow(w io.Writer, cells []string, widths []int) {
	for i, cell := range cells {
		fmt.Fprint(w, "| ", cell, strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)), " ")
	}
	fmt.Fprintln(w, "|")
}

// atMost returns the cells for a bar, and whether value is within it.
func atMost(value, bar float64) (string, string) {
	return "≤ " + number(bar), verdict(value, bar)
}

func verdict(value, bar float64) string {
	switch {
	case value <= bar:
		return "met"
	case bar == 0:
		return "missed"
	}
	return fmt.Sprintf("missed by %.0f%%", 100*(value/bar-1))
}

// times writes a ratio.
func times(ratio float64) string { return number(ratio) + "x" }

// number writes three significant digits, without an exponent.
func number(v float64) string {
	switch {
	case v == 0:
		return "0"
	case v >= 100 || v == float64(int(v)):
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	case v >= 0.1:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.2g", v)
}

func nanos(v float64) string  { return number(v) + " ns" }
func micros(v float64) string { return number(v/1e3) + " µs" }
func millis(v float64) string { return number(v/1e6) + " ms" }

func bytesOf(v float64) string {
	switch {
	case v >= 1<<20:
		return number(v/(1<<20)) + " MiB"
	case v >= 1<<10:
		return number(v/(1<<10)) + " KiB"
	}
	return number(v) + " B"
}

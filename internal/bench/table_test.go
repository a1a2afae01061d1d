//go:build linux

package main

import (
	"strings"
	"testing"
)

func TestTablesAreAlignedMarkdown(t *testing.T) {
	tab := newTable("Title", "A note.", "what", "of µs")
	tab.add("a longer cell", "1x")
	tab.add("b")
	var out strings.Builder
	tab.print(&out)
	want := `### Title

| what          | of µs |
| ------------- | ----- |
| a longer cell | 1x    |
| b             |       |

A note.

`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestVerdictsSayByHowMuchABarIsMissed(t *testing.T) {
	for _, c := range []struct {
		value, bar float64
		want       string
	}{{0.8, 0.8, "met"}, {0.2, 0.8, "met"}, {1, 0.8, "missed by 25%"}} {
		if got := verdict(c.value, c.bar); got != c.want {
			t.Errorf("%v of %v: %s, want %s", c.value, c.bar, got, c.want)
		}
	}
	if got := both("met", "missed by 25%"); got != "time met, bytes missed by 25%" {
		t.Errorf("got %s", got)
	}
	if got := both("met", "met"); got != "met" {
		t.Errorf("got %s", got)
	}
}

func TestNumbersHaveThreeDigits(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 1: "1", 0.321: "0.32", 1.234: "1.23", 12.34: "12.3", 1234.4: "1234", 0.0123: "0.012", 1.6: "1.60"} {
		if got := number(v); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
	if got := bytesOf(3 << 19); got != "1.50 MiB" {
		t.Errorf("got %s", got)
	}
}

func TestThePercentileIsOfTheSortedValues(t *testing.T) {
	values := make([]float64, 200)
	for i := range values {
		values[i] = float64(199 - i)
	}
	if got := p99(values); got != 198 {
		t.Errorf("got %v, want 198", got)
	}
	if got := p99([]float64{7}); got != 7 {
		t.Errorf("got %v, want 7", got)
	}
	if got := p99(nil); got != 0 {
		t.Errorf("got %v of nothing", got)
	}
}

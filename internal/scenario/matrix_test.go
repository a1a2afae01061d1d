//go:build linux

package scenario_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/lastgood/config" //nolint:depguard // its default is what is tested
	"example.com/lastgood/internal/scenario"
)

const (
	rounds   = 5
	patience = 20 * time.Second // nothing is expected to take that long
	atOnce   = 32               // runs mostly wait
)

// TestMatrix runs every scenario through the public API, on real files, by events alone
// wherever there are some. With -v it prints the tables of README.md.
func TestMatrix(t *testing.T) {
	t.Run("all", func(t *testing.T) { matrix(t, scenario.All, 0) })
	t.Run("more", func(t *testing.T) { matrix(t, scenario.More, 0) })
}

// TestMatrixWithThePoll runs them with a poll that comes in between all the time.
func TestMatrixWithThePoll(t *testing.T) {
	matrix(t, slices.Concat(scenario.All, scenario.More), 50*time.Millisecond)
}

func matrix(t *testing.T, scenarios []scenario.Scenario, poll time.Duration) {
	n := rounds
	if testing.Short() {
		n = 1
	}
	var all []scenario.Scenario
	for range n {
		all = append(all, scenarios...)
	}
	results := run(all, ours(config.DefaultSettle, poll))
	var table strings.Builder
	table.WriteString("| how the file changes | passed | notifications | found by | after (p50) |\n|---|---|---|---|---|\n")
	for i, sc := range scenarios {
		var of []scenario.Result
		for j := i; j < len(results); j += len(scenarios) {
			of = append(of, results[j])
		}
		table.WriteString(row(sc, of))
		t.Run(sc.Name, func(t *testing.T) { verdict(t, of) })
	}
	if testing.Verbose() {
		_, _ = os.Stdout.WriteString("\n" + table.String() + "\n") // not logged, to be copied
	}
}

// TestGapSweeps tries every length of the gaps that changes fall into, both with
// gaps that are far below the time to settle and with gaps that are about as long.
func TestGapSweeps(t *testing.T) {
	for _, settle := range []time.Duration{config.DefaultSettle, 5 * time.Millisecond} {
		for _, sweep := range scenario.Sweeps {
			name := fmt.Sprintf("%s, 0 to %v, settle %v", sweep.Name, sweep.To, settle)
			t.Run(name, func(t *testing.T) { verdict(t, run(sweep.Scenarios(), ours(settle, 0))) })
		}
	}
}

// run runs the scenarios side by side; not as parallel tests, which are limited
// by the number of processors. But stores share one event queue: when it
// overflows, or a poll finds what it did not tell, all look again. So the silent
// and the loud have their turns after the others, who would be helped by that.
func run(all []scenario.Scenario, lib scenario.Library) []scenario.Result {
	results := make([]scenario.Result, len(all))
	slots := make(chan struct{}, atOnce)
	for turn := range 3 {
		var wg sync.WaitGroup
		for i, sc := range all {
			if turnOf(sc) != turn {
				continue
			}
			slots <- struct{}{}
			wg.Go(func() {
				results[i] = scenario.Run(sc, lib, patience)
				<-slots
			})
		}
		wg.Wait()
	}
	return results
}

func turnOf(sc scenario.Scenario) int {
	switch {
	case sc.Loud:
		return 2
	case sc.Silent:
		return 1
	}
	return 0
}

func verdict(t *testing.T, results []scenario.Result) {
	t.Helper()
	for i, r := range results {
		switch r.Outcome {
		case scenario.Passed:
		case scenario.Skipped:
			t.Skip(r.Why)
		default:
			t.Errorf("run %d of %d: %s: %s", i+1, len(results), r.Outcome, r.Why)
		}
	}
}

// row returns a scenario's line in the table.
func row(sc scenario.Scenario, results []scenario.Result) string {
	if r := results[0]; r.Outcome == scenario.Skipped {
		return fmt.Sprintf("| %s | skipped: %s | | | |\n", sc.Name, r.Why)
	}
	passed := 0
	var notified []int
	var took []time.Duration
	for _, r := range results {
		if r.Outcome == scenario.Passed {
			passed++
		}
		notified = append(notified, r.Notified)
		took = append(took, r.Took)
	}
	slices.Sort(took)
	median := "< 1ms" // looks are a millisecond apart
	if p50 := took[len(took)/2]; p50 >= time.Millisecond {
		median = p50.Round(time.Millisecond).String()
	}
	by := "events"
	switch {
	case sc.Silent:
		by = "poll"
	case sc.Notified.Max == 0:
		by, median = "", "no change"
	}
	return fmt.Sprintf("| %s | %d of %d | %s | %s | %s |\n", sc.Name, passed, len(results), span(notified), by, median)
}

// span returns the least and the greatest of the numbers.
func span(numbers []int) string {
	least, greatest := slices.Min(numbers), slices.Max(numbers)
	if least == greatest {
		return fmt.Sprint(least)
	}
	return fmt.Sprintf("%d to %d", least, greatest)
}

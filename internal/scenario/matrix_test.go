//go:build linux

package scenario_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
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
	atOnce   = 64               // runs mostly wait
)

// settles are the times to settle that gaps are tried with: gaps are far below the one,
// and about as long as the other.
var settles = []time.Duration{config.DefaultSettle, 5 * time.Millisecond}

// named restricts the runs, as -run comes too late: all of them run side by side.
var named = flag.String("scenario", "", "run only the scenarios and sweeps whose names match this regular expression")

// chosen returns those of all whose names match the flag.
func chosen[S any](all []S, name func(S) string) []S {
	matches := regexp.MustCompile(*named).MatchString
	return slices.DeleteFunc(slices.Clone(all), func(s S) bool { return !matches(name(s)) })
}

func scenarios(lists ...[]scenario.Scenario) []scenario.Scenario {
	return chosen(slices.Concat(lists...), func(s scenario.Scenario) string { return s.Name })
}

func sweeps() []scenario.Sweep {
	return chosen(scenario.Sweeps, func(s scenario.Sweep) string { return s.Name })
}

// TestMatrix runs every scenario through the public API, on real files, by events alone
// wherever there are some. With -v it prints the tables of README.md beside it.
func TestMatrix(t *testing.T) {
	t.Run("all", func(t *testing.T) { report(t, scenarios(scenario.All), results().events) })
	t.Run("more", func(t *testing.T) { report(t, scenarios(scenario.More), results().events) })
}

// TestMatrixWithThePoll runs them with a poll that comes in between all the time.
func TestMatrixWithThePoll(t *testing.T) {
	report(t, scenarios(scenario.All, scenario.More), results().polled)
}

// TestGapSweeps tries every length of the gaps that changes fall into.
func TestGapSweeps(t *testing.T) {
	for i, settle := range settles {
		for _, sweep := range sweeps() {
			t.Run(fmt.Sprintf("%s, 0 to %v, settle %v", sweep.Name, sweep.To, settle), func(t *testing.T) {
				verdict(t, results().gaps[i][sweep.Name])
			})
		}
	}
}

// found are the results of all runs, by the names of scenarios and sweeps.
type found struct {
	events, polled map[string][]scenario.Result
	gaps           []map[string][]scenario.Result // by the time to settle
}

// results runs everything, side by side; not as parallel tests, which are limited by the
// number of processors. But stores share one event queue: when it overflows, or a poll
// finds what it did not tell, all look again. So those who poll, and the loud, have their
// turns after the others, who would be helped by that.
var results = sync.OnceValue(func() found {
	n := rounds
	if testing.Short() {
		n = 1
	}
	f := found{events: map[string][]scenario.Result{}, polled: map[string][]scenario.Result{}}
	var turns [3][]func()
	var mu sync.Mutex
	add := func(turn int, into map[string][]scenario.Result, name string, sc scenario.Scenario, lib scenario.Library) {
		turns[turn] = append(turns[turn], func() {
			r := scenario.Run(sc, lib, patience)
			mu.Lock()
			defer mu.Unlock()
			into[name] = append(into[name], r)
		})
	}
	for _, sc := range scenarios(scenario.More, scenario.All) { // the longest come first
		byEvents, polled := 0, 1
		switch {
		case sc.Loud:
			byEvents, polled = 2, 2
		case sc.Silent:
			byEvents = 1
		}
		for i := range n {
			add(byEvents, f.events, sc.Name, sc, ours(config.DefaultSettle, 0))
			if i == 0 || !sc.Loud { // which costs most, and is about events
				add(polled, f.polled, sc.Name, sc, ours(config.DefaultSettle, 50*time.Millisecond))
			}
		}
	}
	for _, settle := range settles {
		gaps := map[string][]scenario.Result{}
		f.gaps = append(f.gaps, gaps)
		for _, sweep := range sweeps() {
			for _, sc := range sweep.Scenarios() {
				add(0, gaps, sweep.Name, sc, ours(settle, 0))
			}
		}
	}
	for _, runs := range turns {
		inParallel(runs)
	}
	return f
})

func inParallel(runs []func()) {
	slots := make(chan struct{}, atOnce)
	var group sync.WaitGroup
	defer group.Wait()
	for _, run := range runs {
		slots <- struct{}{}
		group.Go(func() { run(); <-slots })
	}
}

// report is the verdict on each scenario, and with -v their table.
func report(t *testing.T, scenarios []scenario.Scenario, results map[string][]scenario.Result) {
	var table strings.Builder
	table.WriteString("| how the file changes | passed | notifications | found by | after (p50) |\n|---|---|---|---|---|\n")
	for _, sc := range scenarios {
		table.WriteString(row(sc, results[sc.Name]))
		t.Run(sc.Name, func(t *testing.T) { verdict(t, results[sc.Name]) })
	}
	if testing.Verbose() {
		_, _ = os.Stdout.WriteString("\n" + table.String() + "\n") // not logged, to be copied
	}
}

func verdict(t *testing.T, results []scenario.Result) {
	t.Helper()
	if len(results) == 0 {
		t.Error("it was not run")
	}
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

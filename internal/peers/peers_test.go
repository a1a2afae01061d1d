//go:build linux

package peers

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/lastgood/internal/scenario"
)

var (
	rounds   = flag.Int("rounds", 1, "how often to run each scenario with each library")
	patience = flag.Duration("patience", 5*time.Second, "how long a library has to serve a content")
)

// atOnce is how many runs happen side by side; they mostly wait.
const atOnce = 32

// poll is how often those libraries poll that can.
const poll = time.Second

// libraries are the columns of the table; ours is the last. Those that take long to
// build are among them with the build tag "all".
var libraries = slices.Concat(
	[]scenario.Library{viperLibrary(), koanfLibrary(), watcherxLibrary()},
	more(),
	[]scenario.Library{ours()},
)

// never is a poll interval that no run lasts for.
const never = time.Hour

// TestPeers prints, with -v, the table of internal/scenario/README.md. It fails only when ours does.
func TestPeers(t *testing.T) {
	results := runAll(*rounds)
	var table strings.Builder
	table.WriteString("| how the file changes |")
	for _, lib := range libraries {
		fmt.Fprintf(&table, " %s |", lib.Name)
	}
	table.WriteString("\n|---|" + strings.Repeat("---|", len(libraries)) + "\n")
	passed, runs := make([]int, len(libraries)), 0
	for i, sc := range scenario.All {
		fmt.Fprintf(&table, "| %s |", sc.Name)
		for j, lib := range libraries {
			of := results[j][i]
			table.WriteString(" " + cell(sc, of) + " |")
			for _, r := range of {
				if r.Served() {
					passed[j]++
				}
				report(t, lib.Name, sc.Name, r)
			}
		}
		table.WriteString("\n")
		if results[0][i][0].Outcome != scenario.Skipped {
			runs += *rounds
		}
	}
	fmt.Fprintf(&table, "| **of %d runs** |", runs)
	for j := range libraries {
		fmt.Fprintf(&table, " **%d** |", passed[j])
	}
	if testing.Verbose() {
		_, _ = os.Stdout.WriteString("\n" + table.String() + "\n\n" + versions() + "\n\n") // not logged, to be copied
	}
}

// versions tells which releases were compared, as the go command knows them.
func versions() string {
	list := exec.Command("go", "list", "-m",
		"github.com/spf13/viper", "github.com/knadh/koanf/v2", "github.com/knadh/koanf/providers/file", "github.com/ory/x",
		"sigs.k8s.io/controller-runtime", "k8s.io/apiserver", "github.com/thanos-io/thanos", "github.com/grafana/dskit")
	out, err := list.Output()
	if err != nil {
		return fmt.Sprintf("go list: %v", err)
	}
	return strings.ReplaceAll(strings.TrimSpace(string(out)), "\n", ", ")
}

// report fails the test when ours fails, and says what went wrong elsewhere.
func report(t *testing.T, library, name string, r scenario.Result) {
	t.Helper()
	switch {
	case r.Outcome == scenario.Passed, r.Outcome == scenario.Noisy && library != libraries[len(libraries)-1].Name:
	case r.Outcome == scenario.Skipped:
		if library == libraries[0].Name {
			t.Logf("%s: skipped: %s", name, r.Why)
		}
	case library == libraries[len(libraries)-1].Name:
		t.Errorf("%s: %s: %s: %s", library, name, r.Outcome, r.Why)
	case r.Outcome == scenario.Failed, r.Outcome == crashed:
		t.Logf("%s: %s: %s: %s", library, name, r.Outcome, r.Why)
	}
}

// cell tells how many runs passed, and how the first that did not went wrong. A
// star means notifications though nothing had changed.
func cell(sc scenario.Scenario, results []scenario.Result) string {
	passed, star := 0, ""
	var failure scenario.Outcome
	for _, r := range results {
		switch {
		case r.Outcome == scenario.Skipped:
			return "skipped"
		case r.Served():
			passed++
		case failure == "":
			failure = r.Outcome
		}
		if sc.Notified.Max == 0 && r.Notified > 0 {
			star = "*"
		}
	}
	return strings.TrimSpace(fmt.Sprintf("%d%s %s", passed, star, failure))
}

// runAll returns the results by library, scenario and round.
func runAll(rounds int) [][][]scenario.Result {
	results := make([][][]scenario.Result, len(libraries))
	for j := range results {
		results[j] = make([][]scenario.Result, len(scenario.All))
		for i := range results[j] {
			results[j][i] = make([]scenario.Result, rounds)
		}
	}
	slots := make(chan struct{}, atOnce)
	var wg sync.WaitGroup
	for round := range rounds {
		for i := range scenario.All {
			for j := range libraries {
				slots <- struct{}{}
				wg.Go(func() {
					results[j][i][round] = order{j, i, *patience}.run()
					<-slots
				})
			}
		}
	}
	wg.Wait()
	return results
}

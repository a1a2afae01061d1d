//go:build linux

package scenario_test

import (
	"errors"
	"os"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example.com/lastgood/internal/scenario"
)

// fake is a library that reads its file whenever it is asked, and errs as told.
type fake struct {
	scenario.Target
	seen      atomic.Int64
	upTo      int64 // the last version that it serves; 0 for all
	extra     int   // notifications too many for each change
	slow      bool  // its notifications come later than what it serves
	backwards bool  // it serves each version once more after the next
	torn      bool
}

func (f *fake) View() (int, error) {
	if f.torn {
		return 0, errors.New("torn")
	}
	data, _ := os.ReadFile(f.Path) // what is not there is no version
	seen := f.seen.Load()
	for v := seen + 1; v <= scenario.Last; v++ {
		if string(data) != scenario.YAML(int(v)) || f.upTo != 0 && v > f.upTo {
			continue
		}
		f.seen.Store(v)
		for range 1 + f.extra {
			f.notify(int(v))
		}
		if f.backwards {
			return int(seen) - 1, nil
		}
	}
	return int(f.seen.Load()), nil
}

// notify calls from elsewhere, as a library does.
func (f *fake) notify(version int) {
	go func() {
		if f.slow {
			time.Sleep(900 * time.Millisecond)
		}
		f.Notify(version, nil)
	}()
}

func (f *fake) Close() {}

func TestRunTellsWhatALibraryDoesWrong(t *testing.T) {
	sc := scenario.Scenario{Path: "c.yaml", Setup: "write c.yaml 1", Steps: "write c.yaml 2",
		Want: 2, Notified: scenario.Count{Min: 1, Max: 1}}
	for _, test := range []struct {
		name string
		lib  *fake
		want scenario.Outcome
	}{
		{"nothing", &fake{}, scenario.Passed},
		{"notifies late", &fake{slow: true}, scenario.Passed},
		{"serves the first version for ever", &fake{upTo: 1}, scenario.Lost},
		{"stops following after a change", &fake{upTo: 2}, scenario.Stuck},
		{"notifies twice", &fake{extra: 1}, scenario.Noisy},
		{"notifies never", &fake{extra: -1}, scenario.Noisy},
		{"goes back to an older version", &fake{backwards: true}, scenario.Torn},
		{"serves what is not whole", &fake{torn: true}, scenario.Torn},
		{"does not open the file", nil, scenario.Refused},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got := scenario.Run(sc, scenario.Library{Content: scenario.YAML, Open: func(target scenario.Target) (scenario.Subject, error) {
					if test.lib == nil {
						return nil, errors.New("refused")
					}
					test.lib.Target = target
					test.lib.seen.Store(1)
					return test.lib, nil
				}}, time.Second)
				if got.Outcome != test.want || (got.Why == "") != (got.Outcome == scenario.Passed) {
					t.Errorf("got %s (%s), want %s", got.Outcome, got.Why, test.want)
				}
			})
		})
	}
}

// A write takes longer here than a script may.
func TestWhatGoesWrongOnABusyMachineDoesNotCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		got := scenario.Run(scenario.Scenario{Path: "c.yaml", Setup: "write c.yaml 1", Steps: "write c.yaml 2", Want: 2},
			scenario.Library{Content: func(version int) string {
				time.Sleep(time.Second)
				return scenario.YAML(version)
			}, Open: func(scenario.Target) (scenario.Subject, error) {
				tries++
				return nil, errors.New("refused")
			}}, time.Second)
		if got.Outcome != scenario.Skipped || tries < 2 {
			t.Errorf("got %s (%s) in %d tries, want it to be skipped in the end", got.Outcome, got.Why, tries)
		}
	})
}

func TestAScenarioThatCannotBePerformedFails(t *testing.T) {
	for _, steps := range []string{"nonsense", "write", "mv c.yaml", "mv nothing c.yaml", "write c.yaml x"} {
		sc := scenario.Scenario{Path: "c.yaml", Setup: "write c.yaml 1", Steps: steps}
		if got := scenario.Run(sc, ours(0, 0), time.Second); got.Outcome != scenario.Failed || got.Why == "" {
			t.Errorf("%q: got %s (%s), want failed", steps, got.Outcome, got.Why)
		}
	}
}

func TestHalfOfAVersionIsNoVersion(t *testing.T) {
	if a, b := scenario.YAML(1), scenario.YAML(scenario.Last); len(a) != len(b) {
		t.Errorf("versions have %d and %d bytes; some scenarios need one length", len(a), len(b))
	}
	p := pair{Left: 1002, Right: 1002}
	if _, err := p.version(); err == nil {
		t.Error("halves that agree without the text between were taken for a version")
	}
}

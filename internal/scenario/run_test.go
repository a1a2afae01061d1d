//go:build linux

package scenario

import (
	"errors"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// fake is a library that reads its file whenever it is asked, and errs as told.
type fake struct {
	Target
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
	for v := seen + 1; v <= Last; v++ {
		if string(data) != YAML(int(v)) || f.upTo != 0 && v > f.upTo {
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
	sc := Scenario{Path: "c.yaml", Setup: steps{write("c.yaml", 1)}, Steps: steps{write("c.yaml", 2)},
		Want: 2, Notified: Count{Min: 1, Max: 1}}
	for _, test := range []struct {
		name string
		lib  *fake
		want Outcome
	}{
		{"nothing", &fake{}, Passed},
		{"notifies late", &fake{slow: true}, Passed},
		{"serves the first version for ever", &fake{upTo: 1}, Lost},
		{"stops following after a change", &fake{upTo: 2}, Stuck},
		{"notifies twice", &fake{extra: 1}, Noisy},
		{"notifies never", &fake{extra: -1}, Noisy},
		{"goes back to an older version", &fake{backwards: true}, Torn},
		{"serves what is not whole", &fake{torn: true}, Torn},
		{"does not open the file", nil, Refused},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got := Run(sc, Library{Content: YAML, Open: func(target Target) (Subject, error) {
					if test.lib == nil {
						return nil, errors.New("refused")
					}
					test.lib.Target = target
					test.lib.seen.Store(1)
					return test.lib, nil
				}}, time.Second)
				if got.Outcome != test.want || (got.Why == "") != (got.Outcome == Passed) {
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
		got := Run(Scenario{Path: "c.yaml", Setup: steps{write("c.yaml", 1)}, Steps: steps{write("c.yaml", 2)}, Want: 2},
			Library{Content: func(version int) string {
				time.Sleep(time.Second)
				return YAML(version)
			}, Open: func(Target) (Subject, error) {
				tries++
				return nil, errors.New("refused")
			}}, time.Second)
		if got.Outcome != Skipped || tries < 2 {
			t.Errorf("got %s (%s) in %d tries, want it to be skipped in the end", got.Outcome, got.Why, tries)
		}
	})
}

func TestAScenarioThatCannotBePerformedFails(t *testing.T) {
	for name, broken := range map[string]Step{"no file": mv("nothing", "c.yaml"), "no directory": write("d/c.yaml", 2), "no mount": hang("d")} {
		sc := Scenario{Path: "c.yaml", Setup: steps{write("c.yaml", 1)}, Steps: steps{broken}}
		lib := Library{Content: YAML, Open: func(target Target) (Subject, error) { return &fake{Target: target}, nil }}
		if got := Run(sc, lib, time.Second); got.Outcome != Failed || !strings.HasPrefix(got.Why, "step 1: ") {
			t.Errorf("%s: got %s (%s), want failed", name, got.Outcome, got.Why)
		}
	}
}

func TestHalfOfAVersionIsNoVersion(t *testing.T) {
	if a, b := YAML(1), YAML(Last); len(a) != len(b) {
		t.Errorf("versions have %d and %d bytes; some scenarios need one length", len(a), len(b))
	}
	if _, err := Version(1002, "", 1002); err == nil {
		t.Error("halves that agree without the text between were taken for a version")
	}
}

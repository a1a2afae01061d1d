//go:build linux

package scenario

import (
	"fmt"
	"time"
)

// Sweep is a scenario with a gap in it that is tried at many lengths, because
// what a watcher misses depends on when it looks.
type Sweep struct {
	Name     string
	To, Step time.Duration // the gaps are 0, Step, 2*Step, ... To
	Steps    func(gap time.Duration) []Step
	Scenario Scenario // all but its steps
}

// Sweeps are the sweeps over what is known to fall between.
var Sweeps = []Sweep{
	{Name: "two swaps", To: 3 * time.Millisecond, Step: 100 * time.Microsecond,
		Steps: func(gap time.Duration) steps { return steps{swap("v", 2), pause(gap), swap("v", 3)} },
		Scenario: Scenario{Path: "v/c.yaml", Setup: steps{swap("v", 1)}, Then: steps{swap("v", 99)},
			Want: 3, Notified: between(1, 2)}},
	{Name: "truncate, then write", To: 8 * time.Millisecond, Step: 250 * time.Microsecond,
		Steps:    func(gap time.Duration) steps { return steps{truncate("d/c.yaml"), pause(gap), write("d/c.yaml", 2)} },
		Scenario: Scenario{Path: "d/c.yaml", Setup: plain(), Want: 2, Notified: exactly(1)}},
	{Name: "remove, then create", To: 8 * time.Millisecond, Step: 250 * time.Microsecond,
		Steps:    func(gap time.Duration) steps { return steps{rm("d/c.yaml"), pause(gap), write("d/c.yaml", 2)} },
		Scenario: Scenario{Path: "d/c.yaml", Setup: plain(), Want: 2, Notified: exactly(1)}},
	{Name: "load, then change", To: 2 * time.Millisecond, Step: 100 * time.Microsecond,
		Steps:    func(gap time.Duration) steps { return steps{pause(gap), mv("d/c.tmp", "d/c.yaml")} },
		Scenario: Scenario{Path: "d/c.yaml", Setup: plain(write("d/c.tmp", 2)), Want: 2, Notified: exactly(1)}},
	{Name: "change while loading", To: 2 * time.Millisecond, Step: 20 * time.Microsecond,
		Steps:    func(gap time.Duration) steps { return steps{pause(gap), mv("d/c.tmp", "d/c.yaml")} },
		Scenario: Scenario{Path: "d/c.yaml", Setup: plain(write("d/c.tmp", 2)), Early: true, Want: 2, Notified: between(0, 1)}},
}

// Scenarios returns the sweep's scenarios, one for each gap.
func (s Sweep) Scenarios() []Scenario {
	var all []Scenario
	for gap := time.Duration(0); gap <= s.To; gap += s.Step {
		sc := s.Scenario
		sc.Name = fmt.Sprintf("%s, %v apart", s.Name, gap)
		sc.Steps = s.Steps(gap)
		all = append(all, sc)
	}
	return all
}

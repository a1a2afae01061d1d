//go:build linux

package scenario

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Outcome is how a run ended.
type Outcome string

// The ways in which a run ends, the worst first.
const (
	Failed  Outcome = "failed"  // the scenario itself could not be performed
	Refused Outcome = "refused" // the library did not open the file
	Torn    Outcome = "torn"    // something that never was whole, or an older version, was served
	Lost    Outcome = "lost"    // the last content was not served in time
	Stuck   Outcome = "stuck"   // it was, but the one after it was not
	Noisy   Outcome = "noisy"   // all was served, but the number of notifications is wrong
	Passed  Outcome = "passed"
	Skipped Outcome = "skipped" // the machine cannot do it
)

// Result is what one run found.
type Result struct {
	Outcome  Outcome
	Why      string        // unless it passed
	Notified int           // before the one more change
	Took     time.Duration // from the end of the steps until their last content was served
}

// Served tells that everything but the number of notifications was right.
func (r Result) Served() bool { return r.Outcome == Passed || r.Outcome == Noisy }

// pollInterval is how often a library polls where there are no events.
const pollInterval = time.Second

// defaultQuiet is that of a [Library].
const defaultQuiet = 400 * time.Millisecond

// attempts bounds how often a scenario begins anew because the machine was too
// busy to perform it in time.
const attempts = 10

// Run performs a scenario with a library that has patience to serve each content. A run
// that went wrong counts only if the machine performed the steps in time. Otherwise the
// scenario begins anew, and is skipped in the end.
func Run(sc Scenario, lib Library, patience time.Duration) Result {
	if why := sc.Needs.missing(); why != "" {
		return Result{Outcome: Skipped, Why: why}
	}
	lib.Quiet = cmp.Or(lib.Quiet, defaultQuiet)
	var last Result
	for range attempts {
		result, late := runOnce(sc, lib, patience)
		if !late || result.Outcome == Passed {
			return result
		}
		last = result
	}
	return Result{Outcome: Skipped, Why: fmt.Sprintf("the machine is too busy; %s: %s", last.Outcome, last.Why)}
}

func runOnce(sc Scenario, lib Library, patience time.Duration) (result Result, late bool) {
	s, err := newSite(lib.Content)
	if err != nil {
		return Result{Outcome: Failed, Why: err.Error()}, false
	}
	result = s.perform(sc, lib, patience)
	if err := s.close(); err != nil && result.Outcome == Passed {
		result = Result{Outcome: Failed, Why: err.Error()}
	}
	return result, s.late
}

func (s *site) perform(sc Scenario, lib Library, patience time.Duration) Result {
	o := newObserver()
	target, err := s.target(sc)
	if err == nil {
		err = s.run(sc.Setup)
	}
	if err != nil {
		return Result{Outcome: Failed, Why: err.Error()}
	}
	target.Notify = o.notify
	change := sync.OnceValue(func() error { return s.run(sc.Steps) })
	if sc.Early {
		var early sync.WaitGroup
		early.Go(func() { _ = change() }) // the error is kept for the next call
		defer early.Wait()
	}
	subject, err := lib.Open(target)
	if err != nil {
		return Result{Outcome: Refused, Why: err.Error()}
	}
	defer subject.Close()
	defer o.follow(subject)()
	if sc.Silent {
		<-time.After(lib.Quiet) // or events of the setup that come late would help
	}
	result := s.change(sc, change, o, lib.Quiet, patience)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.torn != "" && result.Outcome != Failed {
		result.Outcome, result.Why = Torn, o.torn
	}
	return result
}

// target says how the library is to open the scenario's file.
func (s *site) target(sc Scenario) (Target, error) {
	target := Target{Path: s.at(sc.Path)}
	if rest, ok := strings.CutPrefix(sc.Path, "./"); ok {
		here, err := os.Getwd()
		if err != nil {
			return target, err
		}
		root, err := filepath.Rel(here, s.root)
		if err != nil {
			return target, err
		}
		target.Path = "./" + root + "/" + rest // not joined, which would clean it
	}
	if sc.Silent {
		target.Poll = pollInterval
	}
	if sc.Beside != "" {
		target.Beside = s.at(sc.Beside)
	}
	if sc.Absent {
		target.Base = s.at("base.yaml")
		return target, os.WriteFile(target.Base, []byte(s.content(0)), 0o644)
	}
	return target, nil
}

// change performs the steps, and one more change after them.
func (s *site) change(sc Scenario, change func() error, o *observer, quiet, patience time.Duration) Result {
	var r Result
	if err := change(); err != nil {
		return Result{Outcome: Failed, Why: err.Error()}
	}
	ended := time.Now()
	if !o.await(func() bool { return o.served == sc.Want }, patience) {
		return Result{Outcome: Lost, Why: fmt.Sprintf("version %d was not served within %v", sc.Want, patience)}
	}
	r.Took = max(0, o.seen(sc.Want).Sub(ended))
	notified := o.await(func() bool { return o.notified >= sc.Notified.Min }, patience)
	<-time.After(quiet)
	then := sc.Then
	if then == nil {
		then = steps{write(sc.Path, Last)}
	}
	if err := s.run(then); err != nil {
		return Result{Outcome: Failed, Why: err.Error()}
	}
	if !o.await(func() bool { return o.served == Last }, patience) {
		r.Outcome, r.Why = Stuck, fmt.Sprintf("one more change was not served within %v", patience)
		return r
	}
	if notified {
		o.await(func() bool { return o.notifiedLast > 0 }, patience)
	}
	<-time.After(quiet)
	return r.judge(sc.Notified, o)
}

// judge counts the notifications of a run that served all it should.
func (r Result) judge(want Count, o *observer) Result {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch r.Notified = o.notified; {
	case r.Notified < want.Min || r.Notified > want.Max:
		r.Outcome, r.Why = Noisy, fmt.Sprintf("%d notifications, want %d to %d", r.Notified, want.Min, want.Max)
	case o.notifiedLast != 1:
		r.Outcome, r.Why = Noisy, fmt.Sprintf("%d notifications of one more change, want 1", o.notifiedLast)
	default:
		r.Outcome = Passed
	}
	return r
}

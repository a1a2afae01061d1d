package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// service is an application with a machine: its published version and its health.
type service struct {
	*Machine

	mu      sync.Mutex
	serving *Version
	sick    func(value any) error // nil for healthy
	asked   []any
	states  []string
	log     []string
}

const day = 24 * time.Hour

// run runs a machine with a fake clock. By default the probation takes ten seconds with a probe
// every second, and three failures cause a rollback; edit can change that.
func run(t *testing.T, edit func(*Options), script func(s *service)) {
	synctest.Test(t, func(*testing.T) {
		s := &service{}
		o := Options{
			Probation: &Probation{For: 10 * time.Second, Every: time.Second, Failures: 3, Timeout: time.Second, Healthy: func(_ context.Context, value any) error {
				s.mu.Lock()
				defer s.mu.Unlock()
				s.asked = append(s.asked, value)
				if s.sick == nil {
					return nil
				}
				return s.sick(value)
			}},
			Changed: func(version uint64, state State) {
				s.mu.Lock()
				defer s.mu.Unlock()
				s.states = append(s.states, fmt.Sprint(version, " ", state))
			},
			Redact: func(text string, _ ...any) string { return text },
			Log: func(level slog.Level, msg string, _ ...any) {
				s.mu.Lock()
				defer s.mu.Unlock()
				s.log = append(s.log, level.String()+" "+msg)
			},
			RollBack: func(bad, target *Version, why *Unhealthy) bool {
				s.mu.Lock()
				if s.serving != bad {
					s.mu.Unlock()
					return false
				}
				again := *target
				again.Number = bad.Number + 1
				s.serving = &again
				s.mu.Unlock()
				s.RolledBack(bad, &again, []byte(`"`+why.Text+`"`), nil)
				return true
			},
		}
		if edit != nil {
			edit(&o)
		}
		s.Machine = New(o)
		script(s)
		s.Close()
	})
}

func content(value string) Digest { return Digest{0: value[0], 1: byte(len(value))} }

func (s *service) begin(value string) {
	s.serving = &Version{Number: 1, Digest: content(value), Value: value, Documents: documentsOf(value)}
	s.PublishFirst(s.serving, false)
}

func documentsOf(value string) func() []Document {
	return func() []Document { return []Document{{Path: "/c.yaml", Data: []byte(value)}} }
}

// setHealth sets the result of probes.
func (s *service) setHealth(sick func(value any) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sick = sick
}

// publish publishes a value as the store does.
func (s *service) publish(value string) {
	baseline := s.Baseline(context.Background(), s.serving.Value)
	v := &Version{Number: s.serving.Number + 1, Digest: content(value), Value: value, Documents: documentsOf(value)}
	s.mu.Lock()
	s.serving = v
	s.mu.Unlock()
	s.Publish(v, baseline)
}

// after sleeps for d and half a second more, so that everything due by then has happened.
func after(d time.Duration) {
	time.Sleep(d + time.Second/2)
	synctest.Wait()
}

func (s *service) want(t *testing.T, version uint64, value string, states ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.serving.Number != version || s.serving.Value != value {
		t.Errorf("version %d is served, %v; want %d, %v", s.serving.Number, s.serving.Value, version, value)
	}
	if !slices.Equal(s.states, states) {
		t.Errorf("states:\n%s\nwant\n%s", strings.Join(s.states, "\n"), strings.Join(states, "\n"))
	}
}

var errSick = errors.New("half of the requests fail")

// sickWith returns a probe that fails with these values.
func sickWith(values ...any) func(any) error {
	return func(value any) error {
		if slices.Contains(values, value) {
			return errSick
		}
		return nil
	}
}

func TestWithoutProbationOrDelayAVersionIsConfirmedAtOnce(t *testing.T) {
	run(t, func(o *Options) { o.Probation = nil }, func(s *service) {
		s.begin("a")
		s.publish("b")
		s.want(t, 2, "b", "1 candidate", "1 confirmed", "2 candidate", "2 confirmed")
	})
}

func TestAVersionIsConfirmedAfterAWhile(t *testing.T) {
	run(t, func(o *Options) { o.Probation, o.ConfirmAfter = nil, time.Minute }, func(s *service) {
		s.begin("a")
		after(58 * time.Second)
		s.want(t, 1, "a", "1 candidate")
		after(time.Second)
		s.want(t, 1, "a", "1 candidate", "1 confirmed")
		s.publish("b")
		after(30 * time.Second)
		s.publish("c")
		after(time.Minute)
		s.want(t, 3, "c", "1 candidate", "1 confirmed", "2 candidate", "3 candidate", "3 confirmed")
	})
}

func TestAVersionThatStaysHealthyIsConfirmed(t *testing.T) {
	run(t, nil, func(s *service) {
		s.begin("a")
		after(10 * time.Second)
		s.publish("b")
		if st := s.Status(); !st.OnProbation || st.Version != 2 || st.Target != 1 || !st.Until.Equal(time.Now().Add(10*time.Second)) {
			t.Errorf("on probation: %+v", st)
		}
		after(10 * time.Second)
		s.want(t, 2, "b", "1 candidate", "1 confirmed", "2 candidate", "2 confirmed")
		if st := s.Status(); st.OnProbation || st.Target != 0 || st.Rollbacks != 0 {
			t.Errorf("afterwards: %+v", st)
		}
		n := len(s.asked)
		after(day)
		if len(s.asked) != n {
			t.Error("it is still asked")
		}
	})
}

func TestAVersionThatMakesTheServiceSickIsTakenBack(t *testing.T) {
	run(t, nil, func(s *service) {
		s.setHealth(sickWith("b"))
		s.begin("a")
		after(10 * time.Second)
		s.mu.Lock()
		s.asked = nil
		s.mu.Unlock()
		s.publish("b")
		after(2 * time.Second)
		if st := s.Status(); st.Failures != 2 {
			t.Errorf("%d failures, want 2", st.Failures)
		}
		after(0)
		s.want(t, 3, "a", "1 candidate", "1 confirmed", "2 candidate", "2 quarantined", "3 confirmed")
		if want := []any{"a", "b", "b", "b"}; !slices.Equal(s.asked, want) {
			t.Errorf("asked about %v, want %v", s.asked, want)
		}
		if q := s.QuarantineOf(content("b")); q == nil || string(q.Why) != `"half of the requests fail"` {
			t.Errorf("b is held as %+v", q)
		}
		if s.QuarantineOf(content("a")) != nil || s.Status().Rollbacks != 1 {
			t.Error("a is held, or the rollback not counted")
		}
	})
}

func TestFailuresThatAreNotInARowDoNotCount(t *testing.T) {
	n := 0
	run(t, nil, func(s *service) {
		s.begin("a")
		s.setHealth(func(value any) error {
			if n++; value == "b" && n%3 != 0 {
				return errSick
			}
			return nil
		})
		after(10 * time.Second)
		n = 0 // the baseline is the first
		s.publish("b")
		after(12 * time.Second)
		s.want(t, 2, "b", "1 candidate", "1 confirmed", "2 candidate", "2 confirmed")
	})
}

func TestTheEndOfAProbationAmongFailuresConfirmsNothing(t *testing.T) {
	run(t, nil, func(s *service) {
		s.begin("a")
		after(10 * time.Second)
		s.publish("b")
		after(8 * time.Second)
		s.setHealth(sickWith("b"))
		after(1200 * time.Millisecond) // past the end, with two failures
		s.want(t, 2, "b", "1 candidate", "1 confirmed", "2 candidate")
		after(time.Second)
		s.want(t, 3, "a", "1 candidate", "1 confirmed", "2 candidate", "2 quarantined", "3 confirmed")
	})
}

func TestAChangeAfterAFailedBaselineIsNotTakenBack(t *testing.T) {
	run(t, nil, func(s *service) {
		s.begin("a")
		after(10 * time.Second)
		s.setHealth(sickWith("a", "b"))
		s.publish("b")
		after(5 * time.Second)
		if st := s.Status(); st.Target != 0 || !st.OnProbation {
			t.Errorf("got %+v", st)
		}
		s.want(t, 2, "b", "1 candidate", "1 confirmed", "2 candidate")
		s.setHealth(nil)
		after(10 * time.Second)
		s.want(t, 2, "b", "1 candidate", "1 confirmed", "2 candidate", "2 confirmed")
		want := []string{"INFO config: confirmed by its probation",
			"WARN config: the service was unhealthy before this change, so it is not rolled back",
			"WARN config: the service is unhealthy, but there is nothing to go back to", "INFO config: confirmed by its probation"}
		if !slices.Equal(s.log, want) {
			t.Errorf("logged:\n%s", strings.Join(s.log, "\n"))
		}
	})
}

func TestTheFirstVersionIsNotTakenBack(t *testing.T) {
	run(t, nil, func(s *service) {
		s.setHealth(sickWith("a"))
		s.begin("a")
		after(time.Hour)
		s.want(t, 1, "a", "1 candidate")
		if len(s.log) != 1 {
			t.Errorf("logged:\n%s", strings.Join(s.log, "\n"))
		}
		s.setHealth(nil)
		after(20 * time.Second)
		s.want(t, 1, "a", "1 candidate", "1 confirmed")
	})
}

func TestUntilAVersionIsConfirmedTheFirstIsTheTarget(t *testing.T) {
	run(t, nil, func(s *service) {
		s.setHealth(sickWith("b"))
		s.begin("a")
		s.publish("b")
		after(3 * time.Second)
		s.want(t, 3, "a", "1 candidate", "2 candidate", "2 quarantined", "3 candidate")
		after(10 * time.Second)
		s.want(t, 3, "a", "1 candidate", "2 candidate", "2 quarantined", "3 candidate", "3 confirmed")
	})
}

func TestAChangeDuringProbationKeepsTheTarget(t *testing.T) {
	run(t, nil, func(s *service) {
		s.setHealth(sickWith("c"))
		s.begin("a")
		after(10 * time.Second)
		s.publish("b")
		after(5 * time.Second)
		s.publish("c")
		after(3 * time.Second)
		s.want(t, 4, "a", "1 candidate", "1 confirmed", "2 candidate", "3 candidate", "3 quarantined", "4 confirmed")
	})
}

func TestTheQuarantineEndsWithOtherContent(t *testing.T) {
	run(t, nil, func(s *service) {
		s.setHealth(sickWith("b"))
		s.begin("a")
		s.publish("b")
		after(3 * time.Second)
		if s.QuarantineOf(content("b")) == nil {
			t.Fatal("b is not held")
		}
		s.publish("c")
		if s.QuarantineOf(content("b")) != nil {
			t.Error("b is held although c was published")
		}
	})
}

func TestTheQuarantineEndsWhenTheRunningContentReturns(t *testing.T) {
	run(t, nil, func(s *service) {
		s.setHealth(sickWith("b"))
		s.begin("a")
		s.publish("b")
		after(3 * time.Second)
		s.SameValue(s.serving)
		if s.QuarantineOf(content("b")) != nil {
			t.Error("b is held although a is back")
		}
	})
}

func TestAnotherContentWithTheSameValueStaysOnProbation(t *testing.T) {
	run(t, nil, func(s *service) {
		s.setHealth(sickWith("b"))
		s.begin("a")
		s.publish("b")
		after(time.Second)
		s.SameValue(&Version{Number: 2, Digest: content("b with a comment"), Value: "b"})
		after(time.Second)
		if s.QuarantineOf(content("b with a comment")) == nil || s.QuarantineOf(content("b")) != nil {
			t.Error("the content with the comment is not the one that is held")
		}
	})
}

func TestAProbeThatHangsHasFailedAndNoOtherRuns(t *testing.T) {
	calls := 0
	run(t, func(o *Options) {
		o.Probation.Healthy = func(_ context.Context, value any) error {
			if value == "b" {
				calls++
				time.Sleep(time.Minute)
			}
			return nil
		}
	}, func(s *service) {
		s.begin("a")
		s.publish("b")
		after(4 * time.Second)
		s.want(t, 3, "a", "1 candidate", "2 candidate", "2 quarantined", "3 candidate")
		if calls != 1 {
			t.Errorf("%d calls at the same time", calls)
		}
		after(time.Minute)
	})
}

func TestAProbeThatPanicsOrExitsHasFailed(t *testing.T) {
	for name, fail := range map[string]func(){"panic": func() { panic("password") }, "exit": runtime.Goexit} {
		run(t, func(o *Options) {
			o.Probation.Healthy = func(_ context.Context, value any) error {
				if value == "b" {
					fail()
				}
				return nil
			}
		}, func(s *service) {
			s.begin("a")
			s.publish("b")
			after(3 * time.Second)
			s.want(t, 3, "a", "1 candidate", "2 candidate", "2 quarantined", "3 candidate")
			if q := s.QuarantineOf(content("b")); q == nil || !strings.Contains(string(q.Why), "WithProbation") || strings.Contains(string(q.Why), "password") {
				t.Errorf("%s: held as %+v", name, q)
			}
		})
	}
}

func TestCloseEndsTheTrial(t *testing.T) {
	run(t, nil, func(s *service) {
		s.begin("a")
		s.setHealth(sickWith("b"))
		s.publish("b")
		after(2 * time.Second)
		s.Close()
		s.Close()
		after(day)
		s.want(t, 2, "b", "1 candidate", "2 candidate")
	})
}

func TestAVersionIsACandidateBeforeItIsConfirmed(t *testing.T) {
	for range 100 {
		run(t, func(o *Options) { o.Probation, o.ConfirmAfter = nil, 1 }, func(s *service) {
			s.begin("a")
			after(0)
			s.want(t, 1, "a", "1 candidate", "1 confirmed")
		})
	}
}

func TestABaselineThatWaitsForAProbeHasItsOwnTimeout(t *testing.T) {
	slow := func(o *Options) {
		o.Probation.Healthy = func(ctx context.Context, _ any) error {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(700 * time.Millisecond):
				return nil
			}
		}
	}
	run(t, slow, func(s *service) {
		s.begin("a")
		time.Sleep(1200 * time.Millisecond) // a probe has been under way for a fifth of a second
		if baseline := s.Baseline(context.Background(), "a"); baseline != nil {
			t.Errorf("got %v", baseline)
		}
	})
}

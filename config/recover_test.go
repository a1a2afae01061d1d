package config_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"example.com/lastgood/config"
)

// hookCalls records the calls of a store's hooks, in order.
type hookCalls struct {
	mu    sync.Mutex
	lines []string
}

func (h *hookCalls) add(line string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lines = append(h.lines, line)
}

func (h *hookCalls) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.Join(h.lines, ", ")
}

// recordHooks registers hooks of all kinds. The hook for recoveries is registered first and called
// last.
func recordHooks(s *config.Store[checked]) *hookCalls {
	h := &hookCalls{}
	s.OnRecover(func() { h.add("recovered") })
	s.OnReject(func(*config.Error) { h.add("rejected") })
	s.OnChange(func(_, new *checked) { h.add(fmt.Sprint("changed to ", new.Server.Port)) })
	return h
}

func port(n int) string { return fmt.Sprintf("server: {port: %d}", n) }

func TestOnRecoverIsCalledWhenARejectionEnds(t *testing.T) {
	path, log := yamlFile(t, port(1)), new(journal)
	s := open[checked](t, config.WithFile(path), logTo(log))
	h := recordHooks(s)
	reload := func(content, want string) {
		t.Helper()
		put(t, path, content)
		_ = s.Reload(t.Context())
		eventually(t, want, func() bool { return h.String() == want })
	}
	reload("bad", "rejected")
	reload(port(1), "rejected, recovered")
	reload(port(1)+" # and again", "rejected, recovered")
	reload("bad", "rejected, recovered, rejected")
	reload(port(2), "rejected, recovered, rejected, changed to 2, recovered")
	reload(port(3), "rejected, recovered, rejected, changed to 2, recovered, changed to 3")
	if n := strings.Count(log.String(), "good again"); n != 1 {
		t.Errorf("logged %d times that the content is good again:\n%s", n, log)
	}
}

func TestOnRecoverIsCalledAfterALaterRejectionOnly(t *testing.T) {
	path := yamlFile(t, port(1))
	s := open[checked](t, config.WithFile(path))
	started, end := make(chan struct{}), make(chan struct{})
	stop := s.OnChange(func(_, _ *checked) { close(started); <-end })
	h := recordHooks(s)
	accepts(t, s, path, port(2))
	within(t, started, "the slow hook")
	stop()
	for _, content := range []string{"bad", port(2), "worse"} { // while no hook can be called
		put(t, path, content)
		_ = s.Reload(t.Context())
	}
	close(end)
	eventually(t, "the rejection", func() bool { return h.String() == "changed to 2, rejected" })
	accepts(t, s, path, port(2))
	eventually(t, "the recovery", func() bool { return h.String() == "changed to 2, rejected, recovered" })
}

func TestOnRecoverEndsWithStopAndWithClose(t *testing.T) {
	path := yamlFile(t, port(1))
	s := open[checked](t, config.WithFile(path))
	calls := make(chan string, 10)
	stop := s.OnRecover(func() { calls <- "stopped" })
	s.OnRecover(func() { calls <- "kept" })
	stop()
	stop()
	put(t, path, "bad")
	_ = s.Reload(t.Context())
	accepts(t, s, path, port(1))
	if got := within(t, calls, "the hook"); got != "kept" {
		t.Errorf("the hook that was %s was called", got)
	}
}

// An event is recorded before its hooks are called.
func TestEventsAreRecordedBeforeTheirHooksAreCalled(t *testing.T) {
	path := yamlFile(t, port(1))
	s := open[checked](t, config.WithFile(path))
	wrong := make(chan string, 1000)
	check := func(ok bool, what string, args ...any) {
		if !ok {
			wrong <- fmt.Sprintf(what, args...)
		}
	}
	done := make(chan struct{}, 1000)
	s.OnChange(func(_, new *checked) {
		st, history, snapshot := s.Status(), s.History(), s.Snapshot()
		last := history[len(history)-1]
		check(s.Current().Server.Port >= new.Server.Port, "Current is older than %d", new.Server.Port)
		check(int(st.Version) >= new.Server.Port, "version %d in the status, for %d", st.Version, new.Server.Port)
		check(int(last.Version) >= new.Server.Port, "version %d in the history, for %d", last.Version, new.Server.Port)
		check(len(last.Changes) == 1, "the history has %d changes", len(last.Changes))
		check(int(snapshot.Version) >= new.Server.Port, "version %d in the snapshot, for %d", snapshot.Version, new.Server.Port)
		check(st.LastOutcome != config.Applied || st.LastSuccess.Equal(st.LastAttempt), "the last attempt is no success")
		check(int(st.Attempts[config.Applied]) >= new.Server.Port, "%d attempts, for %d", st.Attempts[config.Applied], new.Server.Port)
		done <- struct{}{}
	})
	for i := range 200 {
		accepts(t, s, path, port(i+2))
	}
	within(t, done, "a hook")
	eventually(t, "the end of the hooks", func() bool { return s.Status().Hook == nil })
	select {
	case w := <-wrong:
		t.Error(w)
	default:
	}
}

func TestTheStatusIsOfOneMoment(t *testing.T) {
	path := yamlFile(t, port(1))
	s := open[checked](t, config.WithFile(path))
	stop := meanwhile(t, func(int) error {
		st, history := s.Status(), s.History()
		if st.Attempts[config.Applied] != st.Version {
			return fmt.Errorf("version %d after %d attempts", st.Version, st.Attempts[config.Applied])
		}
		if last := history[len(history)-1]; last.Version < st.Version {
			return fmt.Errorf("version %d in the history, %d in the status", last.Version, st.Version)
		}
		return nil
	})
	for i := range 100 {
		accepts(t, s, path, port(i+2))
	}
	stop()
}

func TestAManualReloadOfWhatWasRejectedCounts(t *testing.T) {
	path := yamlFile(t, port(1))
	s := open[checked](t, config.WithFile(path), config.WithoutWatch())
	hooks := make(chan *config.Error, 10)
	s.OnReject(func(err *config.Error) { hooks <- err })
	put(t, path, "bad")
	first := s.Reload(t.Context())
	_ = within(t, hooks, "the hook")
	before := s.Status()
	again := s.Reload(t.Context())
	st := s.Status()
	if !errors.Is(again, first) {
		t.Errorf("got\n%v\nwant\n%v", again, first)
	}
	if st.Failures != 2 || st.Attempts[config.Rejected] != 2 || !st.LastAttempt.After(before.LastAttempt) {
		t.Errorf("%d failures, %d attempts, last at %v, the one before at %v", st.Failures, st.Attempts[config.Rejected], st.LastAttempt, before.LastAttempt)
	}
	if len(hooks) != 0 {
		t.Error("the hook was called again")
	}
}

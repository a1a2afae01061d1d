package config_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"example.com/lastgood/config"
)

func TestStatusIsTheStateOfTheStore(t *testing.T) {
	path := yamlFile(t, "name: a\n")
	s := open[diffConfig](t, config.WithFile(path))
	st := s.Status()
	if st.Version != 1 || st.LastOutcome != config.Applied || st.Err != nil || st.Failures != 0 || st.Attempts[config.Applied] != 1 ||
		len(st.Watch) != 1 || st.Watch[0].Path != path || st.Watch[0].Mode != config.WatchEvents || st.LastSuccess.IsZero() || s.CheckHealth() != nil {
		t.Errorf("at first: %+v, health %v", st, s.CheckHealth())
	}
	put(t, path, "nam: b\n")
	rejected := s.Reload(t.Context())
	st = s.Status()
	if rejected == nil || st.Version != 1 || st.LastOutcome != config.Rejected || !errors.Is(rejected, st.Err) || st.Failures != 1 || !errors.Is(s.CheckHealth(), st.Err) {
		t.Errorf("rejected: %+v, health %v", st, s.CheckHealth())
	}
	accepts(t, s, path, "name: a\n")
	if st = s.Status(); st.LastOutcome != config.Unchanged || st.Err != nil || st.Failures != 0 || s.CheckHealth() != nil || !st.LastSuccess.After(st.LoadedAt) {
		t.Errorf("good again: %+v", st)
	}
	accepts(t, s, path, "name: c\n")
	if st = s.Status(); st.Version != 2 || st.LastOutcome != config.Applied || st.LastDuration <= 0 {
		t.Errorf("applied: %+v", st)
	}
	s.Close()
	if st = s.Status(); !st.Closed || s.CheckHealth() == nil {
		t.Errorf("closed: %+v", st)
	}
	unwatched := open[diffConfig](t, config.WithFile(path), config.WithoutWatch())
	if st = unwatched.Status(); st.Watch[0].Mode != config.WatchNone {
		t.Errorf("without a watch: %+v", st.Watch)
	}
}

func TestHistoryReturnsTheLastTwentyVersions(t *testing.T) {
	path := yamlFile(t, "limits: {n: 0}\n")
	s := open[diffConfig](t, config.WithFile(path))
	for n := range 25 {
		accepts(t, s, path, "name: "+strings.Repeat("x", n+1)+"\n")
	}
	h := s.History()
	if len(h) != 20 || h[19].Version != 26 || h[0].Version != 7 || h[19].Content != s.Snapshot().Content || len(h[19].Changes) == 0 {
		t.Errorf("got %d versions, the last %+v", len(h), h[len(h)-1])
	}
}

func TestAHookThatRunsIsInTheStatus(t *testing.T) {
	path := yamlFile(t, "name: a\n")
	s := open[diffConfig](t, config.WithFile(path))
	running, end := make(chan struct{}), make(chan struct{})
	s.OnChange(func(_, _ *diffConfig) { close(running); <-end })
	accepts(t, s, path, "name: b\n")
	within(t, running, "the hook")
	if h := s.Status().Hook; h == nil || !strings.Contains(h.Name, "TestAHookThatRunsIsInTheStatus") || h.Stuck {
		t.Errorf("got %+v", h)
	}
	close(end)
}

func TestTheMethodsOfAStoreAreSafeForConcurrentUse(t *testing.T) {
	path := yamlFile(t, "name: a\nlimits: {n: 0}\n")
	s := open[diffConfig](t, config.WithFile(path))
	first := s.Current()
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				snapshot := s.Snapshot()
				for _, setting := range snapshot.Settings() {
					if setting.Key == "name" && setting.Value != snapshot.Value.Name {
						t.Errorf("the settings of another snapshot: %v, want %q", setting, snapshot.Value.Name)
						return
					}
				}
				s.Origin("name")
				s.Diff(first, snapshot.Value)
				s.Status()
				s.History()
				_ = s.CheckHealth()
			}
		})
	}
	for n := range 100 {
		put(t, path, "name: "+strings.Repeat("x", n)+"\n")
		if n%7 == 0 {
			put(t, path, "nope: 1\n")
		}
		_ = s.Reload(t.Context()) // rejected now and then
	}
	close(stop)
	readers.Wait()
}

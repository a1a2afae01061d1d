package config_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
)

// window is the window of the stores of these tests. A delay of less than a second would make
// their tables depend on the hash; the contents below have none.
const window = time.Hour

// member is a store of a fleet, under a fake clock.
type member struct {
	*config.Store[served]
	t   *testing.T
	src *configtest.Source
	log *journal
}

// join opens a store that serves port 1 and staggers its changes.
func join(t *testing.T, id string, opts ...config.Option) *member {
	t.Helper()
	m := &member{t: t, src: configtest.NewSource(t, "played:app"), log: &journal{}}
	m.src.Update(map[string]string{"c.yaml": "port: 1\n"})
	m.Store = open[served](t, append([]config.Option{config.WithSource(m.src), config.WithStagger(window, id), logTo(m.log)}, opts...)...)
	return m
}

// puts writes text to disk, and gives the store a second to process it.
func (m *member) puts(text string) {
	m.src.Update(map[string]string{"c.yaml": text})
	m.passes(time.Second)
}

func (m *member) passes(d time.Duration) { time.Sleep(d); synctest.Wait() }

// waits wants a change to wait, and returns until when.
func (m *member) waits() time.Time {
	m.t.Helper()
	st := m.Status()
	if st.WaitingUntil.IsZero() || !st.WaitingUntil.After(time.Now()) || st.LastOutcome != config.Waiting || st.Err != nil {
		m.t.Fatalf("no change waits: %+v", st)
	}
	return st.WaitingUntil
}

// serves wants the port to be in force, and nothing to wait.
func (m *member) serves(port int) {
	m.t.Helper()
	if st := m.Status(); !st.WaitingUntil.IsZero() || m.Current().Port != port {
		m.t.Fatalf("serving port %d, want %d; a change waits until %v", m.Current().Port, port, st.WaitingUntil)
	}
}

// reaches lets time pass until a change is published, and wants nothing to happen before.
func (m *member) reaches(until time.Time, port int) {
	m.t.Helper()
	before := m.Current().Port
	m.passes(time.Until(until) - time.Nanosecond)
	if got := m.Current().Port; got != before {
		m.t.Fatalf("port %d was published too soon", got)
	}
	m.passes(time.Nanosecond)
	m.serves(port)
}

// TestStaggeredChangesReplaceEachOther is the table of that. Each script begins with
// port 1 in force and port 2 waiting until then.
func TestStaggeredChangesReplaceEachOther(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]func(m *member, then time.Time){
		"nothing: it is published at its time": func(m *member, then time.Time) { m.reaches(then, 2) },
		"a newer change, with a time of its own": func(m *member, then time.Time) {
			m.puts("port: 3\n")
			if until := m.waits(); until.Equal(then) {
				m.t.Error("it took the time of the change that it replaced")
			} else {
				m.reaches(until, 3)
			}
			m.passes(2 * window)
			m.serves(3)
			if n := m.Snapshot().Version; n != 2 {
				m.t.Errorf("there were %d versions", n)
			}
		},
		"the same content, written again, keeps its time": func(m *member, then time.Time) {
			m.puts("port: 2\n")
			m.reaches(then, 2)
		},
		"the running content ends the wait": func(m *member, _ time.Time) {
			m.puts("port: 1\n")
			m.serves(1)
			m.passes(2 * window)
			m.serves(1)
		},
		"other content with the running value ends the wait": func(m *member, _ time.Time) {
			m.puts("port: 1 # as before\n")
			m.serves(1)
			m.passes(2 * window)
			m.serves(1)
		},
		"rejected content ends the wait": func(m *member, _ time.Time) {
			m.puts("port: 99999\n")
			if err := m.CheckHealth(); err == nil {
				m.t.Error("it was not rejected at once")
			}
			m.serves(1)
			m.passes(2 * window)
			m.serves(1)
		},
		"content that went away ends the wait": func(m *member, _ time.Time) {
			m.src.Remove()
			m.passes(2 * window)
			m.serves(1)
		},
		"a source that cannot be read does not matter": func(m *member, then time.Time) {
			m.src.Fail(errors.New("no connection"))
			m.reaches(then, 2)
		},
		"good content after rejected content waits anew": func(m *member, then time.Time) {
			m.puts("port: 99999\n")
			m.puts("port: 2\n")
			if until := m.waits(); !until.After(then) {
				m.t.Error("it has the time of before")
			} else {
				m.reaches(until, 2)
			}
		},
		"a reload takes what waits at once": func(m *member, _ time.Time) {
			must(m.t, m.Reload(m.t.Context()))
			m.serves(2)
			m.passes(2 * window)
			if n := m.Snapshot().Version; n != 2 {
				m.t.Errorf("there were %d versions", n)
			}
		},
		"a reload takes newer content at once": func(m *member, _ time.Time) {
			m.src.Update(map[string]string{"c.yaml": "port: 3\n"})
			must(m.t, m.Reload(m.t.Context()))
			m.serves(3)
		},
		"confirmed content is taken at once, a revert to it too": func(m *member, then time.Time) {
			m.reaches(then, 2)
			m.puts("port: 1\n")
			m.serves(1)
			m.puts("port: 2\n")
			m.serves(2)
		},
		"the end of the store ends the wait": func(m *member, _ time.Time) {
			m.Close()
			m.passes(2 * window)
			m.serves(1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m := join(t, "pod-0")
				m.serves(1)
				m.puts("port: 2\n")
				script(m, m.waits())
			})
		})
	}
}

func TestTheDelayIsTheDocumentedOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := join(t, "pod-7")
		m.puts("port: 2\n")
		st := m.Status()
		sum := sha256.Sum256(append([]byte("pod-7\x00"), st.Digests.Disk[:]...))
		wait := time.Duration(binary.BigEndian.Uint64(sum[:8]) % uint64(window))
		if got := st.WaitingUntil.Sub(st.LastAttempt); got != wait {
			t.Errorf("it waits for %v, want %v", got, wait)
		}
		if n := strings.Count(m.log.String(), "a good change waits for its turn"); n != 1 {
			t.Errorf("%d records:\n%s", n, m.log)
		}
		if err := m.CheckHealth(); err != nil {
			t.Errorf("waiting is no failure: %v", err)
		}
	})
}

func TestChangesThatReplaceEachOtherArePublishedWithinTwoWindows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := join(t, "pod-0")
		began := time.Now()
		for n := 0; m.Snapshot().Version == 1; n++ {
			m.puts(fmt.Sprintf("port: %d\n", 2+n%2)) // whose waits are longer than a second
			if time.Since(began) > 2*window+time.Second {
				t.Fatal("nothing was published")
			}
		}
	})
}

func TestARejectionIsOverWhenAGoodChangeWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := join(t, "pod-0")
		var recoveries atomic.Int64
		m.OnRecover(func() { recoveries.Add(1) })
		m.puts("port: 99999\n")
		m.puts("port: 2\n")
		until := m.waits()
		if n := recoveries.Load(); n != 1 {
			t.Errorf("%d recoveries", n)
		}
		m.reaches(until, 2)
		if n := recoveries.Load(); n != 1 {
			t.Errorf("%d recoveries once it is published", n)
		}
	})
}

func TestAChangeThatWaitsIsCheckedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		checks := make(chan string, 100)
		m := join(t, "pod-0", config.WithCheck(func(_ context.Context, old, new *served) error {
			if old != nil {
				checks <- fmt.Sprint(old.Port, " -> ", new.Port)
			}
			return nil
		}))
		m.puts("port: 2\n")
		m.reaches(m.waits(), 2)
		if got := <-checks; len(checks) > 0 || got != "1 -> 2" {
			t.Errorf("the check saw %s, and %d more", got, len(checks))
		}
	})
}

func TestAProbationBeginsWhenTheWaitIsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := make(chan int, 100)
		m := join(t, "pod-0", config.WithProbation(time.Minute, func(_ context.Context, current *served) error {
			asked <- current.Port
			return nil
		}))
		m.passes(2 * time.Minute)
		for len(asked) > 0 {
			<-asked
		}
		m.puts("port: 2\n")
		until := m.waits()
		m.passes(time.Until(until) - 1)
		if n := len(asked); n > 0 || m.Status().Probation != nil {
			t.Errorf("asked %d times while the change waits; %+v", n, m.Status().Probation)
		}
		m.passes(1)
		m.serves(2)
		if p := m.Status().Probation; len(asked) != 1 || <-asked != 1 || p == nil || !p.Until.Equal(until.Add(time.Minute)) {
			t.Errorf("the baseline was not asked for, or more; %+v", p)
		}
		m.passes(2 * time.Minute)
		if n := len(m.History()); m.History()[n-1].State != config.Confirmed {
			t.Errorf("%+v", m.History())
		}
	})
}

func TestAChangeIsValidatedAgainIfTheRunningVersionWasRolledBackMeanwhile(t *testing.T) {
	t.Parallel()
	for port, want := range map[int]string{3: "", 4: "4 may not follow 1"} {
		synctest.Test(t, func(t *testing.T) {
			m := join(t, "pod-0", config.WithProbation(10*time.Minute, func(_ context.Context, current *served) error {
				if current.Port == 2 {
					return errors.New("too many requests fail")
				}
				return nil
			}), config.WithCheck(func(_ context.Context, old, new *served) error {
				if old != nil && old.Port == 1 && new.Port == 4 {
					return errors.New("4 may not follow 1")
				}
				return nil
			}))
			m.passes(20 * time.Minute)
			m.puts("port: 2\n")
			must(t, m.Reload(t.Context()))
			m.puts(fmt.Sprintf("port: %d\n", port))
			until := m.waits()
			m.passes(5 * time.Minute) // after three probes
			if got := m.Current().Port; got != 1 || time.Until(until) < 0 {
				t.Fatalf("serving port %d; waiting until %v", got, m.Status().WaitingUntil)
			}
			m.passes(time.Until(until))
			switch err := m.Status().Err; {
			case want == "" && err == nil:
				m.serves(port)
			case want == "" || err == nil || !strings.Contains(err.Error(), want):
				t.Errorf("got %v, want %q", err, want)
			default:
				m.serves(1)
			}
			if n := len(m.History()); want == "" && fmt.Sprint(m.History()[n-1].Changes) != "[port: 1 -> 3]" {
				t.Errorf("it changed %v", m.History()[n-1].Changes)
			}
		})
	}
}

func TestQuarantinedContentEndsTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := join(t, "pod-0", config.WithProbation(10*time.Minute, func(_ context.Context, current *served) error {
			if current.Port == 2 {
				return errors.New("too many requests fail")
			}
			return nil
		}))
		m.passes(20 * time.Minute)
		m.puts("port: 2\n")
		must(t, m.Reload(t.Context()))
		bad := m.Status().Digests.Disk
		m.puts("port: 3\n")
		m.waits()
		m.passes(5 * time.Minute)
		m.puts("port: 2\n")
		m.serves(1)
		if st := m.Status(); st.Err == nil || st.Err.Problems[0].Code != config.CodeProbation || st.Digests.Disk != bad {
			t.Errorf("%+v", st)
		}
	})
}

func TestWhatIsInTheDirectoryForTheLastGoodIsTakenAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := yamlFile(t, "port: 2\n")
	opts := []config.Option{config.WithFile(path), config.WithLastGood(dir), config.WithSettle(0), config.WithStagger(24*time.Hour, "pod-0")}
	open[served](t, opts...).Close() // confirms it
	put(t, path, "port: 1\n")
	s := open[served](t, opts...)
	put(t, path, "port: 2\n")
	eventually(t, "what was confirmed", func() bool { return s.Current().Port == 2 })
	put(t, path, "port: 3\n")
	eventually(t, "the other to wait", func() bool { return !s.Status().WaitingUntil.IsZero() })
}

func TestAFirstLoadAndATestsValueDoNotWait(t *testing.T) {
	t.Parallel()
	stagger := config.WithStagger(24*time.Hour, "pod-0")
	dir, path := t.TempDir(), yamlFile(t, "port: 1\n")
	open[served](t, config.WithFile(path), config.WithLastGood(dir), stagger).Close()
	put(t, path, "port: 2\n")
	if s := open[served](t, config.WithFile(path), config.WithLastGood(dir), stagger); s.Current().Port != 2 {
		t.Errorf("serving %d", s.Current().Port)
	}
	s := configtest.NewStore(t, served{Port: 1})
	configtest.Set(t, s, served{Port: 2})
	if s.Current().Port != 2 {
		t.Errorf("the store of a test serves %d", s.Current().Port)
	}
	must(t, config.Check[served](config.WithFile(path), stagger))
}

func TestManyStaggeredChangesAtOnce(t *testing.T) {
	t.Parallel()
	src := configtest.NewSource(t, "played:app")
	src.Update(map[string]string{"c.yaml": "port: 1\n"})
	s := open[served](t, config.WithSource(src), config.WithStagger(20*time.Millisecond, "pod-0"),
		config.WithProbation(5*time.Millisecond, func(_ context.Context, current *served) error {
			if current.Port%5 == 0 {
				return errors.New("sick")
			}
			return nil
		}, config.ProbeEvery(time.Millisecond)))
	var all sync.WaitGroup
	for n := range 4 {
		all.Go(func() {
			for i := range 50 {
				src.Update(map[string]string{"c.yaml": fmt.Sprintf("port: %d\n", 2+(4*i+n)*500)}) // some too large
				if i%10 == n {
					_ = s.Reload(t.Context()) // rejected now and then
				}
				if st := s.Status(); !st.WaitingUntil.IsZero() && st.Version == 0 {
					t.Error("a version of none")
				}
			}
		})
	}
	all.Wait()
	src.Update(map[string]string{"c.yaml": "port: 8\n"})
	eventually(t, "the last of them", func() bool { return s.Current().Port == 8 && s.Status().WaitingUntil.IsZero() })
}

func TestWhatIsWrongWithAStaggerIsAnErrorOfLoad(t *testing.T) {
	t.Parallel()
	for want, opts := range map[string][]config.Option{
		"WithStagger(0s): the window is not positive":             {config.WithStagger(0, "pod-0")},
		"WithStagger(-1s): the window is not positive":            {config.WithStagger(-time.Second, "pod-0")},
		"WithStagger(24h0m1s): the window is longer than 24h0m0s": {config.WithStagger(24*time.Hour+time.Second, "pod-0")},
		"WithStagger: the id is empty; give it what differs":      {config.WithStagger(time.Second, "")},
		"WithStagger: there is one already":                       {config.WithStagger(time.Second, "a"), config.WithStagger(time.Second, "a")},
	} {
		if _, err := config.Open[served](append(opts, config.WithoutFile())...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

//go:build unix

package config_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
)

var (
	soakFor  = flag.Duration("soak", 2*time.Second, "how long the soak test runs")
	soakSeed = flag.Uint64("seed", 0, "what the soak test is to do; 0 for something new")
)

// TestSoak applies random actions to files and stores. From time to time it pauses, and every
// store must serve the same value, or report the same problems, as a store that is opened then.
// All versions that are served must be valid and never older than earlier ones.
func TestSoak(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a while")
	}
	seed := *soakSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("again with: go test ./config -run TestSoak -soak %v -seed %d", *soakFor, seed)
	// A poll that finds a missed change helps all stores, so some have no poll.
	t.Run("events alone", func(t *testing.T) { newSoak(t, seed, 0).run(*soakFor / 2) })
	t.Run("events and a poll", func(t *testing.T) { newSoak(t, seed, 20*time.Millisecond).run(*soakFor / 2) })
}

// run acts and rests until the time is over.
func (s *soak) run(d time.Duration) {
	t := s.t
	defer func() {
		s.close()
		if t.Failed() {
			t.Logf("seed %d; the last actions:\n%s", s.seed, strings.Join(s.last, "\n"))
		}
	}()
	s.rest(true)
	before := atRest()
	for end := time.Now().Add(d); time.Now().Before(end) && !t.Failed(); {
		for range 1 + s.rand.IntN(60) {
			s.act()
		}
		good := s.rand.IntN(4) > 0
		s.rest(good)
		if good {
			wantNoMore(t, before)
		}
	}
	s.rest(true)
	after := atRest()
	if after.watches < before.watches && !t.Failed() {
		t.Errorf("%d watches, %d before: some were lost", after.watches, before.watches)
	}
	s.close()
	t.Logf("seed %d, %v: %s\nbefore %+v, after %+v", s.seed, d, s.tally, before, after)
}

// soak is the state of the test.
type soak struct {
	t       *testing.T
	seed    uint64
	rand    *rand.Rand
	places  []place
	watched []*watched
	version int      // the last that was written anywhere
	last    []string // actions
	tally   tally
}

// tally counts actions and their results.
type tally map[string]int

func (t tally) String() string {
	var parts []string
	for _, what := range slices.Sorted(maps.Keys(t)) {
		parts = append(parts, fmt.Sprintf("%s %d", what, t[what]))
	}
	return strings.Join(parts, ", ")
}

// newSoak writes good content to all places, and opens stores of one and of several places.
// Content read without settling must be valid as well.
func newSoak(t *testing.T, seed uint64, poll time.Duration) *soak {
	s := &soak{t: t, seed: seed, rand: rand.New(rand.NewPCG(seed, 0)), tally: tally{}}
	s.places = newPlaces(t.TempDir(), s.next)
	options := map[string]config.Option{}
	for _, p := range s.places {
		s.do(p.name+": repair", p.repair)
		options[p.name] = p.option
	}
	for _, names := range []string{"plain", "mounted extra", "conf linked", "keys", "plain mounted linked extra conf keys"} {
		for _, settle := range []time.Duration{0, 10 * time.Millisecond} {
			w := &watched{soak: s, opts: []config.Option{
				config.WithLogger(quiet), config.WithPollInterval(poll), config.WithSettle(settle)}}
			for name := range strings.FieldsSeq(names) {
				w.opts = append(w.opts, options[name])
			}
			if err := w.open(); err != nil {
				t.Fatal(err)
			}
			s.watched = append(s.watched, w)
		}
	}
	return s
}

// close closes all stores. It is idempotent.
func (s *soak) close() {
	for _, w := range s.watched {
		w.close()
	}
}

// next returns a version that was never written.
func (s *soak) next() int { s.version++; return s.version }

func (s *soak) do(what string, do func() error) {
	s.t.Helper()
	s.last = append(s.last[max(0, len(s.last)-30):], what)
	if err := do(); err != nil {
		s.t.Fatalf("%s: %v", what, err)
	}
}

// act does something at random, and lets a moment pass or not.
func (s *soak) act() {
	if s.rand.IntN(10) == 0 {
		w := s.watched[s.rand.IntN(len(s.watched))]
		if s.rand.IntN(2) == 0 {
			w.reload()
		} else {
			w.reopen()
		}
		return
	}
	p := s.places[s.rand.IntN(len(s.places))]
	a := p.actions[s.rand.IntN(len(p.actions))]
	s.tally["actions"]++
	s.do(p.name+": "+a.name, a.do)
	if s.rand.IntN(2) == 0 {
		<-time.After(time.Duration(s.rand.IntN(15_000)) * time.Microsecond)
	}
}

// rest writes good content to all places if good is true, and waits until every store agrees
// with the disk.
func (s *soak) rest(good bool) {
	s.t.Helper()
	if good {
		for _, p := range s.places {
			s.do(p.name+": repair", p.repair)
		}
	}
	for _, w := range s.watched {
		w.agrees(good)
	}
}

// atRest returns the maximum resources of the process over an idle period. A late event ends a
// watch, which is missing until it is renewed.
func atRest() (most held) {
	for range 200 {
		<-time.After(time.Millisecond)
		now := count()
		most = held{max(most.goroutines, now.goroutines), max(most.descriptors, now.descriptors),
			max(most.inotify, now.inotify), max(most.watches, now.watches)}
	}
	return most
}

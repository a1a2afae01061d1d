package confighttp

import (
	"fmt"
	"strconv"
	"time"

	"example.com/lastgood/config"
)

// state is the state of a store as the page and its JSON show it.
type state string

const (
	ok        state = "ok"        // what is on disk is running, or will be published soon
	attention state = "attention" // it is running, but there are remarks
	rejected  state = "rejected"  // what is on disk is rejected
)

// worse reports whether s is worse than other.
func (s state) worse(other state) bool {
	rank := map[state]int{ok: 0, attention: 1, rejected: 2}
	return rank[s] > rank[other]
}

// state returns the state of the store.
func (v view) state() state {
	switch {
	case v.status.Err != nil:
		return rejected
	case len(v.remarks()) > 0:
		return attention
	}
	return ok
}

// summary returns the headline of the store.
func (v view) summary() string {
	serving := "Serving version " + strconv.FormatUint(v.status.Version, 10)
	switch v.state() {
	case rejected:
		if at := v.status.LastGood; !at.IsZero() {
			serving += ", which was last good at " + at.UTC().Format(time.RFC3339)
		}
		if all := v.status.Err.Problems; len(all) > 0 && all[0].Code == config.CodeProbation {
			return serving + "; what is on disk was taken back, because the service was unhealthy with it"
		}
		return serving + "; what is on disk is rejected"
	case attention:
		return serving + "; it needs attention"
	}
	if at := v.status.WaitingUntil; !at.IsZero() {
		serving += "; a good change is on disk, and is published at " + at.UTC().Format(time.RFC3339)
	} else {
		serving += ", as it is on disk"
	}
	if v.status.Probation != nil {
		serving += ", on probation"
	}
	return serving
}

// remarks returns what needs attention besides a rejection.
func (v view) remarks() []string {
	var all []string
	st := v.status
	if st.Closed {
		all = append(all, "The store is closed: what is shown is its last state, and changes are not noticed any more.")
	}
	if st.Hook != nil && st.Hook.Stuck {
		all = append(all, fmt.Sprintf("A hook is stuck: %s has been running for %v. Until it returns, no hook learns of a change.",
			st.Hook.Name, st.Hook.For.Round(time.Second)))
	}
	for _, p := range st.Watch {
		switch p.Mode {
		case config.WatchPinned:
			all = append(all, p.Path+" can never change: "+p.Reason+".")
		case config.WatchHung:
			all = append(all, p.Path+" hangs: "+p.Reason+".")
		case config.WatchStale:
			all = append(all, p.Path+" cannot be read since "+p.Since.UTC().Format(time.RFC3339)+", so what it gave last stays: "+p.Reason+".")
		}
	}
	if !st.LastGood.IsZero() {
		all = append(all, "This process started with what was stored, because the content on disk was not good. It ends with the next good content.")
	}
	if n := len(st.Pending); n > 0 {
		all = append(all, count(n, "setting waits", "settings wait")+" for a restart.")
	}
	return all
}

// count renders a number with its noun.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

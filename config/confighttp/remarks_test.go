package confighttp_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
)

// storeWithStatus is a store with a changed status.
type storeWithStatus struct {
	*config.Store[shop]
	change func(*config.Status)
}

func (a storeWithStatus) Status() config.Status {
	st := a.Store.Status()
	a.change(&st)
	return st
}

func TestRemarksAreShownInTheBand(t *testing.T) {
	store, _ := follow(t, good)
	for want, change := range map[string]func(*config.Status){
		"/etc/shop/limits.yaml can never change: it is mounted with subPath.": func(st *config.Status) {
			st.Watch = []config.PathStatus{{Path: "/etc/shop/limits.yaml", Mode: config.WatchPinned, Reason: "it is mounted with subPath"}}
		},
		"/mnt/c.yaml hangs: it does not answer since noon.": func(st *config.Status) {
			st.Watch = []config.PathStatus{{Path: "/mnt/c.yaml", Mode: config.WatchHung, Reason: "it does not answer since noon"}}
		},
		"configmap:prod/app cannot be read since 2026-01-02T03:04:05Z, so what it gave last stays: permission denied.": func(st *config.Status) {
			st.Watch = []config.PathStatus{{Path: "configmap:prod/app", Mode: config.WatchStale, Reason: "permission denied", Since: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}}
		},
		"A hook is stuck: pool.resize has been running for 1m23s. Until it returns, no hook learns of a change.": func(st *config.Status) {
			st.Hook = &config.HookStatus{Name: "pool.resize", For: 83 * time.Second, Stuck: true}
		},
		"The store is closed: what is shown is its last state, and changes are not noticed any more.": func(st *config.Status) {
			st.Closed = true
		},
	} {
		page := parse(t, get(t, named(storeWithStatus{store, change})))
		band := page.one(t, "div.attention")
		wantText(t, "headline", band.one(t, "p.summary"), "Serving version 1; it needs attention")
		wantText(t, "remark", band.one(t, "ul"), want)
	}
}

func TestOfManyRemarksThePageShowsAHundred(t *testing.T) {
	store, _ := follow(t, good)
	page := parse(t, get(t, named(storeWithStatus{store, func(st *config.Status) {
		st.Watch = slices.Repeat([]config.PathStatus{{Path: "/etc/shop/limits.yaml", Mode: config.WatchPinned, Reason: "it is mounted with subPath"}}, 150)
	}})))
	remarks := page.one(t, "div.attention").one(t, "ul").all("li")
	if len(remarks) != 101 {
		t.Fatalf("there are %d lines", len(remarks))
	}
	wantText(t, "the last line", remarks[100], "There are 50 more; the JSON has all paths.")
}

func TestHarmlessStatesNeedNoAttention(t *testing.T) {
	store, _ := follow(t, good)
	for want, change := range map[string]func(*config.Status){
		"by polling alone: no space left on device": func(st *config.Status) {
			st.Watch[0].Mode, st.Watch[0].Reason = config.WatchPoll, "no space left on device"
		},
		"only on request":                      func(st *config.Status) { st.Watch[0].Mode = config.WatchNone },
		"pool.resize runs, for 40ms; 0 panics": func(st *config.Status) { st.Hook = &config.HookStatus{Name: "pool.resize", For: 40 * time.Millisecond} },
		"none is running; 1 panic so far":      func(st *config.Status) { st.HookPanics = 1 },
		"unchanged, never, in 2.5ms": func(st *config.Status) {
			st.LastOutcome, st.LastAttempt, st.LastDuration = "unchanged", time.Time{}, 2500*time.Microsecond
		},
	} {
		page := parse(t, get(t, named(storeWithStatus{store, change})))
		page.one(t, "div.ok")
		if got := page.one(t, "main").String(); !strings.Contains(got, want) {
			t.Errorf("%q is not in %s", want, got)
		}
	}
}

func TestAStoreForATestIsShown(t *testing.T) {
	page := parse(t, get(t, named(configtest.NewStore(t, shop{Greeting: "Hello"}))))
	page.one(t, "div.ok")
	wantText(t, "settings", page.below(t, "Settings", "p"), "The store has no settings to show.")
}

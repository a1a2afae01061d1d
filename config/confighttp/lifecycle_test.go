package confighttp_test

import (
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
)

func TestAStoredVersionIsShownInTheBand(t *testing.T) {
	store, _ := follow(t, good)
	page := parse(t, get(t, named(storeWithStatus{store, func(st *config.Status) {
		st.LastGood = time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
		st.Err = &config.Error{Problems: []config.Problem{{Code: config.CodeMissingFile, Message: "no such file"}}, Serving: 1, LastGood: st.LastGood}
	}})))
	band := page.one(t, "div.rejected")
	wantText(t, "headline", band.one(t, "p.summary"), "Serving version 1, which was last good at 2026-11-23T03:00:00Z; what is on disk is rejected")
	wantText(t, "remark", band.one(t, "ul"), "This process started with what was stored, because the content on disk was not good. It ends with the next good content.")
}

func TestARollbackIsShown(t *testing.T) {
	store, _ := follow(t, good)
	page := parse(t, get(t, named(storeWithStatus{store, func(st *config.Status) {
		st.Rollbacks = 2
		st.Err = &config.Error{Problems: []config.Problem{{Code: config.CodeProbation, Key: "db.pool", Message: "the service is unhealthy"}}, Serving: 3}
	}})))
	wantText(t, "headline", page.one(t, "div.rejected").one(t, "p.summary"),
		"Serving version 1; what is on disk was taken back, because the service was unhealthy with it")
}

func TestAChangeThatWaitsIsShown(t *testing.T) {
	store, _ := follow(t, good)
	waits := storeWithStatus{store, func(st *config.Status) {
		st.WaitingUntil, st.Attempts[config.Waiting] = time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC), 1
	}}
	page := parse(t, get(t, named(waits)))
	wantText(t, "headline", page.one(t, "div.ok").one(t, "p.summary"),
		"Serving version 1; a good change is on disk, and is published at 2026-11-23T03:00:00Z")
	if got := page.one(t, "main").String(); !strings.Contains(got, "1 applied, 0 unchanged, 0 rejected, 1 put off") {
		t.Errorf("the attempts are not in %s", got)
	}
}

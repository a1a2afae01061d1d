package confighttp_test

import (
	"testing"
	"time"

	"example.com/lastgood/config"
)

func TestWhatIsServedFromStoreHasABanner(t *testing.T) {
	store, _ := follow(t, good)
	page := parse(t, get(t, named(ailing{store, func(st *config.Status) {
		st.LastGood = time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
		st.Err = &config.Error{Problems: []config.Problem{{Code: config.CodeMissingFile, Message: "no such file"}}, Serving: 1, LastGood: st.LastGood}
	}})))
	band := page.one(t, "div.rejected")
	wantText(t, "headline", band.one(t, "p.summary"), "Serving version 1, which was last good at 2026-11-23T03:00:00Z; what is on disk is rejected")
	wantText(t, "remark", band.one(t, "ul"), "This process started with what was stored, because the content on disk was not good. It ends with the next good content.")
}

func TestARollbackIsShown(t *testing.T) {
	store, _ := follow(t, good)
	page := parse(t, get(t, named(ailing{store, func(st *config.Status) {
		st.Rollbacks = 2
		st.Err = &config.Error{Problems: []config.Problem{{Code: config.CodeProbation, Key: "db.pool", Message: "the service is unhealthy"}}, Serving: 3}
	}})))
	wantText(t, "headline", page.one(t, "div.rejected").one(t, "p.summary"),
		"Serving version 1; what is on disk was taken back, because the service was unhealthy with it")
}

package confighttp_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confighttp"
)

// The pictures show real stores with real files, but at times and paths that are
// always the same.

// staged is a store whose versions came a day apart.
type staged struct{ *config.Store[shop] }

var now = time.Date(2026, 11, 23, 3, 12, 40, 0, time.UTC)

// published is when a version of four came.
func published(version uint64) time.Time {
	return now.Add(-time.Duration(5-version)*27*time.Hour - 11*time.Minute)
}

func (s staged) Status() config.Status {
	st := s.Store.Status()
	st.LoadedAt, st.LastSuccess, st.LastDuration = published(st.Version), published(st.Version), 1300*time.Microsecond
	st.LastAttempt = st.LoadedAt
	if st.Err != nil {
		st.LastAttempt = now.Add(-48 * time.Second)
	}
	return st
}

func (s staged) History() []config.Version {
	all := slices.Clone(s.Store.History())
	for i := range all {
		all[i].LoadedAt = published(all[i].Version)
	}
	return all
}

// stage serves the page of a store with a history, whose file was then given this
// content.
func stage(t *testing.T, last string) (url string) {
	t.Helper()
	t.Setenv("SHOP_LOG_LEVEL", "WARN")
	store, path := follow(t, strings.ReplaceAll(good, "conns: 20", "conns: 15"), config.WithEnv("SHOP"))
	accept(t, store, path, strings.ReplaceAll(good, "one_click: false", "one_click: true"))
	accept(t, store, path, strings.ReplaceAll(good, "correct-horse", "wrong-horse"))
	accept(t, store, path, good)
	put(t, path, last)
	_ = store.Reload(t.Context()) // the page shows what comes of it
	page := confighttp.Handler(confighttp.Named("shop", staged{store}), confighttp.WithReload(),
		confighttp.WithNow(func() time.Time { return now }))
	server := serve(t, page, func(body string) string { return strings.ReplaceAll(body, filepath.Dir(path), "/etc/shop") })
	return server.URL
}

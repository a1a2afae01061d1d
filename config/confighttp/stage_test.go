package confighttp_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confighttp"
)

// The pictures show real stores with real files, but always with the same times and paths.

// staged is a store whose versions were loaded a day apart.
type staged struct{ *config.Store[shop] }

var now = time.Date(2026, 11, 23, 3, 12, 40, 0, time.UTC)

// published returns the time at which one of four versions was loaded.
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
	if !st.LastGood.IsZero() {
		st.LastGood = published(4)
	}
	if st.Probation != nil {
		st.LoadedAt, st.Probation.Until = now.Add(-2*time.Minute-8*time.Second), now.Add(7*time.Minute+52*time.Second)
		st.LastAttempt, st.LastSuccess = st.LoadedAt, st.LoadedAt
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

// history opens a store with four versions, and then reloads it with the content last.
func history(t *testing.T, last string, opts ...config.Option) (store *config.Store[shop], path string) {
	t.Helper()
	t.Setenv("SHOP_LOG_LEVEL", "WARN")
	store, path = follow(t, strings.ReplaceAll(good, "conns: 20", "conns: 15"), append(opts, config.WithEnv("SHOP"))...)
	accept(t, store, path, strings.ReplaceAll(good, "one_click: false", "one_click: true"))
	accept(t, store, path, strings.ReplaceAll(good, "correct-horse", "wrong-horse"))
	accept(t, store, path, good)
	put(t, path, last)
	_ = store.Reload(t.Context()) // the page shows the result
	return store, path
}

// stages open the stores of the pictures. Each returns a store, and the path of its file.
var stages = map[string]func(t *testing.T) (*config.Store[shop], string){
	"healthy":  func(t *testing.T) (*config.Store[shop], string) { return history(t, good) },
	"rejected": func(t *testing.T) (*config.Store[shop], string) { return history(t, bad) },
	"last-good": func(t *testing.T) (*config.Store[shop], string) {
		dir := t.TempDir()
		kept := config.WithLastGood(dir, config.LastGoodWithSecrets())
		before, path := history(t, good, kept)
		before.Close()
		put(t, path, bad)
		store, err := config.Open[shop](config.WithFile(path), config.WithEnv("SHOP"), kept, config.WithoutWatch(), config.WithLogger(slog.New(slog.DiscardHandler)))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(store.Close)
		return store, path
	},
	"probation": func(t *testing.T) (*config.Store[shop], string) {
		well := func(context.Context, *shop) error { return nil }
		return history(t, strings.ReplaceAll(good, "conns: 20", "conns: 2"), config.WithProbation(10*time.Minute, well))
	},
	"many": func(t *testing.T) (*config.Store[shop], string) {
		store := manySettings(t, 25_000)
		return store, store.Status().Watch[0].Path
	},
}

// stage serves the page of a stage.
func stage(t *testing.T, name string) (url string) {
	t.Helper()
	store, path := stages[name](t)
	page := confighttp.Handler(confighttp.Named("shop", staged{store}), confighttp.WithReload(),
		confighttp.WithNow(func() time.Time { return now }))
	server := serve(t, page, func(body string) string { return strings.ReplaceAll(body, filepath.Dir(path), "/etc/shop") })
	return server.URL
}

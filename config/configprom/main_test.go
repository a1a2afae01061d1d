package configprom_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/leak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(leak.Tests{M: m}) }

// app is what the stores of these tests hold.
type app struct {
	Addr string `mapstructure:"addr" validate:"required,hostname_port" reload:"restart"`
	Rate int    `mapstructure:"rate" default:"10" validate:"min=1"`
}

// quiet keeps the log out of the tests' output.
var quiet = slog.New(slog.DiscardHandler)

// follow opens a store on a new file, and closes it with the test. A change is taken when
// the store is reloaded, however long that is after it, unless an option says otherwise.
func follow(t testing.TB, content string, opts ...config.Option) (store *config.Store[app], path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "app.yaml")
	put(t, path, content)
	opts = append([]config.Option{config.WithFile(path), config.WithSettle(time.Hour), config.WithLogger(quiet)}, opts...)
	store, err := config.Open[app](opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return store, path
}

// put replaces the content of a file at one moment.
func put(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path+".tmp", []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		t.Fatal(err)
	}
}

// accept reloads content that must be good.
func accept(t testing.TB, store *config.Store[app], path, content string) {
	t.Helper()
	put(t, path, content)
	if err := store.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// reject reloads content that must not be good.
func reject(t testing.TB, store *config.Store[app], path, content string) {
	t.Helper()
	put(t, path, content)
	if err := store.Reload(t.Context()); err == nil {
		t.Fatal("it was accepted")
	}
}

// eventually waits until done returns true.
func eventually(t testing.TB, what string, done func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("it did not happen: %s", what)
		}
	}
}

package configprom_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/leak"
	"example.com/lastgood/internal/testkit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(leak.Tests{M: m}) }

// app is the configuration of these tests.
type app struct {
	Addr string `mapstructure:"addr" validate:"required,hostname_port" reload:"restart"`
	Rate int    `mapstructure:"rate" default:"10" validate:"min=1"`
}

// Helpers that other packages use, too.
var (
	put        = testkit.Replace
	accept     = testkit.Accept
	reject     = testkit.Reject
	eventually = testkit.Eventually
	wantPanic  = testkit.WantPanic
)

// quiet keeps the log out of the tests' output.
var quiet = slog.New(slog.DiscardHandler)

// follow opens a store on a new file, and closes it with the test. By default, a change is taken
// only by Reload, because the settle time is an hour.
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

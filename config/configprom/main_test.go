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

// app is what the stores of these tests hold.
type app struct {
	Addr string `mapstructure:"addr" validate:"required,hostname_port" reload:"restart"`
	Rate int    `mapstructure:"rate" default:"10" validate:"min=1"`
}

// What the tests of other packages need, too.
var (
	put        = testkit.Replace
	accept     = testkit.Accept
	reject     = testkit.Reject
	eventually = testkit.Eventually
	wantPanic  = testkit.WantPanic
)

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

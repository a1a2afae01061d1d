package configtest_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
)

// greeting is never valid, so that a test fails if it is validated.
type greeting struct {
	Text string `default:"default" validate:"eq=nothing"`
}

func current() string { return config.Current[greeting]().Text }

func TestSetCurrentServesTheValueAsItIs(t *testing.T) {
	configtest.SetCurrent(t, greeting{Text: "set"})
	if current() != "set" {
		t.Errorf("Current is %q, want set", current())
	}
	if got, ok := config.Lookup[greeting](); !ok || got.Text != "set" {
		t.Errorf("Lookup is %v, %t, want set", got, ok)
	}
	stop := config.OnChange(func(_, _ *greeting) { t.Error("a hook was called") })
	stop()
	t.Run("the zero value, too", func(t *testing.T) {
		configtest.SetCurrent(t, greeting{})
		if current() != "" {
			t.Errorf("Current is %q, want nothing", current())
		}
	})
}

func TestSetCurrentEndsWithTheTest(t *testing.T) {
	t.Run("sets", func(t *testing.T) { configtest.SetCurrent(t, greeting{Text: "set"}) })
	if got, ok := config.Lookup[greeting](); ok {
		t.Errorf("after the test, %v is still there", got)
	}
}

func TestSetCurrentHidesAnEarlierValue(t *testing.T) {
	type loaded struct {
		Text string
	}
	text := func() string { return config.Current[loaded]().Text }
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte("text: loaded"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load[loaded](config.WithFile(path), config.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cfg.Close)

	t.Run("outer", func(t *testing.T) {
		configtest.SetCurrent(t, loaded{Text: "outer"})
		t.Run("inner", func(t *testing.T) {
			configtest.SetCurrent(t, loaded{Text: "first"})
			configtest.SetCurrent(t, loaded{Text: "inner"})
			if text() != "inner" {
				t.Errorf("Current is %q, want inner", text())
			}
		})
		if text() != "outer" {
			t.Errorf("Current is %q, want outer", text())
		}
		if cfg.Current().Text != "loaded" {
			t.Errorf("the hidden store has %q, want loaded", cfg.Current().Text)
		}
	})
	if text() != "loaded" {
		t.Errorf("Current is %q, want loaded", text())
	}
}

func TestSetCurrentLeavesOtherTypesAlone(t *testing.T) {
	type other struct{ Text string }
	configtest.SetCurrent(t, other{Text: "other"})
	configtest.SetCurrent(t, greeting{Text: "set"})
	if got := config.Current[other]().Text + current(); got != "otherset" {
		t.Errorf("the two are %q, want otherset", got)
	}
}

func TestLoadAfterSetCurrentIsASecondLoad(t *testing.T) {
	configtest.SetCurrent(t, greeting{Text: "set"})
	_, err := config.Load[greeting](config.WithFile("does-not-matter.yaml"))
	if !errors.Is(err, config.ErrAlreadyLoaded) {
		t.Errorf("got %v, want %v", err, config.ErrAlreadyLoaded)
	}
}

func TestSetCurrentInAParallelTestFailsIt(t *testing.T) {
	set := func(t testing.TB) { configtest.SetCurrent(t, greeting{}) }
	want := "not for parallel tests"
	t.Run("parallel", func(t *testing.T) {
		t.Parallel()
		if got := failure(t, set); !strings.Contains(got, want) {
			t.Errorf("failed with %q, want %s", got, want)
		}
		t.Run("part of it", func(t *testing.T) {
			if got := failure(t, set); !strings.Contains(got, want) {
				t.Errorf("failed with %q, want %s", got, want)
			}
		})
		if _, ok := config.Lookup[greeting](); ok {
			t.Error("the value is set all the same")
		}
	})
}

func TestParallelAfterSetCurrentPanics(t *testing.T) {
	configtest.SetCurrent(t, greeting{})
	defer func() {
		if recover() == nil {
			t.Error("a test became parallel after SetCurrent")
		}
	}()
	t.Parallel()
}

func TestParallelSubtestsShareTheValueOfTheirTest(t *testing.T) {
	configtest.SetCurrent(t, greeting{Text: "set"})
	for range 2 {
		t.Run("sub", func(t *testing.T) {
			t.Parallel()
			if current() != "set" {
				t.Errorf("Current is %q, want set", current())
			}
		})
	}
}

func TestAPointerInsteadOfAValueFailsTheTest(t *testing.T) {
	for name, body := range map[string]func(testing.TB){
		"SetCurrent": func(t testing.TB) { configtest.SetCurrent(t, &greeting{}) },
		"NewStore":   func(t testing.TB) { configtest.NewStore(t, &greeting{}) },
	} {
		if got, want := failure(t, body), "is a *configtest_test.greeting"; !strings.Contains(got, want) {
			t.Errorf("%s failed with %q, want %s", name, got, want)
		}
	}
}

func TestNewStoreServesTheValueByTheStoreAlone(t *testing.T) {
	t.Parallel()
	var cfg *config.Store[greeting]
	t.Run("a test", func(t *testing.T) {
		cfg = configtest.NewStore(t, greeting{Text: "held"})
		if got := cfg.Current().Text; got != "held" {
			t.Errorf("Current is %q, want held", got)
		}
		if _, ok := config.Lookup[greeting](); ok {
			t.Error("the store is the process's own")
		}
		if s := cfg.Snapshot(); s.Version != 1 || s.Value != cfg.Current() {
			t.Errorf("the snapshot is %+v, want version 1 of the value", s)
		}
		stop := cfg.OnReject(func(*config.Error) { t.Error("a hook was called") })
		stop()
		if err := cfg.Reload(t.Context()); !errors.Is(err, config.ErrClosed) {
			t.Errorf("Reload returns %v, want %v", err, config.ErrClosed)
		}
	})
	if got := cfg.Current().Text; got != "held" {
		t.Errorf("after the test, Current is %q, want held", got)
	}
}

func TestAStoreOfAGivenValueIsHealthy(t *testing.T) {
	t.Parallel()
	cfg := configtest.NewStore(t, greeting{Text: "held"})
	if err := cfg.CheckHealth(); err != nil {
		t.Errorf("CheckHealth returns %v", err)
	}
	if st := cfg.Status(); st.Version != 1 || st.Closed || st.Err != nil {
		t.Errorf("the status is %+v, want version 1, open and without an error", st)
	}
	if got := cfg.Settings(); len(got) != 0 {
		t.Errorf("settings %v of a value that no file set", got)
	}
	changes := cfg.Diff(cfg.Current(), &greeting{Text: "other"})
	if len(changes) != 1 || changes[0].Key != "text" {
		t.Errorf("the difference is %v, want one of text", changes)
	}
}

package configtest_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spf13/pflag"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
)

// hooked returns a store with hooks that record their calls.
func hooked(t *testing.T) (cfg *config.Store[greeting], calls func() string) {
	var mu sync.Mutex
	var all []string
	note := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, fmt.Sprintf(format, args...))
	}
	cfg = configtest.NewStore(t, greeting{Text: "a"})
	cfg.OnChange(func(old, new *greeting) { note("%s to %s", old.Text, new.Text) })
	cfg.OnReject(func(err *config.Error) { note("rejected: %s", err.Problems[0].Message) })
	cfg.OnRecover(func() { note("recovered") })
	return cfg, func() string {
		mu.Lock()
		defer mu.Unlock()
		defer func() { all = nil }()
		return strings.Join(all, ", ")
	}
}

func TestSetPublishesAsAReloadDoes(t *testing.T) {
	t.Parallel()
	cfg, calls := hooked(t)
	configtest.Set(t, cfg, greeting{Text: "b"})
	if got := calls(); got != "a to b" || cfg.Current().Text != "b" {
		t.Errorf("the hooks were called with %q, and Current is %q", got, cfg.Current().Text)
	}
	if s := cfg.Snapshot(); s.Version != 2 || s.Value != cfg.Current() {
		t.Errorf("the snapshot is %+v", s)
	}
	if all := cfg.History(); len(all) != 2 || len(all[1].Changes) != 1 || all[1].Changes[0].Key != "text" {
		t.Errorf("the history is %+v", all)
	}
	configtest.Set(t, cfg, greeting{Text: "b"})
	if got := calls(); got != "" || cfg.Snapshot().Version != 2 {
		t.Errorf("an equal value called %q and is version %d", got, cfg.Snapshot().Version)
	}
}

func TestRejectKeepsTheValueAndCallsHooks(t *testing.T) {
	t.Parallel()
	cfg, calls := hooked(t)
	problem := config.Problem{Code: "max", Key: "text", Message: "too long"}
	configtest.Reject(t, cfg, problem)
	configtest.Reject(t, cfg, problem)
	if got := calls(); got != "rejected: too long" || cfg.Current().Text != "a" {
		t.Errorf("the hooks were called with %q, and Current is %q", got, cfg.Current().Text)
	}
	var bad *config.Error
	if err := cfg.CheckHealth(); !errors.As(err, &bad) || bad.Serving != 1 || bad.Problems[0] != problem {
		t.Errorf("CheckHealth returns %v", err)
	}
	if st := cfg.Status(); st.Failures != 2 || st.LastOutcome != config.Rejected {
		t.Errorf("the status is %+v", st)
	}
	configtest.Reject(t, cfg)
	configtest.Set(t, cfg, greeting{Text: "a"})
	configtest.Reject(t, cfg)
	configtest.Set(t, cfg, greeting{Text: "b"})
	if got, want := calls(), "rejected: rejected by the test, recovered, rejected: rejected by the test, a to b, recovered"; got != want {
		t.Errorf("the hooks were called with %q, want %q", got, want)
	}
	if err := cfg.CheckHealth(); err != nil {
		t.Errorf("CheckHealth returns %v", err)
	}
}

func TestSetWaitsForHooks(t *testing.T) {
	t.Parallel()
	cfg := configtest.NewStore(t, greeting{})
	done := false
	cfg.OnChange(func(_, _ *greeting) { panic("the next hook is called all the same") })
	cfg.OnChange(func(_, _ *greeting) {
		<-time.After(10 * time.Millisecond)
		done = true
	})
	configtest.Set(t, cfg, greeting{Text: "b"})
	if !done { // without a race
		t.Error("Set returned before the hook")
	}
}

func TestSetIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	cfg := configtest.NewStore(t, greeting{})
	var last string
	cfg.OnChange(func(old, new *greeting) {
		if old.Text != last {
			t.Errorf("a change from %q follows one to %q", old.Text, last)
		}
		last = new.Text
	})
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for n := range 20 {
				configtest.Set(t, cfg, greeting{Text: fmt.Sprint(i, n)})
				configtest.Reject(t, cfg)
				_ = cfg.Current().Text
				_ = cfg.Status()
			}
		})
	}
	wg.Wait()
	if got := cfg.Snapshot().Version; got != 321 {
		t.Errorf("version %d after 320 changes", got)
	}
}

func TestAStoreThatCannotBeSetFailsTheTest(t *testing.T) {
	cfg := configtest.NewStore(t, greeting{})
	cfg.Close()
	if got := failure(t, func(t testing.TB) { configtest.Set(t, cfg, greeting{}) }); got != "configtest: Set: config: the store is closed" {
		t.Errorf("a closed one: %q", got)
	}
	loaded, err := config.Open[struct{ A int }](config.WithoutFile())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(loaded.Close)
	if got := failure(t, func(t testing.TB) { configtest.Reject(t, loaded) }); !strings.Contains(got, "not the value of a test") {
		t.Errorf("one that reads: %q", got)
	}
}

type defaulted struct {
	Name   string `yaml:"title" default:"x" validate:"required"`
	Needed string `validate:"required"`
	Port   int    `default:"80" validate:"max=10"`
	Part   struct {
		Wait time.Duration `default:"5s"`
	}
	Some *struct {
		Port int `default:"1"`
	}
	Hosts []string `default:"a,b"`
	Size  int
}

func TestDefaultsAreThoseOfTagsAndOptions(t *testing.T) {
	t.Setenv("APP_NAME", "of the environment")
	path := t.TempDir() + "/config.yaml"
	if err := os.WriteFile(path, []byte("name: of the file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	flags := pflag.NewFlagSet("app", pflag.ContinueOnError)
	flags.Int("size", 7, "")
	got := configtest.Defaults[defaulted](t, config.WithFile(path), config.WithEnv("APP"), config.WithDefaults(defaulted{Port: 90}), config.WithFlags(flags))
	if got.Name != "x" || got.Needed != "" || got.Port != 90 || got.Part.Wait != 5*time.Second || got.Some != nil || !slices.Equal(got.Hosts, []string{"a", "b"}) || got.Size != 7 {
		t.Errorf("got %+v", got)
	}
	if other := configtest.Defaults[defaulted](t); &other.Hosts[0] == &configtest.Defaults[defaulted](t).Hosts[0] {
		t.Error("two tests share a default")
	}
	if got := configtest.Defaults[greeting](t); got.Text != "default" {
		t.Errorf("a default that its rules reject: %+v", got)
	}
}

func TestDefaultsOfATypeThatIsNoConfigurationFailTheTest(t *testing.T) {
	if got := failure(t, func(t testing.TB) { configtest.Defaults[struct{ F func() }](t) }); !strings.Contains(got, "cannot hold a func()") {
		t.Errorf("failed with %q", got)
	}
}

func TestEnvUnsetsOtherVariablesWithThePrefix(t *testing.T) {
	t.Setenv("APP_STRAY", "of the shell")
	t.Setenv("APPLE_TREE", "of another program")
	t.Run("a test", func(t *testing.T) {
		configtest.Env(t, "APP_", map[string]string{"APP_NAME": "set", "DATABASE_URL": "db"})
		_, stray := os.LookupEnv("APP_STRAY")
		if os.Getenv("APP_NAME") != "set" || os.Getenv("DATABASE_URL") != "db" || stray || os.Getenv("APPLE_TREE") == "" {
			t.Errorf("the environment is %q", os.Environ())
		}
		s, err := config.Open[struct{ Name string }](config.WithEnv("APP"), config.WithoutFile(), config.WithLogger(slog.New(slog.NewTextHandler(io.Discard, nil))))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		if s.Current().Name != "set" {
			t.Errorf("got %+v", s.Current())
		}
	})
	if _, set := os.LookupEnv("APP_NAME"); set || os.Getenv("APP_STRAY") != "of the shell" {
		t.Errorf("after the test, the environment is %q", os.Environ())
	}
}

func TestEnvTakesAPrefixAsWithEnvDoes(t *testing.T) {
	for _, prefix := range []string{"my-app", "my.app_", "My_App"} {
		t.Run(prefix, func(t *testing.T) {
			t.Setenv("MY_APP_STRAY", "of the shell")
			configtest.Env(t, prefix, nil)
			if stray, set := os.LookupEnv("MY_APP_STRAY"); set {
				t.Errorf("there is %q", stray)
			}
		})
	}
}

func TestAHookThatDoesNotReturnFailsTheTest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg, end := configtest.NewStore(t, greeting{}), make(chan struct{})
		cfg.OnChange(func(_, _ *greeting) { <-end })
		got := failure(t, func(t testing.TB) { configtest.Set(t, cfg, greeting{Text: "b"}) })
		if !strings.HasPrefix(got, "configtest: Set: the hooks have not returned within 10s") {
			t.Errorf("the test failed with %q", got)
		}
		close(end)
	})
}

package main

import (
	"errors"
	"log/slog"
	"maps"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/testkit"
	"example.com/lastgood/internal/volume"
)

const good = `
upstreams:
  - {name: a, url: "http://a.internal", weight: 100}
api_key: a-key-for-the-tests
`

func TestShippedFileIsGood(t *testing.T) {
	if err := config.Check[Config](config.WithFile("config.yaml")); err != nil {
		t.Fatal(err)
	}
}

// As the comments of config.yaml state, its values are the defaults, with exceptions.
func TestShippedFileShowsDefaults(t *testing.T) {
	store, err := config.Open[Config](config.WithFile("config.yaml"), config.WithoutWatch())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	shipped, defaults := *store.Current(), *open(t, good).store.Current()
	if shipped.Greeting != defaults.Greeting || shipped.Log != defaults.Log || shipped.RateLimit != defaults.RateLimit {
		t.Errorf("config.yaml has %+v, the defaults are %+v", shipped, defaults)
	}
	shipped.Server.Addr = defaults.Server.Addr
	if shipped.Server != defaults.Server {
		t.Errorf("config.yaml has %+v, the defaults are %+v", shipped.Server, defaults.Server)
	}
}

func TestRules(t *testing.T) {
	for name, test := range map[string]struct {
		yaml string
		want map[string]string // the code of a problem by its key
	}{
		"all defaults": {good, nil},
		"nothing set": {"greeting: Hello",
			map[string]string{"upstreams": config.CodeRequired, "api_key": config.CodeRequired}},
		"weights that do not add up": {`
upstreams:
  - {name: a, url: "http://a.internal", weight: 70}
  - {name: b, url: "http://b.internal", weight: 40}
api_key: a-key-for-the-tests`,
			map[string]string{"upstreams": config.CodeCheck}},
		"one name twice": {`
upstreams:
  - {name: a, url: "http://a.internal", weight: 70}
  - {name: a, url: "http://b.internal", weight: 30}
api_key: a-key-for-the-tests`,
			map[string]string{"upstreams": "unique"}},
		"no URL": {`
upstreams:
  - {name: a, url: a.internal, weight: 100}
api_key: a-key-for-the-tests`,
			map[string]string{"upstreams[0].url": "url"}},
		"a stop that cuts requests off": {good + "server: {request_timeout: 30s, shutdown_timeout: 5s}",
			map[string]string{"server.shutdown_timeout": "gtefield"}},
		"a limit of nothing": {good + "rate_limit: {per_second: 0, burst: 0}",
			map[string]string{"rate_limit.per_second": "gt", "rate_limit.burst": "min"}},
	} {
		t.Run(name, func(t *testing.T) {
			v := volume.New(t.TempDir())
			if err := v.Update(map[string]string{key: test.yaml}); err != nil {
				t.Fatal(err)
			}
			err := config.Check[Config](config.WithFile(v.Path(key)))
			got := map[string]string{}
			if bad, ok := errors.AsType[*config.Error](err); ok {
				for _, problem := range bad.Problems {
					if got[problem.Key] != "" {
						t.Errorf("%s has two problems", problem.Key)
					}
					got[problem.Key] = problem.Code
				}
			}
			if !maps.Equal(got, test.want) {
				t.Errorf("got problems %v, want %v:\n%v", got, test.want, err)
			}
		})
	}
}

// followed is a store that follows a volume.
type followed struct {
	store   *config.Store[Config]
	volume  *volume.Volume
	changed chan struct{}
}

func open(t *testing.T, yaml string) *followed {
	t.Helper()
	v := volume.New(t.TempDir())
	if err := v.Update(map[string]string{key: yaml}); err != nil {
		t.Fatal(err)
	}
	store, err := config.Open[Config](config.WithFile(v.Path(key)), config.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return &followed{store: store, volume: v, changed: make(chan struct{}, 8)}
}

// change updates the volume and returns when all hooks have been called.
func (f *followed) change(t *testing.T, yaml string) {
	t.Helper()
	defer f.store.OnChange(func(_, _ *Config) { f.changed <- struct{}{} })() // the last hook
	if err := f.volume.Update(map[string]string{key: yaml}); err != nil {
		t.Fatal(err)
	}
	testkit.Within(t, f.changed, "the change")
}

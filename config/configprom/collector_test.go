package configprom_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configprom"
)

const good = "addr: localhost:80\n"

// wantMetrics compares the series of the metrics in want, which has no help and type lines.
func wantMetrics(t *testing.T, c prometheus.Collector, want string) {
	t.Helper()
	var names []string
	var text strings.Builder
	for line := range strings.Lines(want) {
		name := line[:strings.IndexAny(line, "{ ")]
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
			fmt.Fprintf(&text, "# HELP %s %s\n# TYPE %s %s\n", name, help(t, c, name), name, kind(name))
		}
		text.WriteString(line)
	}
	if err := testutil.CollectAndCompare(c, strings.NewReader(text.String()), names...); err != nil {
		t.Error(err)
	}
}

func kind(name string) string {
	if strings.HasSuffix(name, "_total") {
		return "counter"
	}
	return "gauge"
}

// help returns the help text of a metric.
func help(t *testing.T, c prometheus.Collector, name string) string {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(c)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			return f.GetHelp()
		}
	}
	t.Fatalf("there is no metric %s", name)
	return ""
}

// value returns the value of the only series of a metric.
func value(t *testing.T, c prometheus.Collector, name string) float64 {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(c)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name && len(f.GetMetric()) == 1 {
			m := f.GetMetric()[0]
			return m.GetGauge().GetValue() + m.GetCounter().GetValue() // one of them is zero
		}
	}
	t.Fatalf("there is no metric %s, or it has several series", name)
	return 0
}

// info returns the series of config_info.
func info(version int, d config.Digests) string {
	return fmt.Sprintf("config_info{content=%q,disk=%q,effective=%q,name=\"app\",version=\"%d\"} 1\n", d.Content.Short(), d.Disk.Short(), d.Effective.Short(), version)
}

func TestTheMetricsFollowARejectedReloadAndItsEnd(t *testing.T) {
	store, path := follow(t, good)
	c := configprom.NewCollector(configprom.Named("app", store))
	first := store.Status().Digests
	wantMetrics(t, c, `config_last_reload_successful{name="app"} 1
config_reloads_total{name="app",outcome="applied"} 1
config_reloads_total{name="app",outcome="rejected"} 0
config_reloads_total{name="app",outcome="unchanged"} 0
`+info(1, first))

	reject(t, store, path, "addr: localhost:80\nrate: 0\n")
	wantMetrics(t, c, `config_last_reload_successful{name="app"} 0
config_reloads_total{name="app",outcome="applied"} 1
config_reloads_total{name="app",outcome="rejected"} 1
config_reloads_total{name="app",outcome="unchanged"} 0
`+info(1, config.Digests{Disk: store.Status().Digests.Disk, Content: first.Content, Effective: first.Effective}))
	if store.Status().Digests.Disk == first.Disk {
		t.Error("what is on disk has the digest of what was")
	}

	accept(t, store, path, good)
	wantMetrics(t, c, `config_last_reload_successful{name="app"} 1
config_reloads_total{name="app",outcome="applied"} 1
config_reloads_total{name="app",outcome="rejected"} 1
config_reloads_total{name="app",outcome="unchanged"} 1
`+info(1, first))

	better := good + "rate: 20\n"
	accept(t, store, path, better)
	wantMetrics(t, c, info(2, store.Status().Digests)+`config_last_reload_successful{name="app"} 1
config_reloads_total{name="app",outcome="applied"} 2
config_reloads_total{name="app",outcome="rejected"} 1
config_reloads_total{name="app",outcome="unchanged"} 1
`)
}

func TestEachKindOfRejectionIsReported(t *testing.T) {
	for what, spoil := range map[string]func(path string) error{
		"a value":     func(path string) error { return os.WriteFile(path, []byte("addr: nowhere"), 0o600) },
		"syntax":      func(path string) error { return os.WriteFile(path, []byte("addr: ["), 0o600) },
		"no content":  func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"no file":     os.Remove,
		"a directory": func(path string) error { return join(os.Remove(path), os.Mkdir(path, 0o700)) },
	} {
		t.Run(what, func(t *testing.T) {
			store, path := follow(t, good, config.WithSettle(10*time.Millisecond))
			c := configprom.NewCollector(configprom.Named("app", store))
			if err := spoil(path); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the gauge falls", func() bool { return value(t, c, "config_last_reload_successful") == 0 })
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
			put(t, path, good)
			eventually(t, "the gauge rises", func() bool { return value(t, c, "config_last_reload_successful") == 1 })
		})
	}
}

func join(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

func TestTheTimeOfSuccessDoesNotChangeWhileReloadsAreRejected(t *testing.T) {
	store, path := follow(t, good)
	c := configprom.NewCollector(configprom.Named("app", store))
	const name = "config_last_reload_success_timestamp_seconds"
	first := value(t, c, name)
	if want := float64(store.Status().LastSuccess.UnixMicro()) / 1e6; first != want {
		t.Errorf("got %f, want %f", first, want)
	}
	reject(t, store, path, "rate: 1")
	if got := value(t, c, name); got != first {
		t.Errorf("a rejection moved it from %f to %f", first, got)
	}
	accept(t, store, path, good)
	if got := value(t, c, name); got <= first {
		t.Errorf("a success moved it from %f to %f", first, got)
	}
}

func TestTheDurationIsOfTheLastAttempt(t *testing.T) {
	store, path := follow(t, good)
	c := configprom.NewCollector(configprom.Named("app", store))
	for range 2 {
		want := store.Status().LastDuration.Seconds()
		if got := value(t, c, "config_reload_duration_seconds"); got != want || got <= 0 {
			t.Errorf("got %f, want %f", got, want)
		}
		reject(t, store, path, "rate: 0")
	}
}

func TestPendingSettingsAreCounted(t *testing.T) {
	store, path := follow(t, good)
	c := configprom.NewCollector(configprom.Named("app", store))
	if got := value(t, c, "config_pending_restart"); got != 0 {
		t.Errorf("got %f at first", got)
	}
	accept(t, store, path, "addr: localhost:81\n")
	if got := value(t, c, "config_pending_restart"); got != 1 {
		t.Errorf("got %f with a change that waits", got)
	}
}

func TestHooksAreReported(t *testing.T) {
	store, path := follow(t, good)
	c := configprom.NewCollector(configprom.Named("app", store))
	release := make(chan struct{})
	store.OnChange(func(_, _ *app) { panic("oops") })
	store.OnChange(func(_, _ *app) { <-release })
	if got := value(t, c, "config_hook_running_seconds"); got != 0 {
		t.Errorf("a hook has run for %f before any change", got)
	}
	accept(t, store, path, good+"rate: 20\n")
	eventually(t, "the second hook runs", func() bool {
		return value(t, c, "config_hook_panics_total") == 1 && value(t, c, "config_hook_running_seconds") > 0
	})
	close(release)
	eventually(t, "it has returned", func() bool { return value(t, c, "config_hook_running_seconds") == 0 })
}

func TestTheMetricsPassTheLinter(t *testing.T) {
	store, _ := follow(t, good)
	problems, err := testutil.CollectAndLint(configprom.NewCollector(configprom.Named("app", store)))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

package configprom_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configprom"
)

func TestTheModeInForceIsOne(t *testing.T) {
	store, path := follow(t, good)
	c := configprom.NewCollector(configprom.Named("app", store))
	wantMetrics(t, c, `config_watch_mode{mode="events",name="app",path="`+path+`"} 1
config_watch_mode{mode="none",name="app",path="`+path+`"} 0
config_watch_mode{mode="pinned",name="app",path="`+path+`"} 0
config_watch_mode{mode="poll",name="app",path="`+path+`"} 0
`)
}

func TestAClosedStoreIsReportedAsFollowingNothing(t *testing.T) {
	store, path := follow(t, good)
	c := configprom.NewCollector(configprom.Named("app", store))
	store.Close()
	wantMetrics(t, c, `config_last_reload_successful{name="app"} 1
config_watch_mode{mode="events",name="app",path="`+path+`"} 0
config_watch_mode{mode="none",name="app",path="`+path+`"} 1
config_watch_mode{mode="pinned",name="app",path="`+path+`"} 0
config_watch_mode{mode="poll",name="app",path="`+path+`"} 0
`)
}

func TestAPathThatIsListedTwiceHasItsWorstMode(t *testing.T) {
	twice := fixed{Watch: []config.PathStatus{
		{Path: "/etc/app", Mode: config.WatchPoll, Reason: "no inotify watches left"},
		{Path: "/etc/app", Mode: config.WatchPinned, Reason: "a bind mount"},
		{Path: "/etc/app", Mode: config.WatchEvents},
	}}
	wantMetrics(t, configprom.NewCollector(configprom.Named("app", twice)),
		`config_watch_mode{mode="events",name="app",path="/etc/app"} 0
config_watch_mode{mode="none",name="app",path="/etc/app"} 0
config_watch_mode{mode="pinned",name="app",path="/etc/app"} 1
config_watch_mode{mode="poll",name="app",path="/etc/app"} 0
`)
}

func TestAHungPathAndAStaleSourceHaveOneMoreSeries(t *testing.T) {
	for _, mode := range []config.WatchMode{config.WatchHung, config.WatchStale} {
		st := fixed{Watch: []config.PathStatus{{Path: "c", Mode: mode}, {Path: "c", Mode: config.WatchPinned}}}
		want := []string{fmt.Sprintf(`config_watch_mode{mode=%q,name="app",path="c"} 1`, mode)}
		for _, other := range []string{"events", "none", "pinned", "poll"} {
			want = append(want, fmt.Sprintf(`config_watch_mode{mode=%q,name="app",path="c"} 0`, other))
		}
		slices.Sort(want)
		wantMetrics(t, configprom.NewCollector(configprom.Named("app", st)), strings.Join(want, "\n")+"\n")
	}
}

func TestAPathThatIsNotUTF8DoesNotFailTheScrape(t *testing.T) {
	odd := fixed{Watch: []config.PathStatus{{Path: "/etc/\xff", Mode: config.WatchEvents}, {Path: "/etc/\xfe", Mode: config.WatchEvents}}}
	wantMetrics(t, configprom.NewCollector(configprom.Named("app", odd)),
		`config_watch_mode{mode="events",name="app",path="/etc/�"} 1
config_watch_mode{mode="none",name="app",path="/etc/�"} 0
config_watch_mode{mode="pinned",name="app",path="/etc/�"} 0
config_watch_mode{mode="poll",name="app",path="/etc/�"} 0
`)
}

// People read metrics in terminals, too.
func TestLabelsHaveNoInvisibleCharacters(t *testing.T) {
	const hostile = "a\n\t\x1b[31m\x7f\u0085\u2028\u202e\u200b\u3164 größe"
	const plain = `a\\n\\t\\x1b[31m\\x7f\\u0085\\u2028\\u202e\\u200b\\u3164 größe`
	odd := fixed{Watch: []config.PathStatus{{Path: hostile, Mode: config.WatchEvents}}}
	wantMetrics(t, configprom.NewCollector(configprom.Named(hostile, odd)),
		`config_watch_mode{mode="events",name="`+plain+`",path="`+plain+`"} 1
config_watch_mode{mode="none",name="`+plain+`",path="`+plain+`"} 0
config_watch_mode{mode="pinned",name="`+plain+`",path="`+plain+`"} 0
config_watch_mode{mode="poll",name="`+plain+`",path="`+plain+`"} 0
`)
	wantPanic(t, "two stores are named", func() {
		configprom.NewCollector(configprom.Named("\u202e", odd), configprom.Named(`\u202e`, odd))
	})
}

func TestAZeroStatusIsReported(t *testing.T) {
	wantMetrics(t, configprom.NewCollector(configprom.Named("app", fixed{})),
		`config_hook_panics_total{name="app"} 0
config_hook_running_seconds{name="app"} 0
config_info{content="000000000000",disk="000000000000",effective="000000000000",name="app",version="0"} 1
config_last_reload_success_timestamp_seconds{name="app"} 0
config_last_reload_successful{name="app"} 1
config_pending_restart{name="app"} 0
config_reload_duration_seconds{name="app"} 0
config_reloads_total{name="app",outcome="applied"} 0
config_reloads_total{name="app",outcome="rejected"} 0
config_reloads_total{name="app",outcome="unchanged"} 0
`)
}

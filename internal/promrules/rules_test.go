package promrules

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/promslog"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/rules"
)

const alerts = "../../example/k8s/alerts.yaml"

// firing loads series of one sample a minute, evaluates the alerts every minute until a time, as promtool does,
// and returns the names of the alerts that fire then, each with its instance, if it has one.
func firing(t *testing.T, series string, until time.Duration) (found []string) {
	t.Helper()
	storage := promqltest.LoadedStorage(t, "load 1m\n"+series)
	t.Cleanup(func() { _ = storage.Close() })
	engine := promqltest.NewTestEngine(t, false, 0, promqltest.DefaultMaxSamplesPerQuery)
	manager := rules.NewManager(&rules.ManagerOptions{
		QueryFunc:    rules.EngineQueryFunc(engine, storage),
		AppendableV2: storage,
		Context:      t.Context(),
		NotifyFunc:   func(context.Context, string, ...*rules.Alert) {},
		Logger:       promslog.NewNopLogger(),
	})
	groups, errs := manager.LoadGroups(time.Minute, labels.EmptyLabels(), "", nil, false, alerts)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	for at := time.Duration(0); at <= until; at += time.Minute {
		for _, g := range groups {
			g.Eval(t.Context(), time.Unix(0, 0).Add(at))
		}
	}
	for _, g := range groups {
		for _, r := range g.AlertingRules() {
			if err := r.LastError(); err != nil {
				t.Errorf("%s: %v", r.Name(), err)
			}
			for _, a := range r.ActiveAlerts() {
				if a.State == rules.StateFiring {
					found = append(found, strings.TrimSpace(r.Name()+" "+a.Labels.Get("instance")))
				}
			}
		}
	}
	slices.Sort(found)
	return found
}

// phase is the state of a pod for a number of minutes.
type phase struct {
	minutes                  int
	disk, content, effective string
}

// pod returns the series of a pod, which is healthy if it serves what is on disk.
func pod(name string, phases ...phase) string {
	var info []string
	var well strings.Builder
	before := 0
	for _, p := range phases {
		after := ""
		if len(phases) > 1 {
			after = " stale"
		}
		info = append(info, fmt.Sprintf("config_info{job=%q,instance=%q,name=%q,version=%q,disk=%q,content=%q,effective=%q} _x%d 1x%d%s",
			"app", name, "app", "1", p.disk, p.content, p.effective, before, p.minutes-1, after))
		value := 0
		if p.disk == p.content {
			value = 1
		}
		fmt.Fprintf(&well, " %dx%d", value, p.minutes-1)
		before += p.minutes
	}
	return strings.ReplaceAll(strings.Join(info, "\n"), " _x0", "") + fmt.Sprintf("\nconfig_last_reload_successful{job=%q,instance=%q,name=%q}%s\n", "app", name, "app", &well)
}

func TestTheAlertsFireInTheirStates(t *testing.T) {
	good := phase{20, "d1", "d1", "e1"}
	for _, test := range []struct {
		name   string
		series string
		until  time.Duration
		want   []string
	}{
		{"all is well", pod("a", good) + pod("b", good), 19 * time.Minute, nil},
		{"one pod has the new file a minute later", pod("a", phase{4, "d1", "d1", "e1"}, phase{16, "d2", "d2", "e2"}) + pod("b", phase{5, "d1", "d1", "e1"}, phase{15, "d2", "d2", "e2"}),
			19 * time.Minute, nil},
		{"a file has not reached one pod", pod("a", phase{20, "d2", "d2", "e1"}) + pod("b", good), 6 * time.Minute, []string{"ConfigNotEverywhere"}},
		{"the same, and it means something else", pod("a", phase{20, "d2", "d2", "e2"}) + pod("b", good), 16 * time.Minute, []string{"ConfigNotEverywhere", "ConfigPodsDiffer"}},
		{"a pod was started with another variable", pod("a", phase{20, "d1", "d1", "e2"}) + pod("b", good), 16 * time.Minute, []string{"ConfigPodsDiffer"}},
		{"all pods reject a file", pod("a", phase{20, "d2", "d1", "e1"}) + pod("b", phase{20, "d2", "d1", "e1"}), 11 * time.Minute,
			[]string{"ConfigReloadRejected a", "ConfigReloadRejected b"}},
		{"one pod rejects what another has taken", pod("a", phase{20, "d2", "d1", "e1"}) + pod("b", phase{20, "d2", "d2", "e2"}), 11 * time.Minute,
			[]string{"ConfigOnePodRejects a", "ConfigReloadRejected a"}},
		{"one pod is the only one with a bad file", pod("a", phase{20, "d2", "d1", "e1"}) + pod("b", good), 11 * time.Minute,
			[]string{"ConfigNotEverywhere", "ConfigReloadRejected a"}},
		{"another job has other files", pod("a", good) + strings.ReplaceAll(pod("b", phase{20, "d2", "d2", "e2"}), `job="app"`, `job="other"`), 19 * time.Minute, nil},
		{"a scrape fails", pod("a", phase{20, "d2", "d1", "e1"}) + strings.Replace(pod("b", good), "1x19", "1x8 _ 1x9", 2), 11 * time.Minute,
			[]string{"ConfigNotEverywhere", "ConfigReloadRejected a"}},
		{"other ills", `config_serving_last_good{instance="a"} 1x20
config_rollbacks_total{instance="a"} 0x10 1x10
config_watch_mode{instance="a",mode="pinned",path="/c"} 1x20
config_watch_mode{instance="b",mode="events",path="/c"} 1x20
config_watch_mode{instance="b",mode="stale",path="configmap:prod/app"} 1x20
config_pending_restart{instance="a"} 1x100
config_hook_running_seconds{instance="a"} 0+60x20`, 16 * time.Minute,
			[]string{"ConfigHookStuck a", "ConfigNeverChanges a", "ConfigRolledBack a", "ConfigServesLastGood a", "ConfigSourceStale b"}},
		{"a restart is waited for", `config_pending_restart{instance="a"} 1x100`, 61 * time.Minute, []string{"ConfigWaitsForRestart a"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := firing(t, test.series, test.until); !slices.Equal(got, test.want) {
				t.Errorf("these fire: %q, want %q, with\n%s", got, test.want, test.series)
			}
		})
	}
}

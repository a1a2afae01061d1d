package configprom_test

import (
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configprom"
)

// fixed is a store with this status.
type fixed config.Status

func (f fixed) Status() config.Status { return config.Status(f) }

func TestLastGoodAndProbationAndRollbacksAreReported(t *testing.T) {
	for want, st := range map[string]config.Status{
		"config_serving_last_good{name=\"app\"} 0\nconfig_probation{name=\"app\"} 0\nconfig_rollbacks_total{name=\"app\"} 0\n": {},
		"config_serving_last_good{name=\"app\"} 1\nconfig_probation{name=\"app\"} 1\nconfig_rollbacks_total{name=\"app\"} 3\n": {
			LastGood: time.Now(), Probation: &config.ProbationStatus{Version: 1}, Rollbacks: 3,
		},
	} {
		wantMetrics(t, configprom.NewCollector(configprom.Named("app", fixed(st))), want)
	}
}

func TestAChangeThatWaitsIsReported(t *testing.T) {
	wantMetrics(t, configprom.NewCollector(configprom.Named("app", fixed{})), "config_waiting_until_timestamp_seconds{name=\"app\"} 0\n")
	wantMetrics(t, configprom.NewCollector(configprom.Named("app", fixed{
		WaitingUntil: time.Unix(1e9, 0), Attempts: map[config.Outcome]uint64{config.Applied: 1, config.Waiting: 2},
	})), `config_reloads_total{name="app",outcome="applied"} 1
config_reloads_total{name="app",outcome="rejected"} 0
config_reloads_total{name="app",outcome="unchanged"} 0
config_reloads_total{name="app",outcome="waiting"} 2
config_waiting_until_timestamp_seconds{name="app"} 1e+09
`)
}

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

func TestLastGoodProbationAndRollbacksAreReported(t *testing.T) {
	for want, st := range map[string]config.Status{
		"config_serving_last_good{name=\"app\"} 0\nconfig_probation{name=\"app\"} 0\nconfig_rollbacks_total{name=\"app\"} 0\n": {},
		"config_serving_last_good{name=\"app\"} 1\nconfig_probation{name=\"app\"} 1\nconfig_rollbacks_total{name=\"app\"} 3\n": {
			LastGood: time.Now(), Probation: &config.ProbationStatus{Version: 1}, Rollbacks: 3,
		},
	} {
		wantMetrics(t, configprom.NewCollector(configprom.Named("app", fixed(st))), want)
	}
}

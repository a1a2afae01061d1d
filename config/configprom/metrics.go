package configprom

import "github.com/prometheus/client_golang/prometheus"

// metrics are the descriptions of the metrics of one store. The name of the store is a constant
// label, so that collectors of different stores can share a registry.
type metrics struct {
	successful, successTime *prometheus.Desc
	reloads, duration       *prometheus.Desc
	info, pending, watch    *prometheus.Desc
	hookRunning, hookPanics *prometheus.Desc

	lastGood, waiting, probation, rollbacks *prometheus.Desc
}

func newMetrics(name string) metrics {
	desc := func(metric, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("config_"+metric, help, labels, prometheus.Labels{"name": name})
	}
	return metrics{
		successful: desc("last_reload_successful",
			"Whether the configuration on disk is the one that is running; 0 while it is rejected."),
		successTime: desc("last_reload_success_timestamp_seconds",
			"When content was last read that was not rejected."),
		reloads: desc("reloads_total",
			"Reloads by outcome. The first load counts.", "outcome"),
		duration: desc("reload_duration_seconds",
			"Duration of the last reload."),
		info: desc("info",
			"The configuration that is on disk, served and in effect.", "version", "disk", "content", "effective"),
		pending: desc("pending_restart",
			"Settings whose change waits for a restart."),
		watch: desc("watch_mode",
			"How changes of a path are noticed: 1 for the mode in force.", "path", "mode"),
		hookRunning: desc("hook_running_seconds",
			"How long the hook that is running now has been running; 0 if none is."),
		hookPanics: desc("hook_panics_total",
			"Hooks that panicked."),
		lastGood: desc("serving_last_good",
			"Whether a stored version is served, because the content was not good at the start."),
		waiting: desc("waiting_until_timestamp_seconds",
			"When the staggered change is published; 0 if there is none."),
		probation: desc("probation",
			"Whether the version that is running is on probation."),
		rollbacks: desc("rollbacks_total",
			"Changes that were rolled back because the service was unhealthy."),
	}
}

func (m metrics) describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{m.successful, m.successTime, m.reloads, m.duration, m.info,
		m.pending, m.watch, m.hookRunning, m.hookPanics, m.lastGood, m.waiting, m.probation, m.rollbacks} {
		to <- d
	}
}

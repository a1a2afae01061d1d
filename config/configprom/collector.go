package configprom

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/redact"
)

// NewCollector returns a collector of the metrics of the stores given by [Named]. It is safe for
// concurrent use. NewCollector panics if an option is nil or wrong.
//
// A registry can have several collectors, such as one of the application and one of a library. It
// refuses to register a collector with the name of a store that it already has.
func NewCollector(opts ...Option) prometheus.Collector {
	var c collector
	for i, opt := range opts {
		if opt == nil {
			panic(fmt.Sprintf("configprom: NewCollector: option %d is nil", i+1))
		}
		opt.apply(&c)
	}
	return c
}

// collector implements [prometheus.Collector].
type collector []reporter

func (c collector) Describe(to chan<- *prometheus.Desc) {
	for _, r := range c {
		r.describe(to)
	}
}

func (c collector) Collect(to chan<- prometheus.Metric) {
	for _, r := range c {
		r.report(to)
	}
}

// reporter reports on one store.
type reporter struct {
	store Store
	name  string
	metrics
}

// The values of labels whose series exist from the first scrape on.
var (
	outcomes = []config.Outcome{config.Applied, config.Unchanged, config.Rejected}
	modes    = []config.WatchMode{config.WatchEvents, config.WatchPoll, config.WatchNone, config.WatchPinned}
)

// report sends the metrics of the store's present status.
func (r reporter) report(to chan<- prometheus.Metric) {
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	counter := func(desc *prometheus.Desc, value uint64, labels ...string) {
		to <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(value), labels...)
	}
	st := r.store.Status()
	gauge(r.successful, oneIf(st.Err == nil))
	gauge(r.successTime, unixSeconds(st.LastSuccess))
	for _, outcome := range outcomes {
		counter(r.reloads, st.Attempts[outcome], string(outcome))
	}
	if n := st.Attempts[config.Waiting]; n > 0 { // most stores are not staggered
		counter(r.reloads, n, string(config.Waiting))
	}
	gauge(r.duration, st.LastDuration.Seconds())
	gauge(r.info, 1, strconv.FormatUint(st.Version, 10), st.Digests.Disk.Short(), st.Digests.Content.Short(), st.Digests.Effective.Short())
	gauge(r.pending, float64(len(st.Pending)))
	for path, mode := range watchModes(st) {
		for _, m := range modes {
			gauge(r.watch, oneIf(m == mode), path, string(m))
		}
		if mode == config.WatchHung || mode == config.WatchStale { // these are rare, so their series come and go
			gauge(r.watch, 1, path, string(mode))
		}
	}
	var running time.Duration
	if st.Hook != nil {
		running = st.Hook.For
	}
	gauge(r.hookRunning, running.Seconds())
	counter(r.hookPanics, st.HookPanics)
	gauge(r.lastGood, oneIf(!st.LastGood.IsZero()))
	gauge(r.waiting, unixSeconds(st.WaitingUntil))
	gauge(r.probation, oneIf(st.Probation != nil))
	counter(r.rollbacks, st.Rollbacks)
}

// watchModes returns the mode of each path. A path that is listed twice has the worse mode: two equal
// series would make the registry refuse the whole scrape.
func watchModes(st config.Status) map[string]config.WatchMode {
	byPath := map[string]config.WatchMode{}
	for _, p := range st.Watch {
		path, mode := redact.Escape(strings.ToValidUTF8(p.Path, "\uFFFD")), p.Mode
		if st.Closed {
			mode = config.WatchNone
		}
		if other, ok := byPath[path]; !ok || severity(mode) > severity(other) {
			byPath[path] = mode
		}
	}
	return byPath
}

// severity returns the rank of a mode; a higher one is worse.
func severity(mode config.WatchMode) int {
	if i := slices.Index(modes, mode); i >= 0 {
		return i
	}
	return len(modes)
}

func oneIf(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// unixSeconds returns the time since the epoch, or 0 for the zero time.
func unixSeconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMicro()) / 1e6
}

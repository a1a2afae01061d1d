//go:build linux && all

package peers

import "example.com/lastgood/internal/scenario"

// more returns the libraries that depend on much of Kubernetes or Prometheus.
func more() []scenario.Library {
	return []scenario.Library{
		certwatcherLibrary("certwatcher, events", never),
		caLibrary(),
		reloaderLibrary("Thanos, events", never),
		certwatcherLibrary("certwatcher, poll", poll),
		reloaderLibrary("Thanos, poll", poll),
		dskitLibrary(),
	}
}

//go:build linux && all

package peers

import "example.com/lastgood/internal/scenario"

// more are the libraries that bring much of Kubernetes or Prometheus with them.
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

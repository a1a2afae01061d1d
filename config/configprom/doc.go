// Package configprom tells Prometheus how configurations are doing: whether what is
// on disk is what is running, which version that is, and what to look after.
//
//	registry.MustRegister(configprom.NewCollector(configprom.Named("app", cfg)))
//
// A collector is for a registry of the caller's; nothing is registered by itself.
// It keeps nothing: each scrape asks each store for its [config.Status], once, so
// that the metrics of a store belong together. It is safe for concurrent use, and
// goes on reporting the last state of a store that is closed.
//
// # Metrics
//
// All have the label name, which tells the stores of a process apart.
//
//	config_last_reload_successful                 1, or 0 while what is on disk is rejected
//	config_last_reload_success_timestamp_seconds  when that was last not so
//	config_reloads_total{outcome}                 applied, waiting, unchanged or rejected
//	config_reload_duration_seconds                how long the last one took
//	config_info{version,digest}                   1, for what is running
//	config_pending_restart                        settings that wait for a restart
//	config_watch_mode{path,mode}                  1 for the mode in force, 0 for the others
//	config_hook_running_seconds                   for how long a hook has been running, or 0
//	config_hook_panics_total                      hooks that panicked
//	config_serving_last_good                      1 while what runs is from what was stored
//	config_waiting_until_timestamp_seconds        when the change that waits for its turn is published, or 0
//	config_probation                              1 while the running version is on probation
//	config_rollbacks_total                        changes that were taken back
//
// See [config.WithLastGood], [config.WithStagger] and [config.WithProbation] for the last four. A
// change that waited counts as waiting, and as applied once it is published. A rollback
// counts as a rejected reload, too.
//
// A file that cannot be read, is empty or does not parse is a rejected reload like
// any other. The first load is one that was applied. When the running content
// comes back, be it by a rollback, config_last_reload_successful returns to 1.
//
// config_info has one series for each store at any time; a change ends it and
// starts another. The digest is as in the log, the first 12 characters of what
// sha256sum prints of the file, and is equal on all replicas that run the same
// content. Whoever reads it and knows the file but for a weak secret can find that by
// trying: see [config.Digest]. The version counts from 1 in each process.
//
// config_watch_mode has, for each path, one series for each [config.WatchMode]:
// events, poll, none and pinned, and another one, hung, as long as the path does not
// answer, or stale, as long as the source cannot be read. The paths are the files and
// directories given to the options, and the names of sources; of the files in
// those directories, those that are not followed as their directory is. When a store is
// closed, the mode is none.
//
// To put a prefix before the names, wrap the registry with
// [prometheus.WrapRegistererWithPrefix].
//
// # Alerts
//
// A bad configuration does no harm as long as the last good one is served, but the
// next process to start will not come up, unless it has stored one. So somebody should
// know, and need not be woken:
//
//	groups:
//	  - name: config
//	    rules:
//	      - alert: ConfigReloadRejected
//	        # max_over_time, so that a scrape that fails does not end the alert
//	        expr: max_over_time(config_last_reload_successful[5m]) == 0
//	        for: 5m
//	        labels: {severity: warning}
//	        annotations:
//	          summary: "{{ $labels.instance }} rejects its new configuration ({{ $labels.name }})"
//	          description: "It serves the last good one. A pod that starts now will fail. The log says which line is wrong."
//	      - alert: ConfigServesLastGood
//	        expr: config_serving_last_good == 1
//	        for: 5m
//	        labels: {severity: warning}
//	        annotations:
//	          summary: "{{ $labels.instance }} has started with a stored configuration ({{ $labels.name }})"
//	          description: "A pod without one does not start. The log says what is wrong on disk."
//	      - alert: ConfigRolledBack
//	        expr: increase(config_rollbacks_total[15m]) > 0
//	        for: 0m
//	        labels: {severity: warning}
//	        annotations:
//	          summary: "{{ $labels.instance }} has taken a change back, which made it unhealthy ({{ $labels.name }})"
//	      - alert: ConfigReplicasDiffer
//	        expr: count by (job, name) (count by (job, name, digest) (config_info)) > 1
//	        for: 15m
//	        labels: {severity: warning}
//	        annotations:
//	          summary: "The replicas of {{ $labels.job }} run different configurations ({{ $labels.name }})"
//	      - alert: ConfigNeverChanges
//	        expr: config_watch_mode{mode="pinned"} == 1
//	        for: 15m
//	        labels: {severity: warning}
//	        annotations:
//	          summary: "{{ $labels.path }} on {{ $labels.instance }} is mounted so that it can never change"
//	          description: "Mount the directory of the ConfigMap, without subPath."
//	      - alert: ConfigSourceStale
//	        expr: config_watch_mode{mode="stale"} == 1
//	        for: 5m
//	        labels: {severity: warning}
//	        annotations:
//	          summary: "{{ $labels.instance }} cannot read {{ $labels.path }}, and misses its changes"
//	          description: "It serves what it read last. The log and the page say why."
//	      - alert: ConfigWaitsForRestart
//	        expr: config_pending_restart > 0
//	        for: 1h
//	        labels: {severity: info}
//	        annotations:
//	          summary: "{{ $value }} settings of {{ $labels.instance }} wait for a restart ({{ $labels.name }})"
//	      - alert: ConfigHookStuck
//	        expr: config_hook_running_seconds > 60
//	        for: 2m
//	        labels: {severity: warning}
//	        annotations:
//	          summary: "A hook on {{ $labels.instance }} does not return; no change reaches any hook ({{ $labels.name }})"
package configprom

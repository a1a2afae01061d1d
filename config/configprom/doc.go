// Package configprom exports the state of configurations to Prometheus: whether what is on disk is
// what is running, which version that is, and what needs attention.
//
//	registry.MustRegister(configprom.NewCollector(configprom.Named("app", cfg)))
//
// A collector is for a registry of the caller's; the package registers nothing by itself. It holds
// no state: each scrape reads the [config.Status] of each store once, so that the metrics of a store
// are of the same moment. It is safe for concurrent use, and reports the last state of a store that
// is closed.
//
// # Metrics
//
// All have the label name, the name of the store.
//
//	config_last_reload_successful                 1, or 0 while what is on disk is rejected
//	config_last_reload_success_timestamp_seconds  when content was last read that was not rejected
//	config_reloads_total{outcome}                 applied, waiting, unchanged or rejected
//	config_reload_duration_seconds                duration of the last reload
//	config_info{version,disk,content,effective}   1, for what is on disk, served and in effect
//	config_pending_restart                        settings that wait for a restart
//	config_watch_mode{path,mode}                  1 for the mode in force, 0 for the others
//	config_hook_running_seconds                   how long a hook has been running, or 0
//	config_hook_panics_total                      hooks that panicked
//	config_serving_last_good                      1 while a stored version is served
//	config_waiting_until_timestamp_seconds        when a staggered change is published, or 0
//	config_probation                              1 while the running version is on probation
//	config_rollbacks_total                        changes that were rolled back
//
// See [config.WithLastGood], [config.WithStagger] and [config.WithProbation] for the last four. A
// staggered change counts as waiting, and as applied once it is published. A rollback also counts as
// a rejected reload.
//
// A file that cannot be read, is empty or does not parse is a rejected reload like any other. The
// first load counts as applied. When the running content is on disk again, also after a rollback,
// config_last_reload_successful returns to 1.
//
// config_info has one series for each store at any time; a change ends it and starts another. Its
// labels disk, content and effective are the first 12 characters of [config.Digests], which describes
// when they are equal, and what they reveal. The version counts from 1 in each process.
//
// config_watch_mode has, for each path, one series for each of the modes events, poll, none and pinned
// (see [config.WatchMode]), and one more, hung, while the path does not answer, or stale, while the
// source cannot be read. The paths are the files and directories given to the options, and the names
// of sources; also files in those directories that are followed in another mode than their directory.
// When a store is closed, the mode is none.
//
// To put a prefix before the names, wrap the registry with
// [prometheus.WrapRegistererWithPrefix].
//
// # Alerts
//
// example/k8s/alerts.yaml of this module has alerts for every state that needs attention, which are
// tested with Prometheus' own rule engine. These three compare replicas:
//
//	count by (job, name) (count by (job, name, disk) (config_info)) > 1       # not all have it yet
//	count by (job, name) (count by (job, name, effective) (config_info)) > 1  # they differ in effect
//	(config_info and on (job, name, instance) config_last_reload_successful == 0)
//	  and on (job, name, disk) (config_info and on (job, name, instance) config_last_reload_successful == 1)
//	                                                                          # one rejects what others take
package configprom

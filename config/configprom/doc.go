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
//	config_info{version,disk,content,effective}   1, for what is on disk, served and in effect
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
// starts another. Its labels disk, content and effective are the first 12 characters of
// [config.Digests], which says what they are equal for, and what they give away. The version
// counts from 1 in each process.
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
// example/k8s/alerts.yaml of this module has alerts for all that somebody should know,
// which are tested with Prometheus' own code for rules. These three compare replicas:
//
//	count by (job, name) (count by (job, name, disk) (config_info)) > 1       # not all have it yet
//	count by (job, name) (count by (job, name, effective) (config_info)) > 1  # they differ in effect
//	(config_info and on (job, name, instance) config_last_reload_successful == 0)
//	  and on (job, name, disk) (config_info and on (job, name, instance) config_last_reload_successful == 1)
//	                                                                          # one rejects what others take
package configprom

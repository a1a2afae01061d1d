// Package internal is a map of the module: its packages, the way of a byte from a file to
// Current, and the way of a file system event to a hook. A test compares the map with the code.
//
// # Packages
//
// A package imports only packages on the lines below its own.
//
//	config/configcli: commands: check, show, schema, sample, status
//	config/confighttp: the page of a process, its health endpoints and the admission handler
//	config/configkube: a source that reads a ConfigMap or Secret from the Kubernetes API
//	config/configprom: metrics for Prometheus
//	config/configtest: helpers for the tests of services and of sources
//	config/configurl: a source that reads from a web server
//	config: the public API; a Store reads, judges and publishes versions
//	internal/describe: a JSON Schema, a sample and a table of variables for a Go type
//	internal/load: one pass, step by step, from documents to a value
//	internal/explain: settings with their origins, differences, defaults
//	internal/validate: validate tags, Validate methods and checks
//	internal/decode: decodes the merged tree to a Go value, through Viper
//	internal/merge: merges trees to one, in which every value has its origin
//	internal/layers: trees of all origins of values: files, key files, variables, flags, a Viper
//	internal/repair: the causes of syntax errors
//	internal/rules: messages for validate tags
//	internal/schema: the Go type, analyzed once
//	internal/watch: decides when files have changed and are complete
//	internal/remote: reads and follows sources that are not files
//	internal/convert: converts texts to Go values, strictly
//	internal/value: compares, copies and walks Go values
//	internal/lifecycle: confirms, rolls back and stores versions
//	internal/override: how configtest, configcli and confighttp replace what is read
//	internal/manifest: the data of a ConfigMap or Secret as files
//	internal/problem: a problem with its place, its line and a suggestion
//	internal/document: parses YAML, TOML and JSON to a tree
//	internal/source: reads files, all of one generation of their volume
//	internal/redact: removes secrets and control characters from texts
//	internal/notify: calls hooks, in order
//	internal/volume: a directory that is updated as the kubelet updates a volume
//	internal/expand: replaces variables in texts
//	internal/guard: calls functions of the module's caller, which may panic or hang
//	internal/keypath: keys as users write them
//
// For tests only: internal/scenario, internal/testkit, internal/leak, internal/schema/schematest,
// and the modules internal/bench, internal/codecs, internal/peers, internal/promrules and
// internal/kubelet. Modules of their own, because they need a client: config/configetcd,
// config/confignats and example/etcd.
//
// # A byte of a file, until Current returns its value
//
//	source.Reader.Read: reads every file, from one generation of its volume
//	watch.Follower.Run: accepts content that differs from the last, once it is complete
//	config.Store.judge: makes a pass over it, unless it has judged the same content before
//	load.Loader.Load: is the pass
//	document.ParsePart: parses the bytes to a tree with places
//	layers.ReadEnv: builds the tree of the environment, once, when the store is opened
//	merge.Merge: merges the trees to one
//	decode.Decode: decodes the tree into a fresh value, through Viper and a decode hook of ours
//	validate.Value: applies validate tags and Validate methods
//	validate.Checks: calls the functions of WithCheck
//	config.Store.apply: publishes the value as the version that Current returns
//
// A problem on the way is a problem.Problem. Package load adds the line of the document to it, and
// package config converts all problems of a pass to one Error.
//
// # An event of the file system, until a hook is called
//
//	watch.Hub.dispatch: finds the watches that depend on the file of the event, and hints them
//	watch.Follower.onHint: scans the files now or, while they settle, soon
//	source.Reader.Read: reads the content, which decides whether there is a change
//	config.Store.judge: makes a pass, as above
//	notify.Topic.Publish: queues the new value for every hook
//	notify.Dispatcher.runHooks: calls the hooks one after another, on a goroutine of their own
package internal

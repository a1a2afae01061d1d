// Package internal is a map of the module: which packages there are, and what happens to
// a byte of a file and to an event of the file system on their way. Its test holds the map
// against the code.
//
// # Packages
//
// A package imports only what is in lines below its own. Packages exchange plain values.
//
//	config/configcli config/confighttp config/configkube config/configprom config/configtest config/configurl: for commands, pages, objects of Kubernetes, metrics, tests of services and web servers
//	config: the public API; a store reads, judges and publishes versions
//	internal/describe: a JSON Schema, a sample and a table of variables, from the Go type
//	internal/load: one pass, from documents to a value, step by step
//	internal/explain internal/validate: settings, differences and origins; tags, Validate methods and checks
//	internal/decode: the merged tree to a Go value, through Viper
//	internal/merge: trees to one tree, in which every value has its origin
//	internal/layers internal/repair internal/rules: trees of everything that sets values; why a document does not parse; validate tags in words
//	internal/schema internal/watch internal/remote: the Go type, read once; when content has changed and is whole; the same for sources that are no files
//	internal/convert internal/value internal/lifecycle internal/override internal/manifest: texts to values, strictly; Go values; what becomes of a version; the doors for configtest, configcli and confighttp; data of ConfigMaps as files
//	internal/problem internal/document internal/source: what is wrong, and where; bytes to a tree; paths to bytes, of one generation
//	internal/redact internal/notify internal/volume internal/expand: secrets out of texts; hooks in order; a directory that changes as the kubelet changes it; variables in texts
//	internal/guard internal/keypath: a caller's functions, safely; keys as people write them
//
// Beside them, for tests alone: internal/scenario, internal/testkit, internal/leak,
// internal/schema/schematest, and the
// modules internal/bench, internal/codecs, internal/peers and internal/kubelet. A source with a
// client of its own is a module, too: config/confignats.
//
// With modules of its own, too: config/configetcd, for keys in etcd, and example/etcd.
//
// # A byte of a file, until Current returns its value
//
//	source.Reader.Read: every file, from one generation of its volume
//	watch.Follower.Run: content that differs from what was judged last, once it is whole
//	config.Store.judge: one pass over it, or the verdict that it had before
//	load.Loader.Load: the pass
//	document.ParsePart: the bytes become a tree with places
//	layers.ReadEnv: so does everything else that sets values (once, when the store is opened)
//	merge.Merge: the trees become one
//	decode.Decode: Viper binds the tree to a fresh value, and our hook fills it
//	validate.Value: the rules of the type
//	validate.Checks: the rules of the caller
//	config.Store.apply: it becomes the version that Current returns
//
// What is wrong on the way is a problem.Problem; load puts the lines of the document beside it,
// and package config makes an Error of all of them.
//
// # An event of the file system, until a hook is called
//
//	watch.Hub.dispatch: the event finds the stores that look at its directory
//	watch.Follower.hinted: a hint to look, soon
//	source.Reader.Read: content decides, not the event
//	config.Store.judge: as above
//	notify.Topic.Publish: the new value, for every hook
//	notify.Dispatcher.runHooks: one after the other, on a goroutine of their own
package internal

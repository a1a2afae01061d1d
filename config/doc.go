// Package config gives a service one typed, validated, live configuration.
//
// It merges YAML, TOML and JSON files, files of other formats ([WithCodec]), environment
// variables, flags and mounted Secrets into one tree, decodes the tree with a private Viper
// into a struct, validates the struct with go-playground/validator, and reloads it when a file
// changes, in particular when the kubelet updates a mounted ConfigMap. A new configuration is
// published, at once or as [WithStagger] delays it, only if all of it is valid. Otherwise it is
// rejected, the last good configuration stays in force, and every problem is reported with its
// file, line and column.
//
//	type Config struct {
//		Server struct {
//			Addr        string        `mapstructure:"addr" default:":8080" validate:"hostname_port"`
//			ReadTimeout time.Duration `default:"5s" validate:"gt=0"`
//		} `mapstructure:"server"`
//		DB struct {
//			DSN config.Secret `mapstructure:"dsn" validate:"required"`
//		} `mapstructure:"db"`
//	}
//
//	cfg, err := config.Load[Config](config.WithFile("/etc/app/config.yaml"))
//	if err != nil {
//		log.Fatal(err)
//	}
//	defer cfg.Close()
//	timeout := cfg.Current().Server.ReadTimeout
//
// # Lifecycle
//
// [Load] reads and validates the configuration, starts watching its files, and publishes the
// store for the whole process, so that [Current] returns its value anywhere. [Open] does the
// same without publishing the store. [Check] validates once and starts nothing. [Store.Close]
// stops what Load and Open started. Importing the package starts nothing and logs nothing, and
// the package never ends the process.
//
// [Store.Current] is one atomic load. The value it returns is complete, valid and never
// modified: call it once per request, so that the request sees one configuration, and do not
// write to the value. [Store.OnChange], [Store.OnReject] and [Store.OnRecover] register hooks.
// [Store.Status], [Store.CheckHealth] and [Store.History] report the state of the store;
// [Store.Settings] lists every value with its origin.
//
// # Concurrency
//
// All functions and methods are safe for concurrent use, except the UnmarshalText methods,
// which write to their receiver. A store has one goroutine, which reads, validates and
// publishes. It starts others only while hooks run, records are logged, documents are stored,
// user code is called during a reload, or a probation is under way. A call of [Store.ReloadOn]
// adds one, and each [Source] adds one, and up to two while its methods run. All stores share
// one file system watcher.
//
// Hooks of one store are called one at a time, on a goroutine of their own; a slow hook delays
// neither a reload nor a reader. Checks, Validate methods and decode hooks of one store are not
// called concurrently, except beside one that was abandoned. Methods by which values are shown,
// such as String, may be called at any time and from several goroutines.
//
// # The struct
//
// The mapstructure tag contains the key of a field; without one, the key is the field's name in
// snake_case. Case, "_" and "-" are ignored when keys of fields are compared: read_timeout,
// readTimeout and READ-TIMEOUT are the same key, and two of them in one file are an error. Keys
// of maps are data: their case and dots are kept. The fields of an embedded struct without a
// key, or of a field with the option ",squash", belong to the surrounding struct, whose own
// fields win over them, as in Go. A map with the option ",remain" receives the keys that no
// field has. A field with the tag `mapstructure:"-"` is not configured; one of a type that
// cannot be, such as a function, a channel or a pointer to a pointer, is an error.
//
// The default tag contains the value of a key that is not set: `default:"5s"`. An explicit
// zero, false or "" in a file is a value and is not replaced. The default of a list or map is
// JSON, or "a, b" or "k=v, k2=v2". A nil pointer to a struct means that its section is not set;
// the defaults in it apply once it is.
//
// A value is decoded according to the type of its field: numbers, booleans, strings,
// time.Duration ("1m30s"), time.Time, net/url.URL, net/netip.Addr, log/slog.Level, []byte (the
// bytes of the text), [Secret] and further types of the standard library, pointers to these,
// and structs, lists and maps of them. Quotes make no difference. Nothing is rounded or
// truncated: a number out of range, a fraction for an integer and a duration without a unit are
// errors, and an unquoted 1.10 for a string is "1.10".
//
// A type can decode itself. The first of these methods that it has and that suits the value is
// called: UnmarshalMapstructure; for a single text, UnmarshalText; for a value from a JSON
// document UnmarshalJSON before UnmarshalYAML, for any other the reverse; the Set method of
// flag.Value. UnmarshalYAML may take a func(any) error, a []byte or the node type of any YAML
// module. Such a value is one setting: a higher layer replaces it as a whole, and keys in it
// are not checked. It is secret if its field is, or if its type contains a secret. The error of
// the method is the text of the problem. [WithDecodeHook] adds decode hooks, which are called
// before these methods.
//
// The validate tag contains rules of go-playground/validator. On a bool or a number, "required"
// means that the value must be set, even to false or 0. Structs in lists and maps are validated
// with or without "dive". A rule of an embedded struct that names a field outside of it is an
// error of the type. A method Validate() error of the struct, or of any type in it, is called
// when all values below it have been decoded; it may modify its receiver. Errors joined by
// [errors.Join] are separate problems, an error that an outer method returns from an inner one
// is reported once, and [KeyError] gives a problem its key.
//
// # Layers
//
// A value can be set in several layers. From the lowest to the highest, these are:
//
//   - the defaults of command-line flags that were not given ([WithFlags], [WithViper]);
//   - default tags, and above them [WithDefaults];
//   - the defaults of an application's Viper, and above them the files that it has read itself
//     ([WithViper]);
//   - files, contents and sources, in the order of their options ([WithFile],
//     [WithOptionalFile], [WithSearch], [WithContent], [WithFS], [WithSource]);
//   - directories of files ([WithDir]);
//   - directories with one value per file, such as a mounted Secret ([WithKeyDir]);
//   - environment variables ([WithEnv]);
//   - values of the Viper from Set, from flags that were given, and from its environment;
//   - command-line flags that were given.
//
// Sections and maps are merged key by key; lists and single values are replaced. A map in one
// layer and something else in another is an error that names both places, except where the type
// decodes itself or a decode hook takes the value: there the higher one wins.
//
// Null for a field means "not set here". As an entry of a map, it is the same as {} where the
// entry is a section; nil, which replaces lower layers, where the entry can be nil; and an
// error otherwise. In a field of type any, null is data.
//
// A higher layer cannot remove an entry of a lower map or append to a lower list, since the
// result would depend on two documents that change independently. A null that tries to is
// logged as a warning. Give entries a field such as enabled, or replace the list by a map.
//
// Files and directories are watched. The environment and the flags are read once, when the
// configuration is loaded; the Viper is read again by [Store.Reload].
//
// # References in documents
//
// For a field that is secret or has the tag `ref:"file"`, a document can set the key with the
// suffix "_file" instead: password_file contains the path of a file with the value of password.
// The tag can be used on single values and lists of them. A relative path is resolved against
// the directory of the document. The file is read like one of [WithKeyDir], must be a regular
// file outside of /proc and the like, and is limited by [WithMaxSize] and [WithMaxFiles]. A
// document and the files it refers to are read as one snapshot and watched together. The value
// is redacted, whatever the field. Both keys in one document are an error; across layers, the
// higher wins. If the type has a field with the suffixed key, the key belongs to that field.
//
// [WithExpandEnv] replaces ${NAME} in texts by the environment variables that it names.
//
// Both apply to files and to contents of the program, never to documents of a [Source].
// [Origin].From is the variable or file that a value refers to. Checking a Kubernetes manifest
// or the standard input with package configcli reads neither: such values count as set, and
// their rules are skipped, which is reported.
//
// # Renamed and deprecated keys
//
// The tag `alias:"bind .listen"` lists old keys of a field, separated by blanks: a key beside
// the present one, or, after a dot, a path from the top level. The alias of a section applies
// to everything in it. In documents, key files, a Viper, variables and flags, an old key sets
// the field; a secret under it is a secret. Settings, origins, diffs, [Store.Value],
// [Store.Viper] and options use the present key only, and a problem names both. A field with
// variables from an env tag or [WithEnvName] has none by old keys.
//
// Across layers, the higher of the two keys wins; both in one document, or in one other layer,
// are an error that names both places. An alias is an error of the type if it is also a key or
// another alias, leads through a list, a map or a single value, or starts with a dot in a type
// that is used in a list, in a map or twice.
//
// Each old key that is set is logged as a warning, once for each place, and reported by
// [Check]; so is a key with the tag `deprecated:"use server.addr"`. [JSONSchema] and [Sample]
// mark both.
//
// # Reloading
//
// Every directory that the kernel consults on the way to a file is watched, through all
// symbolic links, and the file itself. Events only cause the content to be read; only content
// that differs is a change. Content published by a symbolic link, as in a Kubernetes volume, is
// loaded at once; a file written in place must first settle ([WithSettle]). Files of one volume
// are always read from one generation of it. The files are also polled ([WithPollInterval]),
// which is the only method where the system has no more file system events; this is logged. A
// file that is removed, empty or unreadable is rejected, and loaded when it is good again.
//
// The problems of one rejection are reported once, to the log and to the hooks of
// [Store.OnReject], however often the same content is read.
//
// A field with the tag `reload:"restart"`, or in a section with that tag, keeps its running
// value on a reload; all others are published. The change is logged and listed in
// [Snapshot].Pending until it is reverted or the process restarts. Both are validated: the
// value that is published, with the running values kept, and the content on disk, which the
// next start loads. Inside lists and maps the tag is an error; put it on the list or map.
//
// [WithCheck] adds a function that can reject a valid value, given the running and the new one.
//
// # Sources other than files
//
// [WithSource] reads and watches configuration that is not kept in files, through the interface
// [Source]: documents and values that rank among the files. What one read returns is one
// generation. A source that cannot be read is stale: its last content stays in force, nothing
// is rejected, and [Status] has the reason. A document or value can be marked as secret by its
// source.
//
// # Last good across restarts
//
// [WithLastGood] stores the documents of the last two good versions in a directory, and serves
// them at a start at which the content on disk is not good. [WithProbation] monitors the
// application after each change, and publishes the last confirmed value again if the
// application becomes unhealthy. [WithStagger] delays the publishing of a change by a time that
// differs between the processes of a fleet. [WithStartupWait] waits for a first good
// configuration. A version is a candidate until it is confirmed or quarantined; see [State].
//
// # Secrets
//
// A field of the type [Secret], or one with the tag `secret:"true"`, or in a section with that
// tag, is never shown: not in problems and their excerpts, settings, diffs, logs, nor the
// panics of hooks. Keys of secret maps are secret, too, and so are defaults and the parameters
// of rules other than lengths. Secrets, both the running and the rejected ones, are also
// removed from the texts of Validate methods, checks, hooks and other libraries, in every
// notation in which a text may quote them. A secret of two or three characters is removed only
// where it is not part of a longer word, and one of a single character is not removed. A Secret
// redacts itself when it is printed or encoded by other code; a tagged string does not.
//
// "[redacted]", which is shown in place of a secret, is not accepted as the value of one: a
// file saved from settings, logs or an encoder has a problem at each secret, unless a higher
// layer sets it.
//
// # Errors
//
// A configuration that is not accepted, or a type that cannot be one, is an [*Error] with all
// problems that were found. As text:
//
//	config: reload rejected, 2 problems; still serving version 7
//	/etc/app/config.yaml:2:3: server.prot: unknown key; did you mean "port"? [unknown_key]
//	    2 |   prot: …
//	      |   ^^^^
//	/etc/app/config.yaml:3:9: server.port: must be 65535 or less, got 99999 [max]
//	    3 |   port: 99999
//	      |         ^^^^^
//
// Unknown keys are errors, because a misspelled key would otherwise have no effect; see
// [WithUnknownKeys]. The fault of an option's argument is an error of [Load], [Open] and
// [Check] that is not an [*Error] and lists the faults of all options.
//
// # Limits
//
// A document has at most 4 MiB ([WithMaxSize], up to 1 GiB), 1,048,576 values, 100 levels of
// nesting, and keys of 4,096 bytes; YAML aliases and merge keys add at most 100,000 values and
// 16 MiB of text. A directory has at most 100,000 files to read ([WithMaxFiles]), and these and
// the files that documents refer to each have at most 16 times the size of one file in all.
// Only regular files are read. An [Error] has at most 1,000 problems. The time of a pass grows
// at most as n log n with its input, problems included, and closing the store ends it.
//
// # User code
//
// Hooks, decode hooks, checks, codecs, sources, methods of the configuration's types and of
// errors, rules of a validator and log handlers may panic or call [runtime.Goexit]. In a
// reload, that rejects the content with a problem that names the function; in a hook, it is
// logged. A function that a reload waits for is abandoned after 30 seconds, and a check after
// [WithCheckTimeout], which also rejects the content; the goroutine ends when the function
// returns. [Store.Close] does not wait for it. All of them may call methods of the store, but
// [Store.Reload] returns [ErrReentrant] where the reload waits for its caller.
//
// # Describing a configuration
//
// [JSONSchema], [Sample], [EnvVars] and [AddFlags] describe a configuration by its type alone;
// the tag `desc:"..."` describes a field. Package configcli has commands for these and for
// checking files before they are deployed, package confighttp a page and an admission handler,
// package configprom metrics, and package configtest stores for tests.
package config

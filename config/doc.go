// Package config gives a service one typed, validated, live configuration.
//
// It merges YAML, TOML and JSON files, those of other formats ([WithCodec]), environment
// variables, flags and mounted Secrets to one tree, has a private Viper decode that into a
// struct of the caller's, validates it with go-playground/validator, and follows the files
// through everything that Kubernetes does to a mounted ConfigMap. A change is published only if all of it is good, and
// as soon as it is, or with [WithStagger] within its window; otherwise
// the last good configuration stays, and every problem is reported with its file, line
// and column.
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
// [Load] reads, validates, starts following the files and makes the store the
// process's own, so that [Current] answers from anywhere. [Open] does the same
// without that, and [Check] makes one pass and nothing else. [Store.Close] ends
// what Load started. Nothing runs, and nothing is logged, before the first Load;
// the package never ends the process.
//
// [Store.Current] is one atomic load. What it returns is complete, validated, and
// never changes: take it once per request, so that one request sees one
// configuration, and do not write to it. [Store.OnChange], [Store.OnReject] and
// [Store.OnRecover] register hooks.
//
// # The struct
//
// Keys come from the mapstructure tag; a field without one has its name in
// snake_case. Case, "_" and "-" in the key of a field do not count: read_timeout,
// readTimeout and READ-TIMEOUT are one key, and two of them in one file an error.
// Keys of maps are data and kept exactly, dots and case included. Fields of
// embedded structs without a name, or with the option ",squash", belong to the
// struct around them; a map with the option ",remain" takes what no field does.
//
// A default tag holds the value of a key that is not set: `default:"5s"`. An
// explicit zero, false or "" in a file is a value and not replaced. A list's or
// map's default is JSON, or "a, b" or "k=v, k2=v2". A nil pointer to a struct says
// that its section is not there; its defaults apply once it is.
//
// Where an embedded struct and the one around it have the same key, the outer one counts,
// as in Go.
//
// A value is read as its field's type asks: numbers, booleans and strings,
// [time.Duration] ("1m30s"), [time.Time], [net/url.URL], [net/netip.Addr],
// [log/slog.Level], []byte (the text's bytes), [Secret], and others of the standard library;
// README.md has a table of them all. Quotes do not matter for that, but nothing is lost on the
// way: a number out of range, a fraction into an integer and a duration without a unit are
// errors, and 1.10 into a string is "1.10".
//
// A type that reads itself is asked: by UnmarshalMapstructure; for one text by
// UnmarshalText; for a value from a JSON document by UnmarshalJSON before UnmarshalYAML, for
// any other the reverse; by [flag.Value]. UnmarshalYAML may take a func(any) error, a []byte or
// the node of any YAML module. Its value is one setting, which a higher layer replaces as a
// whole, and there are no unknown keys in it; it is secret if the field is, or has a secret in
// it. The text of its error is that of the problem. [WithDecodeHook] asks hooks before.
//
// The validate tag holds the rules of go-playground/validator. "required" on a
// bool or number means that it must be set, be it to false or 0. Structs in lists
// and maps are validated with or without "dive". A rule of an embedded struct sees the
// fields of that struct only; one that names another is an error. A Validate() error method
// on the struct, or on any type in it, is called when the values below it could be read; it
// may set fields. An error made by [errors.Join] counts as several problems, and one that an
// outer method passes on from an inner one is reported once.
//
// # Layers
//
// A value can come from several places. From the lowest to the highest, they are: the
// defaults of command-line flags ([WithFlags]); default tags and [WithDefaults]; what an
// application's Viper has by SetDefault and from files of its own ([WithViper]); files, in
// the order given ([WithFile]); directories of files ([WithDir]); directories with one
// value per file ([WithKeyDir]), as a mounted Secret is; environment variables
// ([WithEnv]); what the Viper has by Set, from flags and from its environment;
// command-line flags that were given. Sections and maps are merged key by key; lists and single values
// are replaced. A map in one layer where another has none is an error that names both
// places, except where the type reads itself or a decode hook takes the value: there the
// higher one counts.
//
// Null for a field means "not set here". For an entry of a map that is a section it means
// the same as {}: the entry is there, with its defaults and whatever lower layers set. For
// one that can be nil (any, a pointer to a single value, a list, a map) it is nil, and
// replaces what is below it; for any other it is an error. Inside of any, all is data.
//
// There are no overlays: a higher layer cannot take an entry of a lower map away, nor add to a
// lower list. What is in force would be the outcome of two documents that change apart: a
// renamed entry or a shorter list below would bring back, in silence, what was taken away
// above. A null over a section in a map that a lower layer has is logged as a warning. Give the
// entries a field such as enabled, or make the list a map by name.
//
// Contents ([WithContent], [WithFS]) rank among the files; [WithSearch] looks for one.
//
// # Renamed keys
//
// The tag `alias:"bind .listen"` names old keys of a field, with blanks between them: one beside
// the key of now, or, with a leading dot, a path from the root as it was written. Those of a
// section go for all that is in it. In documents, key files, a Viper, and by the names of
// variables and flags that they would have, old keys set what the field does, and a secret
// under one is a secret. Everything else has the key of now: settings, origins, diffs,
// [Store.Viper], and the keys that a program gives to this package, [Store.Value] among them. A
// problem with a value that is set by an old key names that as well. A field with variables of
// its own names has no others.
//
// Across layers the higher of the two keys wins; both in one document, or in one layer that is
// none, are an error that names both places. So are, when the type is loaded, an old key that
// is a key or an old key already, one that leads through a list, a map or a single value, and a
// path from the root for a field in a list or map, or of a type that is used twice.
//
// That an old key is set is logged as a warning, once for each place, also while the store
// runs, and found by [Check] and package configcli. The same goes for a field with the tag
// `deprecated:"use server.addr"`. [JSONSchema] and [Sample] mark both.
//
// Files and directories are followed. The environment and the flags are read once, when
// the configuration is loaded, and the Viper again by [Store.Reload]. [Store.Settings]
// lists of every value where it comes from and what it overrides.
//
// # What a document may refer to
//
// Beside a field that is secret, or has the tag `ref:"file"`, the key with "_file" behind it
// names a file with the value: password_file for password, in the usual other spellings, too.
// The content is read as that of a file of [WithKeyDir]; it is shown as a secret, whatever the
// field. A relative path is one from the directory of the document, as its path was given. The
// file must be a regular one, and none that the kernel makes up, as in /proc; it is bounded by
// [WithMaxSize], and their number by [WithMaxFiles]. A document and the files to which it
// refers are read as one snapshot, which the digest is of, and followed together. Both keys in
// one document are an error; across layers the higher wins. A field that has such a key itself
// has it alone. The tag is for single values and lists of these.
//
// [WithExpandEnv] replaces ${NAME} in texts by environment variables, if it names them.
//
// Both are for documents that are files, and for contents that the program gives. The origin
// of such a value has what it refers to ([Origin.From]). The command line's check of a
// Kubernetes manifest, or of the standard input, reads neither: such a value counts as set, and
// its rules are not applied, which is said.
//
// # Changes that wait for a restart
//
// A field with the tag `reload:"restart"`, or in a section with it, keeps its
// running value when a reload changes it; the rest is published. What waits is
// logged, and listed in [Snapshot.Pending] until it is reverted or the process
// restarts. What is validated and checked is the very value that is published, kept values
// included. What is on disk must be valid as well, as the next start has it. In lists and
// maps, only the whole can have the tag.
//
// # What the type says
//
// [JSONSchema], [Sample] and [EnvVars] describe a configuration from its type alone;
// the tag `desc:"..."` says in words what a field is for. Package configcli has
// commands for them, and for checking files before they are put in place.
//
// # Checks
//
// [WithCheck] adds a last veto on values that are valid, by a function of the
// caller's that sees the running and the new value.
//
// # Secrets
//
// A field of the type [Secret], or one with the tag `secret:"true"`, or in a
// section with it, is never shown: not in problems, whose excerpts show the shape of
// such lines at most, nor in settings, diffs, logs and the panics of hooks. The texts of
// Validate methods, checks, hooks and other libraries have secrets taken out: those that
// are wanted and those that are running, in every form that a text may quote them in;
// those of two and three characters where they stand alone. The keys of secret maps are
// secrets, too. Nor are the parameters of a secret's rules shown, other than lengths, and
// its default. A Secret also keeps its value to itself when the configuration is printed
// or marshalled by others; a tagged string cannot.
//
// "[redacted]", which is shown in the place of a secret, is not accepted as the value of
// one: whoever saves what settings, logs or encoders show, and loads it, gets a problem
// at each secret, unless a higher layer sets it.
//
// # Problems
//
// A configuration that is not accepted gives an [*Error] with every problem that
// one pass finds. As text, it looks like this:
//
//	config: reload rejected, 2 problems; still serving version 7
//	/etc/app/config.yaml:2:3: server.prot: unknown key; did you mean "port"? [unknown_key]
//	    2 |   prot: …
//	      |   ^^^^
//	/etc/app/config.yaml:3:9: server.port: must be 65535 or less, got 99999 [max]
//	    3 |   port: 99999
//	      |         ^^^^^
//
// Unknown keys are errors, because a misspelled one would silently do nothing;
// see [WithUnknownKeys]. Files are bounded in size ([WithMaxSize]), nesting (100
// levels), aliases, number of values and length of keys (4,096 bytes), and must be
// regular files.
//
// # Following files
//
// Every directory that the kernel consults on the way to a file is watched,
// through every symbolic link, and the file itself. An event is only a hint to
// look; a change is content that differs. What a symbolic link publishes, as in a
// Kubernetes volume, is taken at once; what is written in place has to be left
// alone for a moment first ([WithSettle]). Several files of one volume are always
// read from one generation of it. A poll runs beside the events
// ([WithPollInterval]), and alone where the system has no more of them to give,
// which is logged. A removed, empty or unreadable file is reported, and picked up
// again when it returns.
//
// # Sources other than files
//
// [WithSource] reads and follows what is kept elsewhere, by a [Source]: documents and values
// that rank among the files. Hints of its watch only have it read; a change is content that
// differs, and a poll runs beside the watch. What one read gives is one generation. A source
// that cannot be read is stale, which rejects nothing: what it gave last stays, and [Status]
// has the reason. A document or value that its source marks as secret is shown nowhere.
//
// # Last good across restarts, and probation
//
// [WithLastGood] keeps the documents of the last good versions in a directory, and serves
// them at a start whose content is not good. [WithProbation] asks the application how it
// does after each change, and publishes the last confirmed value again where that is
// badly. [WithStagger] has each process of a fleet take a change at a time of its own. [WithStartupWait] waits for a first good configuration. A version is a candidate
// until it is confirmed, or quarantined; see [State].
//
// # A caller's code
//
// Hooks, decode hooks, checks, methods of the configuration's types and of errors, rules of
// a validator and log handlers may panic or call [runtime.Goexit]. In a reload, that
// rejects the content, with a problem that names the function; in a hook it is
// logged. One that a reload is waiting for, other than a check, is given up when it
// has not returned within 30 seconds, which rejects the content, too. What is left
// behind ends by itself, and [Store.Close] never waits for it. All of them may call
// the store, but [Store.Reload] returns [ErrReentrant] where a reload waits for its
// caller.
//
// # Concurrency
//
// All functions and methods are safe for concurrent use. A store has one goroutine,
// which reads and publishes, and others while there is something to judge, to log, to
// store or to call hooks for, or a probation; all stores share one file system watcher. Each
// source has one more, and others while one of its methods runs.
package config

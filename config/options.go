package config

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/decode"
	"example.com/lastgood/internal/expand"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/lifecycle"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/watch"
)

// Option configures [Load], [Open], [Check] and the functions that describe a configuration.
// The functions whose names start with With return options. A fault of an option's argument,
// such as a nil function or a negative duration, is an error of the function that the option is
// given to.
type Option interface{ apply(*options) }

type optionFunc func(*options)

func (f optionFunc) apply(o *options) { f(o) }

// Defaults of the options.
const (
	DefaultSettle       = 250 * time.Millisecond
	DefaultPollInterval = 5 * time.Second
	DefaultMaxSize      = 4 << 20
	DefaultMaxFiles     = 100_000
)

type options struct {
	files          []source.Place
	searches       []search // for files whose paths are found later
	contentReaders []func() // read the contents of WithFS
	noFile         bool
	dirs           []load.Place
	keyDirs        []load.Place
	codecs         []load.Codec
	format         string // of files without a known extension; "" for none
	defaults       any    // a pointer to a value of the configuration's type
	env            layers.EnvOptions
	expand         *expand.Variables                                                                   // nil without WithExpandEnv
	hasEnv         bool                                                                                // the environment is read
	envOnly        []string                                                                            // names of options that have no effect otherwise
	viper          func(r *guard.Running, t *schema.Type, follows func(path string) bool) layers.Viper // nil without WithViper
	flags          []flagSet
	flagKeys       map[string]string // by flag

	strictEnv    bool
	tagName      string
	hooks        []decode.Hook
	checks       []typedCheck
	checkTimeout time.Duration
	watch        bool
	settle       time.Duration
	poll         time.Duration
	limits       source.Limits
	logger       *slog.Logger
	validator    *validator.Validate
	ruleTexts    map[string]string // by rule
	ctx          context.Context
	allowUnknown bool
	startupWait  time.Duration
	sourceWait   time.Duration // for the first read of sources

	// Set by options, so that programs without them do not link the code.
	lastGood      *lastGood
	probation     *probation
	stagger       *lifecycle.Stagger
	documentStore documentStore
	newMachine    func(lifecycle.Options) machine
	wait          func(context.Context, *options, components, *watch.Follower, *startState, *Error) error

	secretEnv    []string          // variables with secrets, besides those of the process
	assumed      []string          // keys that need not be set
	onWarning    func(problem any) // called with each warning, a Problem; nil to log it
	testValue    any               // a *T to serve; nil outside of tests
	testDefaults bool              // serve the defaults
	err          error             // the faults of the options
}

// newOptions applies opts to the defaults.
func newOptions(opts []Option) (*options, error) {
	o := &options{watch: true, settle: DefaultSettle, poll: DefaultPollInterval,
		limits: source.Limits{Size: DefaultMaxSize, Files: DefaultMaxFiles}, checkTimeout: DefaultCheckTimeout, sourceWait: DefaultSourceWait, ctx: context.Background()}
	for i, opt := range opts {
		if opt == nil {
			o.fail("option %d is nil", i+1)
			continue
		}
		opt.apply(o)
	}
	o.checkFormat()
	o.checkEnv()
	if o.err != nil {
		return nil, fmt.Errorf("config: %w", o.err)
	}
	return o, nil
}

// readingOptions is like newOptions, and also finds the files to read.
func readingOptions(opts []Option) (*options, error) {
	o, err := newOptions(opts)
	if err != nil || o.isTest() {
		return o, err
	}
	return o, o.findFiles()
}

// isTest reports whether a value of package configtest is served, without reading and
// validating.
func (o *options) isTest() bool { return o.testValue != nil || o.testDefaults }

// loaderOptions returns the options of a loader for T.
func loaderOptions[T any](o *options) (load.Options, error) {
	for _, read := range o.contentReaders {
		read()
	}
	lo := load.Options{
		KeyTag:       o.tagName,
		Hooks:        o.hooks,
		AllowUnknown: o.allowUnknown,
		Validator:    o.validator,
		RuleTexts:    o.ruleTexts,
		Defaults:     defaultsFor[T](o),
		Places:       o.places(),
		Codecs:       o.codecs,
		Format:       o.format,
		Variables:    o.expand,
		Env:          o.loadEnv(os.Environ),
		Viper:        o.viper,
		Checks:       checksFor[T](o),
		CheckTimeout: o.checkTimeout,
	}
	lo.Flags, lo.Warnings = o.allFlags(reflect.TypeFor[T]())
	probationFor[T](o)
	if o.err != nil {
		return lo, fmt.Errorf("config: %w", o.err)
	}
	return lo, nil
}

// call calls user code in an argument of an option.
func (o *options) call(fn *guard.Func, f func()) {
	if panicked := guard.Call(fn, f); panicked != nil {
		o.fail("%w", panicked)
	}
}

func (o *options) fail(format string, args ...any) {
	o.err = errors.Join(o.err, fmt.Errorf(format, args...))
}

// WithoutWatch disables watching and polling: the files are read again by [Store.Reload] only.
// By default, changes are detected and loaded.
func WithoutWatch() Option {
	return optionFunc(func(o *options) { o.watch = false })
}

// WithSettle sets how long a file must remain unchanged before it is loaded, because a
// half-written file may be valid. It does not apply to files that are published by a symbolic
// link, as in Kubernetes volumes and by git-sync: these are complete, and loaded at once, even
// while another file is being written. A file that changes all the time is loaded at the next
// moment in which it is unchanged: after twice d if it is replaced each time, after ten times d
// if it is written in place. If d is 0, changes are loaded at once. A negative duration, and
// one of more than a day, is an error. By default, it is [DefaultSettle], 250 milliseconds.
func WithSettle(d time.Duration) Option {
	return optionFunc(func(o *options) {
		switch {
		case d < 0:
			o.fail("WithSettle(%v): the duration is negative", d)
		case d > maxSettle:
			o.fail("WithSettle(%v): the duration is longer than %v", d, maxSettle)
		}
		o.settle = d
	})
}

const maxSettle = 24 * time.Hour

// WithPollInterval sets how often the files are read and compared by their digest when there
// was no file system event. Polling detects changes that give no events, as on NFS, FUSE and
// overlay file systems, and lost events. If d is 0, there is no polling while events work;
// where they do not, because the system has no inotify instances or watches left, the default
// applies. A negative duration is an error. By default, it is [DefaultPollInterval], 5 seconds.
func WithPollInterval(d time.Duration) Option {
	return optionFunc(func(o *options) {
		if d < 0 {
			o.fail("WithPollInterval(%v): the duration is negative", d)
		}
		o.poll = d
	})
}

// WithMaxSize sets how many bytes a file may have; a larger file is rejected without being
// read. The files of one directory ([WithDir], [WithKeyDir]), the files that documents refer
// to, and all content of one read of a [Source] may have 16 times as many bytes in all. The
// size must be positive and at most 1 GiB; anything else is an error. By default, it is
// [DefaultMaxSize], 4 MiB.
func WithMaxSize(bytes int64) Option {
	return optionFunc(func(o *options) {
		switch {
		case bytes <= 0:
			o.fail("WithMaxSize(%d): the size is not positive", bytes)
		case bytes > maxMaxSize:
			o.fail("WithMaxSize(%d): the size is more than 1 GiB, %d", bytes, maxMaxSize)
		}
		o.limits.Size = bytes
	})
}

// WithMaxFiles sets how many files of a directory ([WithDir], [WithKeyDir]) are read; a
// directory with more is rejected, and so is one with more than 16 times as many entries in
// all. It also limits the number of files that documents refer to, and of documents and values
// of a [Source]. The number must be positive. By default, it is [DefaultMaxFiles], 100,000.
func WithMaxFiles(n int) Option {
	return optionFunc(func(o *options) {
		if n <= 0 {
			o.fail("WithMaxFiles(%d): the number is not positive", n)
		}
		o.limits.Files = n
	})
}

// maxMaxSize keeps positions in a file within 32 bits.
const maxMaxSize = 1 << 30

// WithLogger sets the logger: one record for each configuration that is published or rejected,
// for each change in how files are watched, and for warnings. Its handler is called on a
// goroutine of its own, one record at a time. A store waits for it for at most a second, and
// after that no more until it has returned; up to 100 records are queued meanwhile, and further
// ones are dropped and counted in a warning. A handler may panic and may call the store, except
// [Store.Reload]. A nil logger is an error. By default, records go to the logger that
// [slog.Default] returns when they are written.
func WithLogger(logger *slog.Logger) Option {
	return optionFunc(func(o *options) {
		switch {
		case logger == nil:
			o.fail("WithLogger: the logger is nil")
		case logger.Handler() == nil:
			o.fail("WithLogger: the logger has no handler; make it with slog.New")
		}
		o.logger = logger
	})
}

// WithValidator sets the validator, for custom rules and struct-level functions. It is not
// modified and may be used elsewhere at the same time; it validates the text of a [Secret].
// Create it with validator.WithRequiredStructEnabled, or "required" has no effect on structs.
// By default, it is a validator of this package, with that option.
func WithValidator(v *validator.Validate) Option {
	return optionFunc(func(o *options) {
		switch {
		case v == nil:
			o.fail("WithValidator: the validator is nil")
		case reflect.ValueOf(v).Elem().IsZero():
			o.fail("WithValidator: the validator is empty; make it with validator.New")
		}
		o.validator = v
	})
}

// WithRuleText sets the text that describes a rule of validate tags in problems, samples,
// schemas and tables of variables, such as "must be an even number". The rule is the name of a
// custom rule or alias that is registered with the validator of [WithValidator], of a tag that
// its struct-level functions report, or of a built-in rule. In the text, {param} is replaced by
// the parameter of the rule, or by the key of the field that the parameter names. By default, a
// custom rule is described by its name: "must satisfy the rule even".
func WithRuleText(rule, text string) Option {
	return optionFunc(func(o *options) {
		switch {
		case rule == "" || strings.ContainsAny(rule, "=|, "):
			o.fail("WithRuleText(%q): it is not the name of a rule", rule)
		case strings.TrimSpace(text) == "":
			o.fail("WithRuleText(%q): the text is empty", rule)
		}
		if o.ruleTexts == nil {
			o.ruleTexts = map[string]string{}
		}
		o.ruleTexts[rule] = text
	})
}

// WithContext sets a context that ends loading and watching. If it is done before the
// configuration is loaded, [Load] returns its error; later, the store stops watching,
// [Store.Current] continues to return the last configuration, [Store.Reload] returns
// [ErrClosed], and the store remains the process-wide one until [Store.Close]. By default,
// files are watched until Close, and Load waits for a path that does not answer without a
// limit.
func WithContext(ctx context.Context) Option {
	return optionFunc(func(o *options) {
		if ctx == nil {
			o.fail("WithContext: the context is nil")
			return
		}
		o.call(&guard.Func{Name: "WithContext: a method of the context"}, func() {
			ctx.Deadline()
			ctx.Done()
			_ = ctx.Err()
			ctx.Value(o)
			o.ctx = ctx
		})
	})
}

// WithUnknownKeys ignores keys that the type does not have. By default, they are errors, since
// a misspelled key would have no effect; only keys at the top level that begin with "x-" are
// ignored, for YAML anchors.
func WithUnknownKeys() Option {
	return optionFunc(func(o *options) { o.allowUnknown = true })
}

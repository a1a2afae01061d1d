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
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/watch"
)

// Option changes what [Load], [Open] and [Check] do. The functions of this
// package whose names start with With make them.
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
	files    []source.Place
	searches []search // for some of them
	toRead   []func() // reads the contents among them that are not given
	noFile   bool
	dirs     []load.Place
	keyDirs  []load.Place
	codecs   []load.Codec
	format   string // of files without a known extension; "" for none
	defaults any    // a pointer to a value of the configuration's type
	env      layers.EnvOptions
	expand   *expand.Variables                                                                   // that documents may refer to; nil for none
	hasEnv   bool                                                                                // the environment is read
	needsEnv []string                                                                            // options that mean nothing if it is not
	viper    func(r *guard.Running, t *schema.Type, follows func(path string) bool) layers.Viper // nil for none
	flags    []flagSet
	flagKeys map[string]string // by flag

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
	sourceWait   time.Duration // for a first reading of sources

	// What an option links: a program without it does not have the code.
	lastGood      *lastGood
	probation     *probation
	stagger       *lifecycle.Stagger
	documentStore documentStore
	newMachine    func(lifecycle.Options) machine
	wait          func(context.Context, *options, starting, *watch.Follower, *beginning, *Error) error

	environ      []string          // variables besides those of the process
	assumed      []string          // keys that are no problem if they are not set
	warned       func(problem any) // called with each warning, a Problem, instead of logging it; nil for logging
	testValue    any               // a *T to serve as it is; nil outside of tests
	testDefaults bool              // to serve what holds where nothing is set
	err          error             // what is wrong with the options
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

// readingOptions are newOptions for who reads what they name.
func readingOptions(opts []Option) (*options, error) {
	o, err := newOptions(opts)
	if err != nil || o.isTest() {
		return o, err
	}
	return o, o.findFiles()
}

// isTest reports whether nothing is read, and what is served is not validated.
func (o *options) isTest() bool { return o.testValue != nil || o.testDefaults }

// loaderOptions returns what a loader for T needs to know.
func loaderOptions[T any](o *options) (load.Options, error) {
	for _, read := range o.toRead {
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
		Env:          o.loadEnv(func() []string { return append(os.Environ(), o.environ...) }),
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

// call calls a function of what an option was given.
func (o *options) call(fn *guard.Func, f func()) {
	if panicked := guard.Call(fn, f); panicked != nil {
		o.fail("%w", panicked)
	}
}

func (o *options) fail(format string, args ...any) {
	o.err = errors.Join(o.err, &argumentError{fmt.Errorf(format, args...)})
}

// argumentError is what is wrong with an argument of an option. It may contain the text of a
// caller's error, whose control characters are escaped.
type argumentError struct{ err error }

func (e *argumentError) Error() string { return redact.Escape(e.err.Error()) }
func (e *argumentError) Unwrap() error { return e.err }

// WithoutWatch does not follow the files: only [Store.Reload] reads them again.
// By default, every change is followed.
func WithoutWatch() Option {
	return optionFunc(func(o *options) { o.watch = false })
}

// WithSettle sets for how long a file must be left alone after it was last written to
// before it is taken: a half-written YAML file can parse, and validate. Files that
// are published by a symbolic link, as in all Kubernetes volumes and by git-sync,
// are whole at once and do not wait, not even for another file that is being written. A
// file that is never left alone for so long is taken as soon as it is for a moment: one
// that is exchanged all the time after twice the duration, one that is written to in
// place after ten times. 0 reads every change at once. By default, it is 250
// milliseconds; more than a day is an error.
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

// WithPollInterval sets how often the content is read, and compared by its
// digest, even though no file system event announced a change. That catches what
// has no events: NFS, FUSE, overlay file systems, lost ones. 0 turns polling off
// as long as there are events; where there are none, because the system has no
// inotify instances or watches left, the default applies. By default, it is 5
// seconds.
func WithPollInterval(d time.Duration) Option {
	return optionFunc(func(o *options) {
		if d < 0 {
			o.fail("WithPollInterval(%v): the duration is negative", d)
		}
		o.poll = d
	})
}

// WithMaxSize sets how many bytes a file may have; a larger one is rejected
// before it is read. All files of a directory ([WithDir], [WithKeyDir]) together may
// have 16 times as many. By default, it is 4 MiB; more than 1 GiB is an error.
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

// WithMaxFiles sets how many files of a directory ([WithDir], [WithKeyDir]) are read;
// a directory with more is rejected. What else it has, such as files of other types,
// is bounded by 16 times that number. The files to which documents refer are bounded by it,
// too. By default, it is 100,000.
func WithMaxFiles(n int) Option {
	return optionFunc(func(o *options) {
		if n <= 0 {
			o.fail("WithMaxFiles(%d): the number is not positive", n)
		}
		o.limits.Files = n
	})
}

// maxMaxSize keeps the places in a file within 32 bits.
const maxMaxSize = 1 << 30

// WithLogger sets where the package logs to: one line for each configuration that
// was published or rejected, and for each change in how files are watched. A handler
// may panic, block or close the store; one that blocks delays the store by a second at
// most, and the records that it does not take are dropped then. By default, it is
// [slog.Default] as of the time of the record.
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

// WithValidator judges values by v, for its custom rules and struct-level
// functions. It is used as it is, and not changed, so that others may use it at the
// same time; it judges the text of a [Secret] all the same. Make it with
// validator.WithRequiredStructEnabled, or "required" means nothing on a struct.
// By default, it is a validator of the package's own with that option.
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

// WithRuleText has problems, samples, schemas and tables of variables express what a rule of
// validate tags asks for by text, such as "must be an even number": for the rules and
// aliases that were registered with the validator of [WithValidator], for what its
// struct-level functions report, and in place of the words for a rule of its own. {param} in
// the text is replaced by the rule's parameter, or by the key of the field that it names. By
// default, rules of a caller's are named: "must satisfy the rule even".
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

// WithContext stops following the files when ctx is done, and loading if that has not
// come to an end: then the error is ctx's. The store goes on answering [Store.Current]
// and remains the process-wide one until it is closed; [Store.Reload] then returns
// [ErrClosed]. By default, files are followed until [Store.Close], and loading waits for
// a path that does not answer for as long as it takes.
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

// WithUnknownKeys ignores keys that no field has. By default, they are errors,
// because a misspelled key would otherwise be a setting that silently does
// nothing; only top-level keys that start with "x-" are free, for YAML anchors.
func WithUnknownKeys() Option {
	return optionFunc(func(o *options) { o.allowUnknown = true })
}

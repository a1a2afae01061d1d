// Package load makes one pass from documents to a configuration value. [Loader.Load]
// is the pass, step by step; each step has a package of its own.
package load

import (
	"cmp"
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/decode"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/expand"
	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/validate"
)

// Options of a [Loader].
type Options struct {
	KeyTag       string              // the struct tag with the keys; "" for mapstructure
	AllowUnknown bool                // unknown keys are ignored
	Validator    *validator.Validate // nil for the package's own
	RuleTexts    map[string]string   // what rules ask for, by name, in words of a caller's
	Hooks        []decode.Hook       // asked for every value, in turn

	// The layers, from the lowest to the highest.
	Defaults  any               // a *T; nil for none
	Places    []Place           // files, in the order in which they are read
	Codecs    []Codec           // for files of other formats
	Format    string            // of files whose name has no known extension; "" for none
	Variables *expand.Variables // that documents may refer to; nil for none
	Env       *Env              // nil for none
	Flags     []layers.Flag
	// Viper reads an application's Viper for a type; nil for none.
	Viper viperFunc

	Warnings []problem.Problem // of what is wrong with the options' arguments

	Checks       []validate.Check
	CheckTimeout time.Duration
}

// Env is which variables to read.
type Env struct {
	layers.EnvOptions
	Environ []string // NAME=value
	Strict  bool     // an unknown variable is a problem
}

// Loader loads values of one Go type. It is safe for concurrent use.
type Loader struct {
	typ      reflect.Type
	opts     Options
	validate *validator.Validate
	analysis
	Startup
	reader  *reader
	judging validate.Options // how values are validated
}

// defaultKeyTag is the struct tag that names keys, as in Viper.
const defaultKeyTag = "mapstructure"

// New returns a loader for the struct type t, or what is wrong with t: fields of
// kinds that cannot be configured, keys that collide, defaults that do not suit
// their field, and validation rules that would panic or mean nothing.
func New(t reflect.Type, opts Options) (*Loader, []problem.Problem) {
	opts.KeyTag = cmp.Or(opts.KeyTag, defaultKeyTag)
	l := &Loader{typ: t, opts: opts, validate: opts.Validator}
	faults := analyze(l)
	if l.schema == nil {
		return nil, faults
	}
	reader, more := newReader(l.schema, l.opts)
	if faults = append(faults, more...); len(faults) > 0 {
		return nil, faults
	}
	l.reader, l.Startup = reader, reader.startup
	ways := &hints{schema: l.schema, places: reader.places, variables: l.Startup.Variables,
		flagNames: sync.OnceValue(func() map[string]string { return namesOfFlags(l.schema, opts.Flags) })}
	l.judging = validate.Options{Validate: l.validate, Cyclic: l.cyclic, Files: ways.hasFiles(), SetHint: ways.setHint}
	return l, nil
}

// Places returns what is to be read for each pass: those of the options, and the
// files that environment variables name.
func (l *Loader) Places() []source.Place {
	places := make([]source.Place, len(l.reader.places))
	for i, p := range l.reader.places {
		places[i] = p.Place
	}
	return places
}

// ParseText returns the value that a leaf has where it is written as one text, or the
// problem that it does not suit the leaf. Each item of a list is judged, not how many there are.
func (l *Loader) ParseText(leaf schema.Leaf, text string) (*document.Node, error) {
	if !layers.IsText(leaf.Field.Type, text) {
		return nil, layers.ErrNotText
	}
	node, err := leaf.Field.Type.Kind.ParseText(text)
	if err != nil || leaf.Field.Type.Go.Kind() == reflect.Array {
		return node, err
	}
	for _, p := range decode.CheckValue(leaf.Field, *node, l.opts.Hooks) {
		return nil, errors.New(p.Text())
	}
	return node, nil
}

// ReadViper reads the application's Viper again, if there is one. [Loader.Viper] is
// another one then if it has other values than before. owner is who waits for it; see
// [guard.Running.Reenters]. The error is that of ctx.
func (l *Loader) ReadViper(ctx context.Context, owner any) error {
	return l.reader.readViper(ctx, owner, l.opts.Viper)
}

// Viper returns what the next pass takes over from the application's Viper.
func (l *Loader) Viper() *layers.Viper { return l.reader.viper.Load() }

// Schema returns what is known of the loader's type.
func (l *Loader) Schema() *schema.Type { return l.schema }

// Validator returns what judges values by their tags.
func (l *Loader) Validator() *validator.Validate { return l.validate }

// CallsNobody reports whether no function of a caller's can be called in a pass.
func (l *Loader) CallsNobody() bool {
	o := &l.opts
	return !l.hasMethods && o.Validator == nil && len(o.Hooks)+len(o.Codecs)+len(o.Checks) == 0
}

// Defaults returns what the loader's type has where nothing is set, by default tags
// and the options' defaults, as [explain.Defaults] does.
func (l *Loader) Defaults() map[string]any {
	return explain.Defaults(l.schema, l.reader.below(l.Viper()))
}

// Load makes one pass over what was read at the loader's places. running is what
// is in force, or nil. It returns the result, or all problems of the pass. In a
// [guard.Run] that is over it ends early, with neither.
func (l *Loader) Load(ctx context.Context, docs []source.Document, running *Result) (*Result, []problem.Problem) {
	under := guard.Under(ctx)

	// Parse the documents, and make the same trees of all other layers.
	viper := l.Viper()
	var known []*layers.Layer
	if running != nil && running.Tree != nil {
		known = running.Tree.Layers
	}
	all, problems := l.reader.read(ctx, viper, docs, known)

	// Merge them to one tree, in which every value knows its origin.
	secrets := &redactor{schema: l.schema, running: under, layers: all}
	redact := secrets.redact
	shown := excerpts{keyNames: &l.reader.keyNames, redact: redact, docs: docs, layers: all}
	var before *merge.Tree
	if running != nil {
		before = running.Tree
	}
	report := merge.Merge(l.schema, all, merge.Options{AllowUnknown: l.opts.AllowUnknown, Redact: redact, Running: under, Hooks: len(l.opts.Hooks) > 0, Previous: before})
	warned := warnings(report, all)
	switch {
	case under.Over(): // documents may be missing
		return nil, nil
	case slices.ContainsFunc(problems, isIncomplete):
		return nil, withWarnings(shown.finish(problems, keyProblems(report.Problems)), warned)
	}

	// Decode it, through Viper, into a fresh value.
	value := decode.Decode(report, l.opts.KeyTag, l.opts.Hooks)

	// Retain what waits for a restart, in another value: it has the running ones of that.
	kept := retain(l, report, value, running)

	// Validate what is on disk, as the next start has it, and what would be published.
	if running != nil {
		secrets.see(running.Value, running.Tree)
	}
	secrets.see(value.Interface(), report.Tree)
	validate.Value(report, value, l.judging)
	var pending []explain.Pending
	if kept != nil && len(problems)+len(report.Problems) == 0 {
		report, value, pending = kept.report, kept.value, kept.pending
		secrets.see(value.Interface(), report.Tree)
		validate.Value(report, value, l.judging)
		for i := range report.Problems {
			report.Problems[i].AddHint(restartHint)
		}
	}

	// Check it, unless something is wrong already, or not known.
	if len(problems)+len(report.Problems) == 0 && !report.Tree.HasUnknown() {
		old := reflect.Zero(value.Type()).Interface()
		if running != nil {
			old = running.Value
		}
		validate.Checks(ctx, report, l.opts.Checks, l.opts.CheckTimeout, old, value)
	}

	switch {
	case under.Over():
		return nil, nil
	case len(problems)+len(report.Problems) > 0:
		return nil, withWarnings(shown.finish(problems, report.Problems), warned)
	}
	return &Result{Value: value.Interface(), Tree: report.Tree, Viper: viper, Pending: pending, Warnings: warned}, nil
}

// LoadDefaults returns a value with what holds where nothing is set, which is not validated,
// or the problems with that.
func (l *Loader) LoadDefaults(ctx context.Context) (any, []problem.Problem) {
	all, under := l.reader.below(l.Viper()), guard.Under(ctx)
	secrets := &redactor{schema: l.schema, running: under, layers: all}
	report := merge.Merge(l.schema, all, merge.Options{AllowUnknown: l.opts.AllowUnknown, Redact: secrets.redact, Running: under, Hooks: len(l.opts.Hooks) > 0})
	value := decode.Decode(report, l.opts.KeyTag, l.opts.Hooks)
	return value.Interface(), append(slices.Clone(l.reader.problems), report.Problems...)
}

// Failed returns the problem of a pass of l that did not return, with the error of
// [guard.Run]. l may be nil.
func Failed(l *Loader, err *guard.Error) problem.Problem {
	p := problem.Problem{Code: "check", Message: err.Error(), Err: err}
	if l != nil && len(l.reader.places) == 1 {
		if only := l.reader.places[0]; only.Kind == problem.File && only.Entry == nil && only.Feed == nil {
			p.Origin = problem.Origin{Kind: problem.File, Name: only.Path}
		}
	}
	return p
}

// warnings returns those of the merge and of all layers, up to [problem.Most].
func warnings(report *merge.Report, all []*layers.Layer) (found []problem.Problem) {
	found = report.Warnings
	for _, l := range all {
		found = append(found, l.Warnings...)
	}
	return found[:min(len(found), problem.Most)]
}

// withWarnings returns problems with warnings behind them that may be their cause: that a
// reference was left as it is, but not that a key is an old one. Those of a place that has a
// problem have the same cause.
func withWarnings(problems, warnings []problem.Problem) []problem.Problem {
	if len(warnings) == 0 {
		return problems
	}
	at := map[problem.Origin]bool{}
	for _, p := range problems {
		at[p.Origin] = true
	}
	for _, w := range warnings {
		if w.Code == "env" && !at[w.Origin] {
			problems = append(problems, w)
		}
	}
	return problems
}

const restartHint = "this is with the running values of what waits for a restart; restart to apply all of it"

// isIncomplete reports whether values are missing from the layers because of a
// problem. Whether those that are there are good cannot be known then.
func isIncomplete(p problem.Problem) bool {
	switch p.Code {
	case "env":
		return p.Key != "" && !p.Alone
	case "unknown_key", "duplicate_key":
		return p.Origin.Kind.HasLines() && !p.Alone
	}
	return !p.Alone
}

// keyProblems returns the problems with keys. They are certain even where a document
// is missing from the layers; whether a value matters is not.
func keyProblems(all []problem.Problem) []problem.Problem {
	return slices.DeleteFunc(all, func(p problem.Problem) bool {
		return p.Code != "unknown_key" && p.Code != "duplicate_key"
	})
}

// Package load makes one pass: from documents and all other layers to a configuration value,
// or to the problems with them. [Loader.Load] is the pass, step by step; the steps are
// implemented by packages of their own.
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

// Options configure a [Loader].
type Options struct {
	KeyTag       string              // the struct tag with the keys; "" for mapstructure
	AllowUnknown bool                // unknown keys are ignored
	Validator    *validator.Validate // nil for [rules.DefaultValidator]
	RuleTexts    map[string]string   // the caller's messages for rules, by the name of the rule
	Hooks        []decode.Hook       // called in order for every value

	// The layers, from the lowest to the highest.
	Defaults  any               // a *T; nil for none
	Places    []Place           // files, in the order in which they are read
	Codecs    []Codec           // for files of other formats
	Format    string            // of files whose name has no known extension; "" for none
	Variables *expand.Variables // the variables that documents may refer to; nil for none
	Env       *Env              // nil for none
	Flags     []layers.Flag
	// Viper reads the settings of an application's Viper; nil for none.
	Viper viperFunc

	Warnings []problem.Problem // about the arguments of options

	Checks       []validate.Check
	CheckTimeout time.Duration
}

// Env configures the layer of environment variables.
type Env struct {
	layers.EnvOptions
	Environ []string // NAME=value
	Strict  bool     // an unknown variable is a problem
}

// Loader loads values of one Go type. Use [New] to make one. It is safe for concurrent use.
type Loader struct {
	typ      reflect.Type
	opts     Options
	validate *validator.Validate
	analysis
	Startup
	reader     *reader
	validation validate.Options // how values are validated
}

// defaultKeyTag is the struct tag that names keys by default, as in Viper.
const defaultKeyTag = "mapstructure"

// New returns a loader for the struct type t, or the faults of t: fields of kinds that cannot
// be configured, keys that collide, defaults that do not fit their field, and validate tags
// that would panic or have no effect.
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
	hints := &hints{schema: l.schema, places: reader.places, variables: l.Startup.Variables,
		flagNames: sync.OnceValue(func() map[string]string { return namesOfFlags(l.schema, opts.Flags) })}
	l.validation = validate.Options{Validate: l.validate, Cyclic: l.cyclic, Files: hints.hasFiles(), SetHint: hints.setHint}
	return l, nil
}

// Places returns the places to read for each pass: those of the options, and the files that
// environment variables name.
func (l *Loader) Places() []source.Place {
	places := make([]source.Place, len(l.reader.places))
	for i, p := range l.reader.places {
		places[i] = p.Place
	}
	return places
}

// ParseText parses text as a variable or flag for leaf is parsed. It returns the value as a
// node, or why text does not fit the type of the leaf. Items of a list are checked, the length
// of an array is not.
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

// ReadViper reads the application's Viper again, if the options have one. If its settings have
// changed, [Loader.Viper] returns a new value afterwards. owner identifies the store that
// waits; see [guard.Running.Reenters]. The error is that of ctx.
func (l *Loader) ReadViper(ctx context.Context, owner any) error {
	return l.reader.readViper(ctx, owner, l.opts.Viper)
}

// Viper returns the settings of the application's Viper that the next pass uses.
func (l *Loader) Viper() *layers.Viper { return l.reader.viper.Load() }

// Schema returns the schema of the loader's type.
func (l *Loader) Schema() *schema.Type { return l.schema }

// Validator returns the validator that checks the tags of values.
func (l *Loader) Validator() *validator.Validate { return l.validate }

// CallsNoUserCode reports whether a pass cannot call any function of the caller's.
func (l *Loader) CallsNoUserCode() bool {
	o := &l.opts
	return !l.hasMethods && o.Validator == nil && len(o.Hooks)+len(o.Codecs)+len(o.Checks) == 0
}

// Defaults returns the values that settings have where nothing sets them; see
// [explain.Defaults].
func (l *Loader) Defaults() map[string]any {
	return explain.Defaults(l.schema, l.reader.defaultLayers(l.Viper()))
}

// Load makes one pass over docs, which were read from l.Places. running is the result that is
// published now, or nil. Load returns the new result or, sorted, all problems of the pass. It
// returns neither if its [guard.Run] was abandoned meanwhile; it then ends early.
func (l *Loader) Load(ctx context.Context, docs []source.Document, running *Result) (*Result, []problem.Problem) {
	under := guard.Under(ctx)

	// 1. Parse the documents, and build the same trees for all other layers.
	viper := l.Viper()
	var known []*layers.Layer
	if running != nil && running.Tree != nil {
		known = running.Tree.Layers
	}
	all, problems := l.reader.read(ctx, viper, docs, known)

	// 2. Merge the layers into one tree, in which every value has its origin.
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
	case under.Over(): // not all documents were parsed
		return nil, nil
	case slices.ContainsFunc(problems, isIncomplete):
		return nil, withWarnings(shown.finish(problems, keyProblems(report.Problems)), warned)
	}

	// 3. Decode the tree, through Viper, into a fresh value.
	value := decode.Decode(report, l.opts.KeyTag, l.opts.Hooks)

	// 4. Retain fields that change only at a restart: another value has the running ones.
	kept := retain(l, report, value, running)

	// 5. Validate what the next start would load and, if it differs, what would be published now.
	if running != nil {
		secrets.addSide(running.Value, running.Tree)
	}
	secrets.addSide(value.Interface(), report.Tree)
	validate.Value(report, value, l.validation)
	var pending []explain.Pending
	if kept != nil && len(problems)+len(report.Problems) == 0 {
		report, value, pending = kept.report, kept.value, kept.pending
		secrets.addSide(value.Interface(), report.Tree)
		validate.Value(report, value, l.validation)
		for i := range report.Problems {
			report.Problems[i].AddHint(restartHint)
		}
	}

	// 6. Call the caller's checks, unless there are problems or unknown values.
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

// LoadDefaults decodes the layers of defaults alone. The value is not validated. The problems
// are those of the defaults and of the environment and the flags.
func (l *Loader) LoadDefaults(ctx context.Context) (any, []problem.Problem) {
	all, under := l.reader.defaultLayers(l.Viper()), guard.Under(ctx)
	secrets := &redactor{schema: l.schema, running: under, layers: all}
	report := merge.Merge(l.schema, all, merge.Options{AllowUnknown: l.opts.AllowUnknown, Redact: secrets.redact, Running: under, Hooks: len(l.opts.Hooks) > 0})
	value := decode.Decode(report, l.opts.KeyTag, l.opts.Hooks)
	return value.Interface(), append(slices.Clone(l.reader.problems), report.Problems...)
}

// Failed returns the problem of a pass that panicked or did not return, from the error of
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

// warnings returns the warnings of the merge and of all layers, up to [problem.Most].
func warnings(report *merge.Report, all []*layers.Layer) (found []problem.Problem) {
	found = report.Warnings
	for _, l := range all {
		found = append(found, l.Warnings...)
	}
	return found[:min(len(found), problem.Most)]
}

// withWarnings appends those warnings to problems that may explain them: that a reference to a
// variable was not replaced. Warnings about old keys are left out, and so is a warning at the
// place of a problem, which has the same cause.
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

// restartHint is added to problems that occur only with retained values.
const restartHint = "this is with the running values of what waits for a restart; restart to apply all of it"

// isIncomplete reports whether p means that values are missing from the layers, so that the
// remaining values cannot be validated.
func isIncomplete(p problem.Problem) bool {
	switch p.Code {
	case "env":
		return p.Key != "" && !p.Alone
	case "unknown_key", "duplicate_key":
		return p.Origin.Kind.HasLines() && !p.Alone
	}
	return !p.Alone
}

// keyProblems returns the problems with keys. These are certain even if a document is missing
// from the layers; a problem with a value may be none with the missing document.
func keyProblems(all []problem.Problem) []problem.Problem {
	return slices.DeleteFunc(all, func(p problem.Problem) bool {
		return p.Code != "unknown_key" && p.Code != "duplicate_key"
	})
}

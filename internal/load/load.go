// Package load makes one pass from documents to a configuration value. [Loader.Load]
// is the pass, step by step; each step has a package of its own.
package load

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/decode"
	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
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

	// The layers, from the lowest to the highest.
	Defaults any            // a *T; nil for none
	Places   []Place        // files, in the order in which they are read
	Env      *Env           // nil for none
	Settings map[string]any // a Viper's; nil for none
	Flags    []layers.Flag

	Checks       []validate.Check
	CheckTimeout time.Duration
}

// Env says which variables to read.
type Env struct {
	Prefix  string
	Environ []string // NAME=value
	Strict  bool     // an unknown variable is a problem
}

// Loader loads values of one Go type. It is safe for concurrent use.
type Loader struct {
	typ      reflect.Type
	opts     Options
	validate *validator.Validate
	analysis
	places []Place
	static static
}

// defaultKeyTag is the struct tag that names keys, as in Viper.
const defaultKeyTag = "mapstructure"

// New returns a loader for the struct type t, or what is wrong with t: fields of
// kinds that cannot be configured, keys that collide, defaults that do not suit
// their field, and validation rules that would panic or mean nothing.
func New(t reflect.Type, opts Options) (*Loader, []problem.Problem) {
	opts.KeyTag = cmp.Or(opts.KeyTag, defaultKeyTag)
	l := &Loader{typ: t, opts: opts, validate: opts.Validator}
	faults := l.analyze()
	if l.schema == nil {
		return nil, faults
	}
	l.keys, l.secretKeys = sync.OnceValues(l.schema.KeyNames), sync.OnceValue(l.schema.SecretKeys)
	if faults = append(faults, l.readStatic()...); len(faults) > 0 {
		return nil, faults
	}
	return l, nil
}

// Schema returns what is known of the loader's type.
func (l *Loader) Schema() *schema.Type { return l.schema }

// Validator returns what judges values by their tags.
func (l *Loader) Validator() *validator.Validate { return l.validate }

// Defaults returns what the loader's type has where nothing is set, by default tags
// and the options' defaults, as [explain.Defaults] does.
func (l *Loader) Defaults() map[string]any { return explain.Defaults(l.schema, l.static.below) }

// Load makes one pass over what was read at the loader's places. running is what
// is in force, or nil. It returns the result, or all problems of the pass. In a
// [guard.Run] that is over it ends early, with neither.
func (l *Loader) Load(ctx context.Context, docs []source.Document, running *Result) (*Result, []problem.Problem) {
	under := guard.Under(ctx)

	// Parse the documents, and make the same trees of all other layers.
	all, problems := l.layers(ctx, docs)

	// Merge them to one tree, in which every value knows its origin.
	secrets := &redactor{loader: l, running: under, layers: all}
	report := merge.Merge(l.schema, all, merge.Options{AllowUnknown: l.opts.AllowUnknown, Redact: secrets.redact, Running: under})
	switch {
	case under.Over():
		return nil, nil
	case slices.ContainsFunc(problems, isIncomplete):
		return nil, l.finish(docs, all, secrets.redact, problems, keyProblems(report.Problems))
	}

	// Decode it, through Viper, into a fresh value.
	value := decode.Decode(report, l.opts.KeyTag)

	// Retain what waits for a restart, in another value: it has the running ones of that.
	kept := l.retain(report, value, running)

	// Validate what is on disk, as the next start has it, and what would be published.
	if running != nil {
		secrets.seen = append(secrets.seen, running.Value)
	}
	secrets.seen = append(secrets.seen, value.Interface())
	validate.Value(report, value, l.judging())
	var pending []explain.Pending
	if kept != nil && len(problems)+len(report.Problems) == 0 {
		report, value, pending = kept.report, kept.value, kept.pending
		secrets.seen = append(secrets.seen, value.Interface())
		validate.Value(report, value, l.judging())
		for i := range report.Problems {
			report.Problems[i].AddHint(restartHint)
		}
	}

	// Check it, unless something is wrong already.
	if len(problems)+len(report.Problems) == 0 {
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
		return nil, l.finish(docs, all, secrets.redact, problems, report.Problems)
	}
	return &Result{Value: value.Interface(), Tree: report.Tree, Pending: pending}, nil
}

// Failed returns the problem of a pass that did not return, as [guard.Run] says. The
// loader may be nil.
func (l *Loader) Failed(err *guard.Error) problem.Problem {
	p := problem.Problem{Code: "check", Message: err.Error(), Err: err}
	if l != nil && len(l.places) == 1 && l.places[0].Kind == problem.File && l.places[0].Entry == nil {
		p.Origin = problem.Origin{Kind: problem.File, Name: l.places[0].Path}
	}
	return p
}

const restartHint = "this is with the running values of what waits for a restart; restart to apply all of it"

// judging returns how values are validated.
func (l *Loader) judging() validate.Options {
	o := validate.Options{Validate: l.validate, Cyclic: l.cyclic}
	if l.opts.Env != nil {
		o.Variable = func(p keypath.Path) string { return schema.EnvName(l.opts.Env.Prefix, p) }
	}
	return o
}

// isIncomplete reports whether values are missing from the layers because of a
// problem. Whether those that are there are good is hard to tell then.
func isIncomplete(p problem.Problem) bool {
	switch p.Code {
	case "unknown_key", "duplicate_key", "env":
		return p.Origin.Kind == problem.File
	}
	return true
}

// keyProblems returns the problems with keys. They are certain even where a document
// is missing from the layers; whether a value matters is not.
func keyProblems(all []problem.Problem) []problem.Problem {
	return slices.DeleteFunc(all, func(p problem.Problem) bool {
		return p.Code != "unknown_key" && p.Code != "duplicate_key"
	})
}

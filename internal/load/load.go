// Package load makes one pass from documents to a configuration value: it
// parses, checks keys against the schema of the Go type, has a private Viper
// decode what is left into a fresh value, and has the value judged by its
// validation rules and methods, and by the caller's checks. It reports every
// problem of a pass.
package load

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"time"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
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

	Checks       []Check
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
	studied
	places []Place
	static static
}

// defaultKeyTag is the struct tag that names keys, as in Viper.
const defaultKeyTag = "mapstructure"

// New returns a loader for the struct type t, or what is wrong with t: fields of
// kinds that cannot be configured, keys that collide, defaults that do not suit
// their field, and validation rules that would panic or mean nothing.
func New(t reflect.Type, opts Options) (*Loader, []Problem) {
	opts.KeyTag = cmp.Or(opts.KeyTag, defaultKeyTag)
	l := &Loader{typ: t, opts: opts, validate: opts.Validator}
	faults := l.study()
	if l.schema == nil {
		return nil, faultProblems(faults)
	}
	if faults = append(faults, l.readStatic()...); len(faults) > 0 {
		return nil, faultProblems(faults)
	}
	return l, nil
}

func faultProblems(faults []schema.Fault) []Problem {
	problems := make([]Problem, len(faults))
	for i, f := range faults {
		problems[i] = Problem{Code: "schema", Origin: Origin{Kind: GoType, Name: f.Field}, Message: f.Message}
	}
	return problems
}

// Load makes one pass over what was read at the loader's places. running is what
// is in force, or nil. It returns the result, or the problems.
func (l *Loader) Load(ctx context.Context, docs []source.Document, running *Result) (*Result, []Problem) {
	b, problems := l.bind(ctx, docs)
	if slices.ContainsFunc(problems, Problem.leavesGap) {
		l.excerpt(problems, docs)
		return nil, sortProblems(append(problems, b.aboutKeys()...))
	}
	value, err := l.decode(b.value)
	if err != nil {
		b.problems = append(b.problems, found{Problem: *err})
	} else {
		b.judge(value)
	}
	if len(problems)+len(b.problems) == 0 {
		b.check(ctx, value, running)
	}
	if len(problems)+len(b.problems) > 0 {
		return nil, sortProblems(append(problems, b.finish()...))
	}
	result := &Result{Value: value.Interface(), loader: l, docs: docs}
	if running != nil {
		result.keep(b, running)
	}
	if len(b.problems) > 0 {
		return nil, sortProblems(b.finish())
	}
	return result, nil
}

// bind matches what was read, and the layers that never change, with the schema.
// The problems are those of layers that could not be made.
func (l *Loader) bind(ctx context.Context, docs []source.Document) (*binder, []Problem) {
	all, problems := l.layers(ctx, docs)
	b := &binder{loader: l, layers: all}
	b.value = reflect.New(l.typ).Elem()
	b.bindStruct(b.value, l.schema, b.roots(), false)
	return b, problems
}

// leavesGap reports whether values are missing from the layers because of the
// problem. Whether those that are there are good is hard to tell then.
func (p Problem) leavesGap() bool {
	switch p.Code {
	case "unknown_key", "duplicate_key", "env":
		return p.Origin.Kind == File
	}
	return true
}

// aboutKeys returns the problems with keys. They are certain even where a
// document is missing from the layers; whether a value matters is not.
func (b *binder) aboutKeys() []Problem {
	b.problems = slices.DeleteFunc(b.problems, func(f found) bool {
		return f.Code != "unknown_key" && f.Code != "duplicate_key"
	})
	return b.finish()
}

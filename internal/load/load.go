// Package load makes one pass from documents to a configuration value: it
// parses, checks keys against the schema of the Go type, has a private Viper
// decode what is left into a fresh value, and has the value judged by its
// validation rules and methods. It reports every problem of a pass.
package load

import (
	"reflect"
	"slices"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// Options of a [Loader].
type Options struct {
	AllowUnknown bool                // unknown keys are ignored
	Validator    *validator.Validate // nil for the package's own
}

// Loader loads values of one Go type. It is safe for concurrent use.
type Loader struct {
	typ      reflect.Type
	schema   *schema.Type
	opts     Options
	validate *validator.Validate
	defaults map[*schema.Field]*document.Node
}

// keyTag is the struct tag that names keys, as in Viper.
const keyTag = "mapstructure"

// New returns a loader for the struct type t, or what is wrong with t: fields of
// kinds that cannot be configured, keys that collide, defaults that do not suit
// their field, and validation rules that would panic or mean nothing.
func New(t reflect.Type, opts Options) (*Loader, []Problem) {
	root, faults := schema.Of(t, schema.Options{KeyTag: keyTag})
	if len(faults) > 0 {
		return nil, faultProblems(faults)
	}
	l := &Loader{typ: t, schema: root, opts: opts, validate: opts.Validator, defaults: map[*schema.Field]*document.Node{}}
	if l.validate == nil {
		l.validate = ownValidator()
	}
	faults = append(l.readDefaults(), l.checkRules()...)
	if len(faults) > 0 {
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

// layer is one document on its way into a value. Later layers win.
type layer struct {
	path  string
	data  []byte
	root  *document.Node
	order int // among the documents of the pass
}

// Load makes one pass. It returns a pointer to a fresh value of the loader's
// type, or the problems.
func (l *Loader) Load(docs []source.Document) (any, []Problem) {
	layers, problems := parse(docs)
	b := &binder{loader: l, layers: layers}
	tree := b.bindRoot()
	if len(problems) > 0 {
		l.excerpt(problems, docs)
		return nil, sortProblems(append(problems, b.aboutKeys()...))
	}
	value, err := l.decode(tree)
	if err != nil {
		b.problems = append(b.problems, found{Problem: *err})
	} else {
		b.judge(value)
	}
	if len(b.problems) > 0 {
		return nil, sortProblems(b.finish())
	}
	return value.Interface(), nil
}

// aboutKeys returns the problems with keys. They are certain even where a
// document is missing from the layers; whether a value matters is not.
func (b *binder) aboutKeys() []Problem {
	b.problems = slices.DeleteFunc(b.problems, func(f found) bool {
		return f.Code != "unknown_key" && f.Code != "duplicate_key"
	})
	return b.finish()
}

// parse reads every document, so that the faults of all are known at once.
func parse(docs []source.Document) ([]layer, []Problem) {
	var layers []layer
	var problems []Problem
	for i, doc := range docs {
		origin := Origin{Kind: File, Name: doc.Path, layer: i}
		if doc.Absent {
			continue
		}
		if doc.Err != nil {
			problems = append(problems, Problem{Code: doc.Err.Code, Origin: origin,
				Message: doc.Err.Message, Hint: doc.Err.Hint, Err: doc.Err.Err})
			continue
		}
		format, ok := document.FormatOf(doc.Path)
		if !ok {
			problems = append(problems, Problem{Code: "syntax", Origin: origin,
				Message: "unknown file type", Hint: "name it .yaml, .yml, .toml or .json"})
			continue
		}
		root, faults := document.Parse(format, doc.Data)
		for _, f := range faults {
			origin.Line, origin.Column = f.Line, f.Column
			problems = append(problems, Problem{Code: f.Code, Origin: origin, Message: f.Message, Hint: f.Hint})
		}
		if len(faults) == 0 {
			layers = append(layers, layer{doc.Path, doc.Data, root, i})
		}
	}
	return layers, problems
}

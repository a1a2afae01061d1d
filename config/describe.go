package config

import (
	"context"
	"fmt"
	"reflect"

	"example.com/lastgood/internal/describe"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/schema"
)

// JSONSchema returns a JSON Schema, draft 2020-12, of the files of a configuration of type T,
// for editors and for tools that check files without the program. It is derived from the type
// alone: keys, types, defaults, desc tags and the common rules of validate tags; other rules
// are part of the descriptions.
//
// The schema accepts every file that the program accepts, as long as keys are in one of the
// usual spellings and required keys in their own; it does not find everything that [Check]
// finds. If the options have layers beside one file, such as [WithEnv], keys that can be set
// there are not required. The options are those of [Load]; nothing is read. The error is an
// [*Error] if T cannot be a configuration.
func JSONSchema[T any](opts ...Option) ([]byte, error) {
	return describing[T](opts, func(s describe.Subject) ([]byte, error) { return s.JSONSchema(), nil })
}

// Sample returns a commented configuration file for the type T in the format "yaml" or "toml",
// with the desc tag, type, rules, default and environment variable of every key. Required keys
// have an example value that suits their types and rules; all others are commented out. If
// there is no simple example, a comment with CHANGE ME describes the rules: custom rules, most
// rules about other fields, and types that decode themselves. Without such a comment, the
// sample passes [Check], unless a Validate method or a check rejects it; these are not called.
// The options are those of [Load]; nothing is read. Another format, and a type that cannot be a
// configuration, are errors.
func Sample[T any](format string, opts ...Option) ([]byte, error) {
	f, ok := document.FormatOf("." + format)
	if !ok || f == document.JSON {
		return nil, fmt.Errorf("config: there is no sample in the format %q, but in yaml and toml", format)
	}
	return describing[T](opts, func(s describe.Subject) ([]byte, error) { return s.Sample(f), nil })
}

// EnvVar describes an environment variable that [WithEnv] reads. The suffix _FILE, and for a
// list or map an index or a key, can be appended to its name as described there.
type EnvVar struct {
	Name        string   `json:"name"`
	Others      []string `json:"others,omitempty"` // further names, each used if those before it are not set
	Key         string   `json:"key"`
	Description string   `json:"description,omitempty"` // the desc tag
	Type        string   `json:"type"`                  // such as "a duration such as 300ms, 5s or 1h30m"
	Rules       []string `json:"rules,omitempty"`       // such as "must be greater than 0"
	Default     any      `json:"default,omitempty"`     // in the form of [Setting].Value; nil if there is none or it is secret
	Required    bool     `json:"required,omitempty"`    // the key must be set, in any layer
	Secret      bool     `json:"secret,omitempty"`
	Restart     bool     `json:"restart,omitempty"`    // a change needs a restart
	Old         []string `json:"old,omitempty"`        // names by old keys, each read if no other name is set
	Deprecated  string   `json:"deprecated,omitempty"` // the deprecated tag
}

// EnvVars lists the environment variables of a configuration of type T, in the order of the
// fields. The options are those of [Load]; nothing is read. It is an error if they do not
// include [WithEnv], or if T cannot be a configuration.
func EnvVars[T any](opts ...Option) ([]EnvVar, error) {
	return describing[T](opts, func(s describe.Subject) (all []EnvVar, err error) {
		if s.Loader.Startup.Variables == nil {
			return nil, fmt.Errorf("config: %v is not read from the environment; see WithEnv", reflect.TypeFor[T]())
		}
		for _, v := range s.Variables() {
			all = append(all, EnvVar(v))
		}
		return all, nil
	})
}

// describing calls describe on another goroutine, since showing a default calls user code.
func describing[T, R any](opts []Option, describe func(describe.Subject) (R, error)) (R, error) {
	return isolated(context.Background(), nil, func(context.Context) (none R, err error) {
		s, err := subject[T](opts)
		if err != nil {
			return none, err
		}
		return describe(s)
	})
}

// subject returns the description of T under the options.
func subject[T any](opts []Option) (describe.Subject, error) {
	o, err := newOptions(opts)
	if err != nil {
		return describe.Subject{}, err
	}
	return subjectOf[T](o)
}

func subjectOf[T any](o *options) (describe.Subject, error) {
	t := reflect.TypeFor[T]()
	lo := load.Options{KeyTag: o.tagName, Hooks: o.hooks, AllowUnknown: o.allowUnknown, Validator: o.validator, RuleTexts: o.ruleTexts, Defaults: defaultsFor[T](o)}
	if o.err != nil {
		return describe.Subject{}, fmt.Errorf("config: %w", o.err)
	}
	lo.Env = o.loadEnv(func() []string { return nil }) // names without values
	loader, problems := load.New(t, lo)
	if len(problems) > 0 {
		return describe.Subject{}, newError(problems, 0)
	}
	s := describe.Subject{
		Loader:       loader,
		Name:         schema.TypeName(t),
		AllowUnknown: o.allowUnknown,
		Expands:      o.expand != nil,
		Layered:      o.hasEnv || o.viper != nil || len(o.flags)+len(o.keyDirs) > 0 || len(o.files)+len(o.dirs) > 1,
	}
	return s, nil
}

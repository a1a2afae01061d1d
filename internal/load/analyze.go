package load

import (
	"reflect"
	"sync"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/decode"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/rules"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/value"
)

// analysis is the part of a Loader that depends on the Go type alone. It is immutable.
type analysis struct {
	schema *schema.Type
	cyclic bool // a value of the type can contain itself

	hasMethods bool // the type has methods of the caller's that a pass may call
}

// cacheKey is a Go type with the struct tag that names its keys.
type cacheKey struct {
	typ    reflect.Type
	keyTag string
}

// analyzed caches the analysis of types without faults, by cacheKey, as the validator and
// encoding/json cache theirs. A type is not cached with a validator or decode hooks of the
// caller's: their rules can change.
var analyzed sync.Map

// analyze sets l.analysis and, by default, l.validate. It returns the faults of the type.
func analyze(l *Loader) []problem.Problem {
	key := cacheKey{l.typ, l.opts.KeyTag}
	own := l.validate == nil
	if own {
		l.validate = rules.DefaultValidator()
	}
	own = own && len(l.opts.Hooks)+len(l.opts.RuleTexts) == 0
	if own {
		if known, ok := analyzed.Load(key); ok {
			l.analysis = known.(analysis)
			return nil
		}
	}
	root, faults := schema.Of(l.typ, schema.Options{KeyTag: l.opts.KeyTag, RuleTexts: l.opts.RuleTexts})
	if len(faults) > 0 {
		return faults
	}
	l.analysis = analysis{root, value.MayBeCyclic(l.typ), convert.HasMethods(l.typ)}
	faults = append(decode.CheckDefaults(root, l.opts.Hooks), rules.Check(root, l.validate)...)
	if own && len(faults) == 0 {
		analyzed.Store(key, l.analysis)
	}
	return faults
}

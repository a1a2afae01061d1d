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

// analysis is what there is to know of a type before anything is read. It does not change
// any more.
type analysis struct {
	schema *schema.Type
	cyclic bool // a value could hold itself

	hasMethods bool // of a caller's, that a pass may call
}

// cacheKey is a type with the tag that names its keys.
type cacheKey struct {
	typ    reflect.Type
	keyTag string
}

// analyzed are the types that were found sound, as the validator and encoding/json
// remember theirs. What a caller's own validator and decode hooks make of a type is asked
// each time: rules can be added.
var analyzed sync.Map

// analyze finds out about a loader's type, and what is wrong with it.
func analyze(l *Loader) []problem.Problem {
	key := cacheKey{l.typ, l.opts.KeyTag}
	own := l.validate == nil
	if own {
		l.validate = rules.Own()
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
	l.analysis = analysis{root, value.CanLeadBack(l.typ), convert.HasMethods(l.typ)}
	faults = append(decode.CheckDefaults(root, l.opts.Hooks), rules.Check(root, l.validate)...)
	if own && len(faults) == 0 {
		analyzed.Store(key, l.analysis)
	}
	return faults
}

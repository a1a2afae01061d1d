package load

import (
	"reflect"
	"sync"

	"example.com/lastgood/internal/decode"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/rules"
	"example.com/lastgood/internal/schema"
)

// cacheKey is a type with the tag that names its keys.
type cacheKey struct {
	typ    reflect.Type
	keyTag string
}

// analyzed are the schemas of types that were found sound, as the validator and
// encoding/json remember theirs. What a caller's own validator makes of a type is
// asked each time: its rules can be added to.
var analyzed sync.Map

// analyze finds out about the loader's type, and what is wrong with it.
func (l *Loader) analyze() []problem.Problem {
	key := cacheKey{l.typ, l.opts.KeyTag}
	own := l.validate == nil
	if own {
		l.validate = rules.Own()
		if known, ok := analyzed.Load(key); ok {
			l.schema = known.(*schema.Type)
			return nil
		}
	}
	root, faults := schema.Of(l.typ, schema.Options{KeyTag: l.opts.KeyTag})
	if len(faults) > 0 {
		return faults
	}
	l.schema = root
	faults = append(decode.CheckDefaults(root), rules.Check(root, l.validate)...)
	if own && len(faults) == 0 {
		analyzed.Store(key, root)
	}
	return faults
}

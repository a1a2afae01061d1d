package load

import (
	"reflect"
	"sync"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/schema"
)

// studied is what there is to know of a type before anything is read. It does not
// change any more.
type studied struct {
	schema   *schema.Type
	cyclic   bool                             // a value could hold itself
	defaults map[*schema.Field]*document.Node // of the default tags
}

// subject is a type with the tag that names its keys.
type subject struct {
	typ    reflect.Type
	keyTag string
}

// known are the types that were found sound, by subject, as the validator and
// encoding/json remember theirs. What a caller's own validator makes of a type is
// asked each time: its rules can be added to.
var known sync.Map

// study finds out about the loader's type, and what is wrong with it.
func (l *Loader) study() []schema.Fault {
	of := subject{l.typ, l.opts.KeyTag}
	if l.validate == nil {
		if k, ok := known.Load(of); ok {
			l.studied, l.validate = k.(studied), ownValidator()
			return nil
		}
	}
	root, faults := schema.Of(l.typ, schema.Options{KeyTag: of.keyTag})
	if len(faults) > 0 {
		return faults
	}
	l.studied = studied{root, canLeadBack(l.typ, map[reflect.Type]bool{}), map[*schema.Field]*document.Node{}}
	own := l.validate == nil
	if own {
		l.validate = ownValidator()
	}
	faults = append(l.readDefaults(), l.checkRules()...)
	if own && len(faults) == 0 {
		known.Store(of, l.studied)
	}
	return faults
}

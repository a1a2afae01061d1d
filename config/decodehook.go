package config

import (
	"github.com/go-viper/mapstructure/v2"

	"example.com/lastgood/internal/decode"
)

// WithDecodeHook adds mapstructure decode hooks, as viper.DecodeHook does. They are called
// before a value is decoded, in the order in which they are given, each with the result of the
// previous one. A hook that returns nil ends this: it has set its target, or the value counts
// as not set. The option can be repeated.
//
// A hook is called for every section, list, map and single value of the layers, from the
// outside inwards, with the value that Viper would have read and the type of the field; for a
// pointer, it is called again with the type of its element. Values of [WithDefaults] already
// have their types, and keys of maps are not decoded. A hook that returns a different value, or
// modifies its map in place, takes the value: the result is set as it is if the type of the
// field permits that, and is otherwise decoded as strictly as a document. Below it, unknown and
// duplicate keys and conflicts between layers are not reported; the hook is given the highest
// layer, and [Store.Settings] has one origin for everything in it.
//
// The error of a hook is a problem at the value's origin, with secrets removed from its text
// and the error itself as its Err. A hook that panics is a problem that names the hook by its
// number. Several stores call the same hook concurrently.
//
// No hook, and a function without one of mapstructure's three signatures, are errors. By
// default, there are no hooks; durations, comma-separated texts in variables, and types with
// UnmarshalText do not need one.
func WithDecodeHook(hooks ...mapstructure.DecodeHookFunc) Option {
	return optionFunc(func(o *options) {
		if len(hooks) == 0 {
			o.fail("WithDecodeHook: no hook given")
		}
		for i, f := range hooks {
			h, ok := decode.NewHook(f, len(o.hooks)+1)
			if !ok {
				o.fail("WithDecodeHook: argument %d is %T, and no decode hook of mapstructure", i+1, f)
			}
			o.hooks = append(o.hooks, h)
		}
	})
}

package config

import (
	"github.com/go-viper/mapstructure/v2"

	"example.com/lastgood/internal/decode"
)

// WithDecodeHook asks mapstructure's decode hooks, as viper.DecodeHook does, before a value
// is read as its field's type asks. It can be given several times; all hooks are called in
// turn, each with what the one before returned, until one returns nil, which leaves the
// value to it: it has set its target, or the value is not set.
//
// A hook is called for every section, list, map and single value of the files and other
// layers, the whole first, with what Viper would have read and the type of the field, and
// once more without the pointer for one that is a pointer. Values of [WithDefaults] are of
// their type already, and keys of maps are not decoded. A hook that returns something else,
// or changes its map in place, takes the value: what it returns is set as it is where the
// type of the field allows that, and read as strictly as a document otherwise; what is below
// is the hook's own, without unknown keys, duplicates and conflicts of layers, of which the
// highest is given to the hook; and [Store.Settings] has the place of the whole for all in
// it.
//
// The text of a hook's error is that of a problem at the value's place, with secrets taken
// out, and its Err. A hook that panics is a problem that names it by its number. Hooks may be
// called from several goroutines, for several stores at once.
//
// A function of another signature than mapstructure's three is an error. By default, there
// are none: what Viper's users need hooks for, such as durations, texts of comma-separated
// items in variables and types with UnmarshalText, is read without one.
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

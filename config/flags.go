package config

import (
	"slices"

	"github.com/spf13/pflag"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/layers"
)

// WithFlags reads flags, once, when the configuration is loaded; the command line must
// have been parsed by then. Those that were given win over everything else. The default
// of one that was not given, unless it is the zero of its type, is what holds where
// nothing else is set, not even by a default tag. A flag belongs to the key of its name,
// written with "." or "-" between sections: --server.addr or --server-addr for
// server.addr. Other names need [WithFlagKey], or an annotation of the flag:
//
//	flags.SetAnnotation("listen", "config", []string{"server.addr"})
//
// Flags that match no key are left alone. By default, no flags are read.
func WithFlags(flags *pflag.FlagSet) Option {
	return optionFunc(func(o *options) {
		if flags == nil {
			o.fail("WithFlags: the flag set is nil")
			return
		}
		o.flags = append(o.flags, flagSet{
			has: func(name string) bool { return flags.Lookup(name) != nil },
			all: func() []layers.Flag { return allFlags(flags) },
		})
	})
}

// flagSet is what is needed of a set of flags. It does not name pflag's types, so that
// a program without [WithFlags] does not link what they need.
type flagSet struct {
	has func(name string) bool
	all func() []layers.Flag
}

// WithFlagKey tells that a flag sets a key, whatever its name. By default, its
// annotation or its name tells.
func WithFlagKey(flag, key string) Option {
	return optionFunc(func(o *options) {
		if key == "" {
			o.fail("WithFlagKey(%q): the key is empty", flag)
			return
		}
		if o.flagKeys == nil {
			o.flagKeys = map[string]string{}
		}
		o.flagKeys[flag] = key
	})
}

// flagAnnotation is the annotation with a flag's key.
const flagAnnotation = "config"

// allFlags returns the flags with the keys that options tell.
func (o *options) allFlags() []layers.Flag {
	for name := range o.flagKeys {
		if !slices.ContainsFunc(o.flags, func(fs flagSet) bool { return fs.has(name) }) {
			o.fail("WithFlagKey: there is no flag %q", name)
		}
	}
	var all []layers.Flag
	for _, fs := range o.flags {
		var flags []layers.Flag
		o.call(&guard.Func{Name: "WithFlags: the value of a flag"}, func() { flags = fs.all() })
		for _, flag := range flags {
			if key := o.flagKeys[flag.Name]; key != "" {
				flag.Key = key
			}
			all = append(all, flag)
		}
	}
	return all
}

func allFlags(flags *pflag.FlagSet) []layers.Flag {
	var all []layers.Flag
	flags.VisitAll(func(f *pflag.Flag) {
		flag := layers.Flag{Name: f.Name, Text: f.DefValue, Default: !f.Changed}
		if f.Changed {
			flag.Text = f.Value.String()
		}
		if secret, ok := f.Value.(interface{ Reveal() string }); ok {
			flag.Text = secret.Reveal()
		}
		if key := f.Annotations[flagAnnotation]; len(key) > 0 {
			flag.Key = key[0]
		}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			flag.List, flag.Items = true, list.GetSlice()
		}
		all = append(all, flag)
	})
	return all
}

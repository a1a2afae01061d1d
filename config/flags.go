package config

import (
	"slices"

	"github.com/spf13/pflag"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/layers"
)

// WithFlags reads the flags that were set on the command line, once, when the
// configuration is loaded; it must have been parsed by then. They win over
// everything else. A flag belongs to the key of its name, written with "." or "-"
// between sections: --server.addr or --server-addr for server.addr. Other names
// need [WithFlagKey], or an annotation of the flag:
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
			set: func() []layers.Flag { return setFlags(flags) },
		})
	})
}

// flagSet is what is needed of a set of flags. It does not name pflag's types, so that
// a program without [WithFlags] does not link what they need.
type flagSet struct {
	has func(name string) bool
	set func() []layers.Flag // those that were set
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

// setFlags returns the flags that were set on the command line.
func (o *options) setFlags() []layers.Flag {
	for name := range o.flagKeys {
		if !slices.ContainsFunc(o.flags, func(fs flagSet) bool { return fs.has(name) }) {
			o.fail("WithFlagKey: there is no flag %q", name)
		}
	}
	var all []layers.Flag
	for _, fs := range o.flags {
		var set []layers.Flag
		o.call(&guard.Func{Name: "WithFlags: the value of a flag"}, func() { set = fs.set() })
		for _, flag := range set {
			if key := o.flagKeys[flag.Name]; key != "" {
				flag.Key = key
			}
			all = append(all, flag)
		}
	}
	return all
}

func setFlags(flags *pflag.FlagSet) []layers.Flag {
	var set []layers.Flag
	flags.Visit(func(f *pflag.Flag) {
		flag := layers.Flag{Name: f.Name, Text: f.Value.String()}
		if secret, ok := f.Value.(interface{ Reveal() string }); ok {
			flag.Text = secret.Reveal()
		}
		if key := f.Annotations[flagAnnotation]; len(key) > 0 {
			flag.Key = key[0]
		}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			flag.List, flag.Items = true, list.GetSlice()
		}
		set = append(set, flag)
	})
	return set
}

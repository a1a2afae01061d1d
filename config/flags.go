package config

import (
	"github.com/spf13/pflag"

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
		o.flags = append(o.flags, flags)
	})
}

// WithFlagKey tells that a flag sets a key, whatever its name. By default, its
// annotation or its name tells.
func WithFlagKey(flag, key string) Option {
	return optionFunc(func(o *options) {
		if o.flagKeys == nil {
			o.flagKeys = map[string]string{}
		}
		o.flagKeys[flag] = key
	})
}

// flagAnnotation is the annotation with a flag's key.
const flagAnnotation = "config"

// setFlags returns the flags that were set.
func (o *options) setFlags() []layers.Flag {
	for name := range o.flagKeys {
		if !o.hasFlag(name) {
			o.fail("WithFlagKey: there is no flag %q", name)
		}
	}
	var set []layers.Flag
	for _, flags := range o.flags {
		flags.Visit(func(f *pflag.Flag) {
			flag := layers.Flag{Name: f.Name, Key: o.flagKeys[f.Name], Text: f.Value.String()}
			if key := f.Annotations[flagAnnotation]; flag.Key == "" && len(key) > 0 {
				flag.Key = key[0]
			}
			if list, ok := f.Value.(pflag.SliceValue); ok {
				flag.List, flag.Items = true, list.GetSlice()
			}
			set = append(set, flag)
		})
	}
	return set
}

func (o *options) hasFlag(name string) bool {
	for _, flags := range o.flags {
		if flags.Lookup(name) != nil {
			return true
		}
	}
	return false
}

package config

import (
	"maps"
	"reflect"
	"slices"

	"github.com/spf13/pflag"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/problem"
)

// WithFlags reads a flag set once, when the configuration is loaded; parse the command line
// first. Flags that were given win over all other layers. The default of a flag that was not
// given is the lowest layer, below default tags, unless it is the zero of the flag's type;
// flags from [AddFlags] have the default of the configuration's type and set nothing. The
// option can be repeated.
//
// The name of a flag is the key, with "." or "-" between sections: --server.addr or
// --server-addr for server.addr. Other names need [WithFlagKey] or an annotation of the flag:
//
//	flags.SetAnnotation("listen", "config", []string{"server.addr"})
//
// A flag that was given and matches no key is logged: as a warning if it is similar to a key or
// to the last part of one, otherwise together with all others in one record of level INFO. The
// key "-" excludes a flag from that. A flag set that was not parsed, and of which no flag was
// given, is logged as a warning: with cobra, use cmd.Flags(), which contains the persistent
// flags of the parent commands. A nil flag set is an error. By default, no flags are read.
func WithFlags(flags *pflag.FlagSet) Option {
	return optionFunc(func(o *options) {
		if flags == nil {
			o.fail("WithFlags: the flag set is nil")
			return
		}
		o.flags = append(o.flags, flagSet{
			lookup:   func(name string) string { return lookup(flags, name) },
			all:      func(t reflect.Type) []layers.Flag { return allFlags(flags, t) },
			unparsed: func() bool { return isUnparsed(flags) },
		})
	})
}

// flagSet is a set of flags. It does not name the types of pflag, so that a program without
// [WithFlags] does not link their dependencies.
type flagSet struct {
	lookup   func(name string) string // returns the flag's name in the set, or ""
	all      func(reflect.Type) []layers.Flag
	unparsed func() bool
}

// WithFlagKey sets the key of a flag; given to [AddFlags], it sets the name of the flag of a
// key. The key "-" means that the flag is not a setting. An empty key, and a flag that no set
// of [WithFlags] has, are errors. By default, the key is in the annotation of the flag, or else
// its name.
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

// flagAnnotation is the annotation that contains the key of a flag.
const flagAnnotation = "config"

// allFlags returns the flags for a configuration of type t, with their keys, and a warning for
// each set that was not parsed.
func (o *options) allFlags(t reflect.Type) (all []layers.Flag, warnings []problem.Problem) {
	names := slices.Sorted(maps.Keys(o.flagKeys))
	for _, name := range names {
		if !slices.ContainsFunc(o.flags, func(fs flagSet) bool { return fs.lookup(name) != "" }) {
			o.fail("WithFlagKey: there is no flag %q", name)
		}
	}
	for _, fs := range o.flags {
		keys := map[string]string{} // by name in the set
		for _, name := range names {
			keys[fs.lookup(name)] = o.flagKeys[name]
		}
		var flags []layers.Flag
		unparsed := false
		o.call(&guard.Func{Name: "WithFlags: the value of a flag"}, func() { flags, unparsed = fs.all(t), fs.unparsed() })
		if unparsed {
			warnings = append(warnings, problem.Problem{Code: CodeFlags, Message: "the flags given to WithFlags have not been parsed",
				Hint: "parse the command line first; with cobra, give it cmd.Flags() when the command runs"})
		}
		for _, flag := range flags {
			if key := keys[flag.Name]; key != "" {
				flag.Key = key
			}
			all = append(all, flag)
		}
	}
	return all, warnings
}

// lookup returns the name that a set has for a flag, which its SetNormalizeFunc may have
// changed, or "" if there is no such flag.
func lookup(flags *pflag.FlagSet, name string) string {
	if f := flags.Lookup(name); f != nil {
		return f.Name
	}
	return ""
}

// isUnparsed reports whether it seems that the command line was not parsed. A set that is part
// of another, such as the persistent flags of a command, is not parsed itself, but shares its
// flags.
func isUnparsed(flags *pflag.FlagSet) bool {
	changed := false
	flags.VisitAll(func(f *pflag.Flag) { changed = changed || f.Changed })
	return !flags.Parsed() && !changed && flags.HasFlags()
}

func allFlags(flags *pflag.FlagSet, t reflect.Type) []layers.Flag {
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
		switch v := f.Value.(type) {
		case *leafFlag:
			flag.Node, flag.Foreign, flag.Zero = v.value, v.root != t, flag.Default // the default is that of the type
		case pflag.SliceValue:
			flag.List, flag.Items = true, v.GetSlice()
		}
		flag.Zero = flag.Zero || flag.Default && isZero(f.Value, flag)
		all = append(all, flag)
	})
	return all
}

// isZero reports whether the default of a flag is the zero of the flag's type.
func isZero(v pflag.Value, flag layers.Flag) bool {
	if flag.List {
		return len(flag.Items) == 0
	}
	typ, zero := reflect.TypeOf(v), ""
	if typ.Kind() == reflect.Pointer && flag.Text != "" {
		zeroValue := reflect.New(typ.Elem()).Interface().(pflag.Value)
		// String panics for the zero value of pflag's maps and of flags of package flag.
		if guard.Call(guard.Method(zeroValue, "String"), func() { zero = zeroValue.String() }) != nil {
			return v.Type() != "string" && slices.Contains([]string{"[]", "0", "false", "0s"}, flag.Text)
		}
	}
	return flag.Text == "" || flag.Text == zero
}

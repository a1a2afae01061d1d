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

// WithFlags reads flags, once, when the configuration is loaded; the command line must
// have been parsed by then. Those that were given win over everything else. The default
// of one that was not given, unless it is the zero of the flag's type, is what holds where
// nothing else is set, not even by a default tag; of a flag of [AddFlags], it is the
// type's own. A flag belongs to the key of its name, written with "." or "-" between
// sections: --server.addr or --server-addr for server.addr. Other names need
// [WithFlagKey], or an annotation of the flag:
//
//	flags.SetAnnotation("listen", "config", []string{"server.addr"})
//
// Not every flag is a setting. One that was given and matches no key is logged: as a
// warning if it is spelled like a key or like the last part of one, and else with all
// others in one record of level INFO. A flag with the key "-" is left out of that. It is
// a warning, too, if the set was not parsed and none of its flags was given: with cobra,
// give the set cmd.Flags(), which has the persistent flags of all commands around. By
// default, no flags are read.
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

// flagSet is what is needed of a set of flags. It does not name pflag's types, so that
// a program without [WithFlags] does not link what they need.
type flagSet struct {
	lookup   func(name string) string // the name that the set has for a flag, or ""
	all      func(reflect.Type) []layers.Flag
	unparsed func() bool
}

// WithFlagKey has a flag set a key, whatever its name, and given to [AddFlags] names the
// flag for a key. The key "-" is none: the flag is no setting. By default, its annotation
// or its name has the key.
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

// allFlags returns the flags for a configuration of type t with the keys that options have
// for them, and the warning if a set was not parsed.
func (o *options) allFlags(t reflect.Type) (all []layers.Flag, warnings []problem.Problem) {
	names := slices.Sorted(maps.Keys(o.flagKeys))
	for _, name := range names {
		if !slices.ContainsFunc(o.flags, func(fs flagSet) bool { return fs.lookup(name) != "" }) {
			o.fail("WithFlagKey: there is no flag %q", name)
		}
	}
	for _, fs := range o.flags {
		keys := map[string]string{} // by the names that the set has
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

// lookup returns the name that a set has for a flag, which its SetNormalizeFunc may spell in
// another way, or "".
func lookup(flags *pflag.FlagSet, name string) string {
	if f := flags.Lookup(name); f != nil {
		return f.Name
	}
	return ""
}

// isUnparsed reports whether nobody has parsed the command line, as far as a set shows. A
// set that is part of another, as the persistent flags of a command, is not parsed itself,
// but shares its flags.
func isUnparsed(flags *pflag.FlagSet) bool {
	given := false
	flags.VisitAll(func(f *pflag.Flag) { given = given || f.Changed })
	return !flags.Parsed() && !given && flags.HasFlags()
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
			flag.Node, flag.Foreign, flag.Zero = v.given, v.root != t, flag.Default // that of the type
		case pflag.SliceValue:
			flag.List, flag.Items = true, v.GetSlice()
		}
		flag.Zero = flag.Zero || flag.Default && isZero(f.Value, flag)
		all = append(all, flag)
	})
	return all
}

// isZero reports whether the default of a flag is the zero of its type.
func isZero(v pflag.Value, flag layers.Flag) bool {
	if flag.List {
		return len(flag.Items) == 0
	}
	typ, zero := reflect.TypeOf(v), ""
	if typ.Kind() == reflect.Pointer && flag.Text != "" {
		made := reflect.New(typ.Elem()).Interface().(pflag.Value)
		// A map of pflag's has no zero value that can be asked, nor has a flag of package flag.
		if guard.Call(guard.Method(made, "String"), func() { zero = made.String() }) != nil {
			return v.Type() != "string" && slices.Contains([]string{"[]", "0", "false", "0s"}, flag.Text)
		}
	}
	return flag.Text == "" || flag.Text == zero
}

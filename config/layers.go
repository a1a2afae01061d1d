package config

import (
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/viper"

	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/value"
)

// WithDefaults sets defaults by a value of the configuration's type. A zero field sets nothing,
// so that the default tag of the field applies; a pointer to zero sets zero. The value is
// copied. A value of another type, or one that contains itself, is an error. By default, only
// default tags apply.
func WithDefaults[T any](value T) Option {
	return optionFunc(func(o *options) { o.defaults = &value })
}

// WithDir reads the files in a directory, such as conf.d, as layers above all files, in the
// order of their names: those whose names end in .yaml, .yml, .toml, .json or the extension of
// a codec ([WithCodec]), and do not begin with a dot. Files that appear and disappear are
// detected. The directory must exist and may be empty. The option can be repeated; later
// directories win. By default, no directory is read.
func WithDir(path string) Option {
	return optionFunc(func(o *options) {
		if abs, ok := o.absolute("WithDir", path); ok {
			o.dirs = append(o.dirs, load.Place{Place: source.Place{Path: abs, Entry: o.isDocument}, Kind: problem.File})
		}
	})
}

// WithKeyDir reads a directory in which each file contains one value, such as a mounted Secret.
// The name of a file is the key, in which "." or "__" separates sections (db.dsn, db__dsn); its
// content without the final newline is the value, written as for [WithEnv]. Names that begin
// with a dot are ignored, as are those of [IgnoreFiles]; any other name that is not a key is an
// error. Files that appear and disappear are detected. The option can be repeated; later
// directories win, and all win over files. By default, no such directory is read.
func WithKeyDir(dir string, opts ...KeyDirOption) Option {
	return optionFunc(func(o *options) {
		var k keyDir
		for i, opt := range opts {
			if opt == nil {
				o.fail("WithKeyDir(%q): option %d is nil", dir, i+1)
				continue
			}
			opt.applyKeyDir(o, &k)
		}
		if abs, ok := o.absolute("WithKeyDir", dir); ok {
			o.keyDirs = append(o.keyDirs, load.Place{Place: source.Place{Path: abs, Entry: k.isKey}, Kind: problem.KeyFile, Under: k.under})
		}
	})
}

// KeyDirOption configures [WithKeyDir]. [Under] and [IgnoreFiles] return such options.
type KeyDirOption interface{ applyKeyDir(*options, *keyDir) }

type keyDirFunc func(*options, *keyDir)

func (f keyDirFunc) applyKeyDir(o *options, k *keyDir) { f(o, k) }

// keyDir is the configuration of one WithKeyDir.
type keyDir struct {
	under  string
	ignore []string
}

// Under makes the files of a directory set the keys of a section, or the entries of a map, such
// as db or tenants.acme. It is for a Secret with keys of one section, such as username and
// password. An unknown section is an error. By default, the files set keys from the top level.
func Under(section string) KeyDirOption {
	return keyDirFunc(func(o *options, k *keyDir) {
		if section == "" || k.under != "" {
			o.fail("Under(%q): name one section", section)
		}
		k.under = section
	})
}

// IgnoreFiles ignores the files whose names match one of the patterns, as defined by
// [path.Match]: _example, *.crt. They are not read. The option can be repeated. An invalid
// pattern is an error. By default, only names that begin with a dot are ignored.
func IgnoreFiles(patterns ...string) KeyDirOption {
	return keyDirFunc(func(o *options, k *keyDir) {
		if len(patterns) == 0 {
			o.fail("IgnoreFiles: no pattern given")
		}
		for _, pattern := range patterns {
			if _, err := path.Match(pattern, ""); err != nil || pattern == "" || strings.Contains(pattern, "/") {
				o.fail("IgnoreFiles(%q): it is no pattern of file names; see path.Match", pattern)
				continue
			}
			k.ignore = append(k.ignore, pattern)
		}
	})
}

// isKey reports whether the file of this name is read.
func (k *keyDir) isKey(name string) bool {
	return !strings.HasPrefix(name, ".") && !slices.ContainsFunc(k.ignore, func(pattern string) bool {
		matched, err := path.Match(pattern, name)
		return matched && err == nil // which was checked
	})
}

// WithViper reads the values of an application's Viper, so that the application can be migrated
// step by step. The rank of each value depends on its place in the Viper:
//
//   - from Set, a flag that was given, or the environment: above everything but [WithFlags];
//   - from a configuration file: as the lowest file; if the store reads the same file, the
//     value is ignored;
//   - from a key-value store or SetDefault: below all files, above [WithDefaults];
//   - from the default of a flag that was not given, unless it is the zero of its type: below
//     everything else.
//
// The keys of the Viper are read, and those of the type, which AutomaticEnv may find. Keys that
// the type does not have are ignored. Viper has converted the keys of maps to lower case.
//
// The Viper is read when the configuration is loaded and by each [Store.Reload], and must not
// be written to meanwhile; it is never modified. A nil Viper and a second one are errors. By
// default, no Viper is read.
func WithViper(v *viper.Viper) Option {
	return optionFunc(func(o *options) {
		if v == nil {
			o.fail("WithViper: the Viper is nil")
			return
		}
		if o.viper != nil {
			o.fail("WithViper: there is a Viper already")
		}
		o.viper = layers.NewViperReader(v).Read
	})
}

// WithoutFile disables the search for a configuration file if no option names one, so that all
// settings come from other layers. By default, [Load] searches for a file.
func WithoutFile() Option {
	return optionFunc(func(o *options) { o.noFile = true })
}

// WithTagName sets the struct tag that contains the keys, for structs that already have one
// such as "yaml", "json" or "toml". The name in it is the key, and ",inline" is supported for
// structs. By default, it is "mapstructure".
func WithTagName(name string) Option {
	return optionFunc(func(o *options) {
		switch {
		case name == "":
			o.fail("WithTagName: the name is empty")
		case strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == ':' || r == '"' || r == 0x7f }):
			o.fail("WithTagName(%q): a struct tag cannot have such a name", name)
		}
		o.tagName = name
	})
}

// places returns all files, directories and sources, from the lowest layer to the highest.
func (o *options) places() []load.Place {
	var all []load.Place
	for _, file := range o.files {
		all = append(all, load.Place{Place: file, Kind: problem.File})
	}
	return append(append(all, o.dirs...), o.keyDirs...)
}

// defaultsFor returns the value of WithDefaults, which must be a *T.
func defaultsFor[T any](o *options) any {
	if o.defaults == nil {
		return nil
	}
	if _, ok := o.defaults.(*T); !ok {
		o.fail("WithDefaults: the value is %v, not %v", reflect.TypeOf(o.defaults).Elem(), reflect.TypeFor[T]())
		return nil
	}
	if value.IsCyclic(o.defaults) {
		o.fail("WithDefaults: the value leads back to itself")
		return nil
	}
	return o.defaults
}

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

// WithDefaults gives defaults as a value of the configuration's type. A field that
// is zero in it is not set by it, and then has what its default tag says; a pointer
// to zero sets zero. The value is copied. By default, only default tags apply.
func WithDefaults[T any](value T) Option {
	return optionFunc(func(o *options) { o.defaults = &value })
}

// WithDir reads every file in the directory at path whose name ends in .yaml, .yml,
// .toml, .json or the extension of a codec ([WithCodec]), and does not begin with a dot, in the order of their names, above
// all files: a conf.d. Files that come and go are followed. The directory must
// exist, and may be empty. It can be given several times; later directories win.
// By default, no directory is read.
func WithDir(path string) Option {
	return optionFunc(func(o *options) {
		if abs, ok := o.absolute("WithDir", path); ok {
			o.dirs = append(o.dirs, load.Place{Place: source.Place{Path: abs, Entry: o.isDocument}, Kind: problem.File})
		}
	})
}

// WithKeyDir reads a directory, dir, in which each file holds one value, as a mounted
// Secret does: the file's name is the key, in which "." or "__" leads into a
// section (db.dsn, db__dsn), and its content, without the final newline, is the
// value, written as for [WithEnv]. [Under] has the keys of one section. Names that begin with a
// dot are left out, those of the kubelet among them, and those that [IgnoreFiles] names; any
// other that is no key is an error. Files that come and go are followed. It can be given
// several times; later directories win, and all win over files. By default, no such
// directory is read.
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

// KeyDirOption changes what [WithKeyDir] does. [Under] and [IgnoreFiles] make them.
type KeyDirOption interface{ applyKeyDir(*options, *keyDir) }

type keyDirFunc func(*options, *keyDir)

func (f keyDirFunc) applyKeyDir(o *options, k *keyDir) { f(o, k) }

// keyDir is what WithKeyDir was given.
type keyDir struct {
	under  string
	ignore []string
}

// Under has the files of a directory set the keys of a section, or the entries of a map, such
// as db or tenants.acme: for a Secret whose keys are those of one thing alone, username and
// password among them. It is an error if there is no such section. By default, files set the
// keys of the whole configuration.
func Under(section string) KeyDirOption {
	return keyDirFunc(func(o *options, k *keyDir) {
		if section == "" || k.under != "" {
			o.fail("Under(%q): name one section", section)
		}
		k.under = section
	})
}

// IgnoreFiles leaves files of a directory out whose names match one of the patterns, which are
// those of [path.Match]: _example, *.crt. They are not read, and what they hold does not
// matter. It can be given several times. By default, only names that begin with a dot are left
// out.
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

// isKey reports whether a file is read, going by its name.
func (k *keyDir) isKey(name string) bool {
	return !strings.HasPrefix(name, ".") && !slices.ContainsFunc(k.ignore, func(pattern string) bool {
		matched, err := path.Match(pattern, name)
		return matched && err == nil // which was checked
	})
}

// WithViper takes over what a Viper of the application has, so that an application can
// move over step by step. Each value ranks by where the Viper has it from:
//
//   - by Set, from a flag that was given, or from the environment: above everything but
//     [WithFlags];
//   - from a configuration file: as the lowest file; but what comes from a file that
//     the store follows is left to that file;
//   - from a key-value store or by SetDefault: right below files, above [WithDefaults];
//   - from the default of a flag that was not given, unless it is the zero of its type:
//     below everything else.
//
// Keys of its own are read, and those of the type, which its AutomaticEnv may find. Those
// that the type has no field for are ignored, and Viper has lower-cased those of maps.
//
// The Viper is not written to. It is read once, and again by each [Store.Reload]; nobody
// may write to it meanwhile. By default, there is none.
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

// WithoutFile does not look for a configuration file where no option names one, so
// that all settings come from other layers. By default, [Load] looks for one.
func WithoutFile() Option {
	return optionFunc(func(o *options) { o.noFile = true })
}

// WithTagName has another struct tag than mapstructure tell the keys, for structs
// that carry one already: "yaml", "json", "toml". Its name for a field counts, and
// its option ",inline" for a struct. By default, it is "mapstructure".
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

// places returns everything that is read, from the lowest layer to the highest.
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
	if value.LeadsBack(o.defaults) {
		o.fail("WithDefaults: the value leads back to itself")
		return nil
	}
	return o.defaults
}

package config

import (
	"errors"
	"io/fs"
	"os"
	"slices"

	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/override"
	"example.com/lastgood/internal/source"
)

// WithOverride is for the packages configtest and configcli of this module, which serve
// a test's own value and judge documents that are no files. No other module can make its
// argument. By default, nothing is overridden.
func WithOverride(by override.Override) Option {
	return optionFunc(func(o *options) {
		o.warned = by.Warned
		if by.Value != nil || by.Defaults {
			o.testValue, o.testDefaults = by.Value, by.Defaults
			return
		}
		o.lastGood, o.probation, o.documentStore, o.newMachine, o.startupWait = nil, nil, nil, nil, 0
		if len(by.Documents) == 0 {
			return
		}
		first := slices.IndexFunc(o.files, func(p source.Place) bool { return !p.Given })
		if first < 0 {
			first = len(o.files)
		}
		contents := slices.DeleteFunc(o.files[first:], func(p source.Place) bool { return !p.Given }) // they are the program's
		o.files, o.searches = slices.Concat(o.files[:first], by.Documents, contents), nil
		o.dirs, o.noFile = nil, true
		// Directories of secrets stay where they exist: in CI, they do not.
		o.keyDirs = slices.DeleteFunc(o.keyDirs, func(p load.Place) bool {
			_, err := os.Stat(p.Path)
			return errors.Is(err, fs.ErrNotExist)
		})
	})
}

// FormatsOf is for the package configcli of this module: it returns the formats of the
// files that options can read. No other module can name its result.
func FormatsOf(opts ...Option) (override.Formats, error) {
	o, err := newOptions(opts)
	if err != nil {
		return override.Formats{}, err
	}
	return override.Formats{Extensions: o.extensions(), Default: o.format}, nil
}

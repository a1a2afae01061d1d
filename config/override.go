package config

import (
	"errors"
	"io/fs"
	"os"
	"slices"

	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/override"
)

// WithOverride is for the packages configtest, configcli and confighttp of this module, which
// serve a test's own value and judge documents that are no files. No other module can make its
// argument. By default, nothing is overridden.
func WithOverride(by override.Override) Option {
	return optionFunc(func(o *options) {
		if by.Misplaced != "" {
			o.fail("%s: it is for confighttp.Admission alone", by.Misplaced)
			return
		}
		o.warned = by.Warned
		if by.NoChecks {
			o.checks = nil
		}
		if by.Value != nil || by.Defaults {
			o.testValue, o.testDefaults = by.Value, by.Defaults
			return
		}
		o.lastGood, o.probation, o.documentStore, o.newMachine, o.startupWait = nil, nil, nil, nil, 0
		if len(by.Documents) == 0 {
			return
		}
		o.files, o.dirs, o.noFile = by.Documents, nil, true
		// Directories of secrets stay where they exist: in CI, they do not.
		o.keyDirs = slices.DeleteFunc(o.keyDirs, func(p load.Place) bool {
			_, err := os.Stat(p.Path)
			return errors.Is(err, fs.ErrNotExist)
		})
	})
}

// FormatsOf is for the packages configcli and confighttp of this module: it returns the formats of the
// files that options can read. No other module can name its result.
func FormatsOf(opts ...Option) (override.Formats, error) {
	o, err := newOptions(append(opts[:len(opts):len(opts)], WithoutFile()))
	if err != nil {
		return override.Formats{}, err
	}
	return override.Formats{Extensions: o.extensions(), Default: o.format}, nil
}

package config

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/override"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// WithOverride is for packages of this module: configtest, configcli and confighttp serve a
// value of a test, or check documents that are not files. Other modules cannot create its
// argument. By default, nothing is overridden.
func WithOverride(by override.Override) Option {
	return optionFunc(func(o *options) {
		if by.Misplaced != "" {
			o.fail("%s: it is for confighttp.Admission alone", by.Misplaced)
			return
		}
		o.onWarning, o.secretEnv, o.assumed = by.Warned, by.Environ, by.Assumed
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
		first := slices.IndexFunc(o.files, func(p source.Place) bool { return !p.Given })
		if first < 0 {
			first = len(o.files)
		}
		contents := slices.DeleteFunc(o.files[first:], func(p source.Place) bool { return !p.Given }) // they belong to the program
		o.files, o.searches = slices.Concat(o.files[:first], by.Documents, contents), nil
		o.dirs, o.noFile = nil, true
		// Directories of secrets are read if they exist, which is not so in CI.
		o.keyDirs = slices.DeleteFunc(o.keyDirs, func(p load.Place) bool {
			_, err := os.Stat(p.Path)
			return errors.Is(err, fs.ErrNotExist)
		})
	})
}

// checkAssumed returns an error if a key that is assumed to be set does not exist, as a value,
// a section, or a part of a map or list.
func (o *options) checkAssumed(leaves *schema.Leaves) error {
	for _, key := range o.assumed {
		all := leaves.Keys()
		if !slices.ContainsFunc(all, func(leaf string) bool { return leaf == key || isBelow(leaf, key) || isBelow(key, leaf) }) {
			text := "there is no key " + strconv.Quote(key)
			if near := problem.Suggest(key, all); near != "" {
				text += "; did you mean " + strconv.Quote(near) + "?"
			}
			return override.NoKey(redact.Escape(text))
		}
	}
	return nil
}

// withoutAssumed removes the problems that assumed keys are not set: those of the keys, and of
// required sections around them.
func (o *options) withoutAssumed(err error) error {
	bad, ok := errors.AsType[*Error](err)
	if !ok || len(o.assumed) == 0 {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(bad.Problems), func(p Problem) bool {
		return slices.ContainsFunc(o.assumed, func(key string) bool {
			inIt := p.Key == key || isBelow(p.Key, key)
			unset := p.Origin.Line == 0 && slices.Contains([]OriginKind{OriginNone, OriginFile, OriginType}, p.Origin.Kind)
			return p.Code == CodeRequired && (inIt || isBelow(key, p.Key)) || inIt && unset
		})
	})
	rest := *bad
	if rest.Problems = left; len(left) > rest.warnings() {
		return &rest
	}
	for _, p := range left {
		o.onWarning(p)
	}
	return nil
}

// isBelow reports whether a key is inside the value of another.
func isBelow(key, around string) bool {
	rest, ok := strings.CutPrefix(key, around)
	return ok && around != "" && rest != "" && (rest[0] == '.' || rest[0] == '[')
}

// FormatsOf is for the packages configcli and confighttp of this module: it returns the formats of
// the files that options can read. It reads no file. It returns an error if an option is wrong, or
// if the options assume that a key is set which T does not have. No other module can name its
// result.
func FormatsOf[T any](opts ...Option) (override.Formats, error) {
	o, err := newOptions(opts)
	if err != nil {
		return override.Formats{}, err
	}
	if len(o.assumed) > 0 {
		if loader, wrong := newLoader[T](o); wrong == nil { // an error of T is reported by Check
			err = o.checkAssumed(loader.Schema().Leaves)
		}
	}
	return override.Formats{Extensions: o.extensions(), Default: o.format}, err
}

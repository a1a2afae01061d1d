// Package override is what packages configtest, configcli and confighttp give package config
// in the place of what it would read. It is internal, so that nobody else can leave validation
// out.
package override

import "example.com/lastgood/internal/source"

// Override replaces what is read.
type Override struct {
	Value     any            // a *T that is served as it is; or, if it is nil,
	Defaults  bool           // what is served is what holds where nothing is set, and not validated; or else
	Documents []source.Place // what is read instead of the files and directories named so far; nil for these. What is on disk is judged, and nothing is stored, tried or waited for

	NoChecks  bool   // the functions of WithCheck are not called
	Misplaced string // the option that is not for Load; "" for none

	// Environ are variables that are set besides those of the process, as NAME=value, whose
	// values are secrets.
	Environ []string

	// Assumed are keys of what is set by something that is not there. That they are not set
	// is no problem.
	Assumed []string

	// Warned is called with each warning, a config.Problem, in the place of logging it.
	Warned func(problem any)
}

// NoKey is that something assumed is no key of the configuration.
type NoKey string

func (e NoKey) Error() string { return string(e) }

// Step is what happens to a store that serves the value of a test.
type Step struct {
	Value    any   // a *T that is published as it is; or, if it is nil,
	Rejected error // why a reload was rejected, a *config.Error
}

// Formats are those of the files that options can read.
type Formats struct {
	Extensions []string // without the dot
	Default    string   // of files without a known extension; "" for none
}

// Package override is how packages configtest, configcli and confighttp replace what package
// config reads. It is internal, so that validation cannot be bypassed by other packages.
package override

import "example.com/lastgood/internal/source"

// Override replaces what is read.
type Override struct {
	Value     any            // a *T to publish without a pass; if it is nil,
	Defaults  bool           // publish the defaults without validation; otherwise
	Documents []source.Place // replace the files and directories of the options so far, if not nil; then nothing is stored, put on probation or waited for

	NoChecks  bool   // functions of WithCheck are not called
	Misplaced string // the option that is not for Load; "" for none

	// Environ are variables in addition to those of the process, as NAME=value, whose values are
	// secrets.
	Environ []string

	// Assumed are keys that something absent sets. It is not a problem that they are not set.
	Assumed []string

	// Warned, if not nil, is called with each warning, a config.Problem, instead of logging
	// it.
	Warned func(problem any)
}

// NoKey is the error for an assumed key that is not a key of the configuration.
type NoKey string

func (e NoKey) Error() string { return string(e) }

// Step is a step of a test for a store that serves a test's value.
type Step struct {
	Value    any   // a *T to publish; if it is nil,
	Rejected error // the reason of a rejected reload, a *config.Error
}

// Formats are the formats of files that the options can read.
type Formats struct {
	Extensions []string // without the dot
	Default    string   // the extension that applies to files without a known one; "" for none
}

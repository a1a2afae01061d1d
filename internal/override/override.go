// Package override is what packages configtest and configcli give package config in the
// place of what it would read. It is internal, so that nobody else can leave validation
// out.
package override

import "example.com/lastgood/internal/source"

// Override replaces what is read.
type Override struct {
	Value     any            // a *T that is served as it is; or, if it is nil,
	Documents []source.Place // what is read instead of the files and directories named so far; nil for these

	// Warned is called with each warning, a config.Problem, in the place of logging it.
	Warned func(problem any)
}

// Formats are those of the files that options can read.
type Formats struct {
	Extensions []string // without the dot
	Default    string   // of files without a known extension; "" for none
}

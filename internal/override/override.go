// Package override is what packages configtest and configcli give package config in the
// place of what it would read. It is internal, so that nobody else can leave validation
// out.
package override

import "example.com/lastgood/internal/source"

// Override replaces what is read.
type Override struct {
	Value     any            // a *T that is served as it is; or, if it is nil, and Alone is not set,
	Alone     bool           // what is on disk is judged, and nothing else happens: nothing is stored, tried or waited for
	Documents []source.Place // what is read instead of the files and directories named so far
}

// Formats are those of the files that options can read.
type Formats struct {
	Extensions []string // without the dot
	Default    string   // of files without a known extension; "" for none
}

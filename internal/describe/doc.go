// Package describe makes a JSON Schema, a commented sample and a table of environment
// variables from the Go type of a configuration alone. It holds no state.
package describe

import "example.com/lastgood/internal/load"

// Subject is what is described.
type Subject struct {
	Loader *load.Loader // of the type, with its defaults and without other layers

	Name         string // of the type
	AllowUnknown bool   // unknown keys are ignored
	Expands      bool   // a text may refer to a variable

	// Layered reports that a file need not hold all that must be set, because other
	// layers add to it.
	Layered bool
}

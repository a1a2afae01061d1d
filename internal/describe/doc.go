// Package describe tells people and tools what a configuration can hold, from its
// Go type alone: as a JSON Schema, a commented sample, and a table of environment
// variables. It holds no state.
//
// Its tables are functions, because a map in a variable is made when a program
// starts, and linked into it, even if nothing is ever described.
package describe

import "example.com/lastgood/internal/load"

// Subject is what is described.
type Subject struct {
	Loader *load.Loader // of the type, with its defaults and without other layers

	Name         string // of the type
	AllowUnknown bool   // unknown keys are ignored

	// Layered tells that a file need not hold all that must be set, because other
	// layers add to it.
	Layered bool
}

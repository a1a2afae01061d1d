package config

import (
	"os"

	"example.com/lastgood/internal/expand"
)

// WithExpandEnv replaces ${NAME} and ${NAME:-default} in the texts of documents by the
// environment variables of the names given, as they are when the configuration is loaded. A
// name that ends in "_*" is for all with what is before the "*". The default is for a variable
// that is not set, or empty; one that is not set, without a default, is an error. "$${" is a
// literal "${". A reference to another variable is left as it is, which is logged as a warning.
//
// A document is parsed first, so that no variable changes its structure: what is expanded is
// a text, and read as its field's type asks. It is not expanded again. Keys of a document are
// never expanded, nor are the paths of files to which it refers, and references are not
// nested. What variables give a document is bounded by 16 MiB.
//
// Whoever may edit a document sees none of it: settings, problems, diffs and the log show the
// value as it is written, and its text is taken out of all others, as a secret's. But who may
// change where the value of a variable is sent can have it sent there: name only variables
// that this may happen to. It is for files, directories of files, and contents that the
// program gives; never for what comes from a store elsewhere. By default, nothing is expanded,
// and a text that looks like a reference is logged as a warning.
func WithExpandEnv(names ...string) Option {
	return optionFunc(func(o *options) {
		if o.expand != nil {
			o.fail("WithExpandEnv: names were given already; give all of them at once")
			return
		}
		variables, err := expand.New(names, os.Environ())
		if err != nil {
			o.fail("WithExpandEnv: %w", err)
		}
		o.expand = variables
	})
}

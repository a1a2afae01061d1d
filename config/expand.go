package config

import (
	"os"

	"example.com/lastgood/internal/expand"
)

// WithExpandEnv replaces ${NAME} and ${NAME:-default} in the texts of documents by the values
// of the environment variables with the given names, as they are when the configuration is
// loaded. A name that ends in "_*" permits all variables with the part before the "*" as a
// prefix. The default is used if the variable is not set or empty; without one, a variable that
// is not set is an error. "$${" is a literal "${". References to other variables are not
// replaced; each is logged as a warning.
//
// Documents are parsed first, so that no variable can change their structure; the result is a
// text that is decoded according to the type of its field, and is not expanded again. Keys and
// the paths of referenced files are not expanded, and references are not nested. The values of
// variables in one document are limited to 16 MiB.
//
// An author of documents does not see the values: settings, problems, diffs and logs show the
// text as written, and the values are removed from all other texts, like secrets. An author who
// can direct a value to another host can still have it sent there, so permit only variables for
// which that is acceptable. Expansion applies to files, directories of files and contents of
// the program, never to documents of a [Source]. No name, an invalid name, and the option given
// twice are errors. By default, nothing is expanded, and a text that looks like a reference is
// logged as a warning.
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

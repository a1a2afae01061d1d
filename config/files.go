package config

import (
	"strings"

	"example.com/lastgood/internal/source"
)

// WithFile reads the files at paths, whose extension, in any case, tells their
// format: .yaml, .yml, .toml or .json; see [WithCodec] and [WithFormat] for others. It
// can be given several times; later files win over earlier ones. Maps are merged, lists and scalars replaced, and
// null for a field means "not set here". A file that does not exist is an error; see
// [WithOptionalFile]. Relative paths are resolved once, when the configuration
// is loaded.
//
// On Kubernetes, give the path inside the directory at which the ConfigMap's
// volume is mounted. By default, the file is looked for as [Load] says.
func WithFile(paths ...string) Option {
	return optionFunc(func(o *options) { o.addFiles("WithFile", paths, false) })
}

// WithOptionalFile is like [WithFile] for files that may be missing. One that
// appears later is read then, and the values of one that disappears are no
// longer set. By default, every file must exist.
func WithOptionalFile(paths ...string) Option {
	return optionFunc(func(o *options) { o.addFiles("WithOptionalFile", paths, true) })
}

func (o *options) addFiles(option string, paths []string, optional bool) {
	if len(paths) == 0 {
		o.fail("%s: no path given", option)
	}
	for _, path := range paths {
		if abs, ok := o.absolute(option, path); ok {
			o.files = append(o.files, source.Place{Path: abs, Optional: optional})
		}
	}
}

// absolute returns the absolute form of a path given to an option, if it can be one.
func (o *options) absolute(option, path string) (abs string, ok bool) {
	switch {
	case path == "":
		o.fail("%s: the path is empty", option)
		return "", false
	case strings.ContainsRune(path, 0):
		o.fail("%s: the path %q has a NUL character", option, path)
		return "", false
	}
	abs, err := source.Abs(path)
	if err != nil {
		o.fail("%s: %w", option, err)
	}
	return abs, err == nil
}

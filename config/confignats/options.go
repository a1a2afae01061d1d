package confignats

import "strings"

// Option changes what [New] does. The functions of this package make them. What is wrong
// with one is an error of [config.Load].
type Option interface{ apply(*source) }

type optionFunc func(*source)

func (f optionFunc) apply(s *source) { f(s) }

// Format sets the format of the document: "yaml", "toml", "json" or the extension of a codec.
// By default, it is the extension of the key, or else that of [config.WithFormat].
func Format(format string) Option {
	return optionFunc(func(s *source) {
		if s.format = strings.ToLower(strings.TrimPrefix(format, ".")); s.format == "" {
			s.fail("Format: the format is empty")
		}
	})
}

// Secret makes the whole document secret: no value, and no line, of it is ever shown. By
// default, the configuration's type defines the secrets.
func Secret() Option {
	return optionFunc(func(s *source) { s.secret = true })
}

// MirrorOf names the bucket that this one is a mirror of, if that has another name: the values
// of a mirror are stored under it. By default, it is the name of the bucket itself.
func MirrorOf(bucket string) Option {
	return optionFunc(func(s *source) {
		if s.origin = bucket; !buckets.MatchString(bucket) {
			s.fail("MirrorOf: %q cannot be the name of a bucket", bucket)
		}
	})
}

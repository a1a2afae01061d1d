package configetcd

import (
	"slices"
	"strings"
)

// Option changes what [New] and [Dial] do. What is wrong with one is an error of [config.Load].
type Option interface{ apply(*source) }

type optionFunc func(*source)

func (f optionFunc) apply(s *source) { f(s) }

// choice is what becomes of the keys, whose names are without the prefix.
type choice struct {
	one       bool // there is only one, with the name of the prefix
	named     map[string]role
	needed    []string // must exist
	documents bool     // those that are named are all; otherwise, all but values are
	others    bool     // all that are named nowhere are values,
	section   string   // in this section
	allSecret bool
	secret    map[string]bool
}

// role is what becomes of a key.
type role struct {
	value   bool
	section string
}

// OneKey has the key of the very name of the prefix read as the only document, such as
// "/config/app.yaml", and none below it. By default, all keys below the prefix are read.
func OneKey() Option { return optionFunc(func(s *source) { s.choice.one = true }) }

// Keys has only these keys, named without the prefix, read as documents, all of which must
// exist: without one, the content counts as missing. It can be given several times. By
// default, all keys are documents that [Values] does not name.
func Keys(keys ...string) Option {
	return optionFunc(func(s *source) {
		if len(keys) == 0 {
			s.fail("Keys: no key is given")
		}
		s.choice.documents = true
		for _, key := range keys {
			s.claim("Keys", key, role{})
		}
	})
}

// Values has keys, named without the prefix, read as one setting each, as [config.WithKeyDir]
// does with files: the key names the setting in a section, such as "db" or "db.replica", or at
// the top if that is empty, and "/", "." or "__" leads further down. Without keys, it is about
// all that are named nowhere else; those that are named must exist, as for [Keys]. It can be
// given several times. By default, there are none.
func Values(section string, keys ...string) Option {
	return optionFunc(func(s *source) {
		if section != "" && slices.Contains(strings.Split(section, "."), "") {
			s.fail("Values: the section %q has an empty part", section)
		}
		if len(keys) == 0 {
			if s.choice.others {
				s.fail("Values: all other keys have a section already, %q", s.choice.section)
			}
			s.choice.others, s.choice.section = true, section
		}
		for _, key := range keys {
			s.claim("Values", key, role{true, section})
		}
	})
}

// claim gives a key its role.
func (s *source) claim(option, key string, r role) {
	if s.choice.named == nil {
		s.choice.named = map[string]role{}
	}
	if _, known := s.choice.named[key]; known {
		s.fail("%s: the key %q is named twice", option, key)
	}
	s.choice.named[key] = r
	s.need(option, key)
}

// need has a key missed if it does not exist.
func (s *source) need(option, key string) {
	if strings.Trim(key, "/") != key || key == "" {
		s.fail("%s: %q cannot be the name of a key without the prefix: it is empty, or begins or ends with a slash", option, key)
	}
	s.choice.needed = append(s.choice.needed, key)
}

// Secret makes keys, named without the prefix, secret as a whole: no value, and no line, of
// them is ever shown. Without keys, all are; those that are named must exist, as for [Keys].
// It can be given several times. By default, the configuration's type defines the secrets.
func Secret(keys ...string) Option {
	return optionFunc(func(s *source) {
		s.choice.allSecret = s.choice.allSecret || len(keys) == 0
		for _, key := range keys {
			if s.choice.secret == nil {
				s.choice.secret = map[string]bool{}
			}
			s.choice.secret[key] = true
			s.need("Secret", key)
		}
	})
}

// MaxSize bounds all that is read, keys included, in bytes. What is larger is rejected.
// [config.WithMaxSize] and [config.WithMaxFiles] bound it besides. By default, it is 64 MiB;
// more than 1 GiB is an error.
func MaxSize(bytes int64) Option {
	return optionFunc(func(s *source) {
		if bytes < 1 || bytes > 1<<30 {
			s.fail("MaxSize(%d): want at least 1 and at most 1 GiB, %d", bytes, 1<<30)
		}
		s.maxSize = bytes
	})
}

// Named sets the name of the source, which must be another one for each source of a store. With
// [OneKey], the document has the last part of the key as its name then. By default, it is
// "etcd:" and the prefix.
func Named(name string) Option {
	return optionFunc(func(s *source) {
		if s.name, s.named = name, true; name == "" {
			s.fail("Named: the name is empty")
		}
	})
}

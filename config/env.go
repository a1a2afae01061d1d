package config

import (
	"slices"
	"strings"

	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/schema"
)

// WithEnv reads environment variables, once, when the configuration is loaded. Each
// key that is no section has one, named by the prefix, "_" and the key in upper
// snake case: with the prefix APP, server.read_timeout is APP_SERVER_READ_TIMEOUT, and a
// field GitHubOAuth2ID is APP_GITHUB_OAUTH2_ID. The prefix may be written app, my-app or
// APP_ as well; an empty one is none.
//
// A field has names of its own, without the prefix, by the tag env:"PORT HTTP_PORT", or by
// [WithEnvName]: the first that is set counts. With the tag env:"-", it has none, nor has
// anything in it.
//
// Under a prefix, another spelling of a name counts, too, if it differs in case and "_"
// alone and fits only one key. Two variables that are set for one key and do not agree,
// and one that could set several keys, are an error.
//
// Lists are written a,b,c or as JSON, maps k=v,k2=v2, k:v or as JSON. An item, key or value
// with a comma in it is put in double quotes, as in CSV. A final newline is dropped, and a
// variable that is empty counts as not set; see [WithEmptyEnv]. With _FILE behind its name,
// a variable names a file with the value, such as a mounted Secret, and that file is followed
// like any other; both set is an error.
//
// Under a prefix, APP_LABELS_TEAM sets the entry team of the map labels, and
// APP_UPSTREAMS_0_URL the url of the first item of the list upstreams, on top of what
// APP_LABELS, APP_UPSTREAMS and lower layers set. The key of an entry is one of lower layers
// that differs in case, "_" and the like alone, or else what is in the name, in lower case. An item
// exists in lower layers, or is the next; a reload that makes the list shorter than that is
// rejected.
//
// A variable under the prefix that belongs to no key is logged as a warning, and listed by
// the error of a load that fails; see [WithStrictEnv]. Kubernetes sets such variables
// (APP_PORT=tcp://10.0.0.1:80) for a Service that bears the name of the prefix; see
// [WithoutServiceLinks].
//
// Where no option names a file and none is found, the environment is enough: what was
// tried is logged. By default, the environment is not read.
func WithEnv(prefix string) Option {
	return optionFunc(func(o *options) {
		name, ok := schema.EnvPrefix(prefix)
		switch {
		case o.hasEnv:
			o.fail("WithEnv(%q): there is one prefix already, %q; names without it are those of an env tag and of WithEnvName", prefix, o.env.Prefix)
		case !ok:
			o.fail("WithEnv(%q): the prefix must be of letters, digits, \"_\", \"-\" and \".\"", prefix)
		}
		o.hasEnv, o.env.Prefix = true, name
	})
}

// WithEnvName has the variables of the given names, without a prefix, set a key, in the
// place of the one that [WithEnv] or an env tag gives it: the first that is set counts,
// itself or with _FILE behind it. The name "-" is for none. By default, a key has the names
// of its env tag, or one of prefix and key.
func WithEnvName(key string, names ...string) Option {
	return optionFunc(func(o *options) {
		given, wrong := schema.EnvNames(strings.Join(names, " "))
		switch {
		case len(names) == 0:
			o.fail("WithEnvName(%q): no name is given", key)
			return
		case wrong != "" || slices.ContainsFunc(names, func(name string) bool { return len(strings.Fields(name)) != 1 }):
			o.fail("WithEnvName(%q, %q): these are no names of variables", key, names)
			return
		}
		if _, twice := o.env.Names[key]; twice {
			o.fail("WithEnvName(%q): there are names for it already", key)
		}
		if o.env.Names == nil {
			o.env.Names = map[string][]string{}
		}
		o.env.Names[key] = given
		o.needEnv("WithEnvName")
	})
}

// WithEmptyEnv lets an environment variable that is empty set the empty text, list or map.
// By default, it counts as not set, as in Viper.
func WithEmptyEnv() Option {
	return optionFunc(func(o *options) {
		o.env.AllowEmpty = true
		o.needEnv("WithEmptyEnv")
	})
}

// WithoutServiceLinks leaves out of the environment what Kubernetes sets for Services, such
// as APP_PORT=tcp://10.0.0.1:80 and APP_SERVICE_HOST=10.0.0.1 for one that is called app. It
// is recognised by the address that all variables of a Service share, so that a value of your
// own under such a name counts. The cause goes with enableServiceLinks: false in the pod's
// spec. By default, such a variable sets the key that has its name, and a hint is logged.
func WithoutServiceLinks() Option {
	return optionFunc(func(o *options) {
		o.env.NoServiceLinks = true
		o.needEnv("WithoutServiceLinks")
	})
}

// WithStrictEnv makes environment variables under the prefix of [WithEnv] that belong
// to no key an error. By default, they are logged.
func WithStrictEnv() Option {
	return optionFunc(func(o *options) { o.strictEnv = true })
}

// needEnv notes that an option means nothing without [WithEnv].
func (o *options) needEnv(option string) { o.needsEnv = append(o.needsEnv, option) }

// loadEnv returns what a loader needs to know of the environment.
func (o *options) loadEnv(environ func() []string) *load.Env {
	if !o.hasEnv {
		return nil
	}
	return &load.Env{EnvOptions: o.env, Environ: environ(), Strict: o.strictEnv}
}

// checkEnv makes sure that options of the environment mean something.
func (o *options) checkEnv() {
	if !o.hasEnv && len(o.needsEnv) > 0 {
		o.fail("%s: the environment is not read; see WithEnv", o.needsEnv[0])
	}
}

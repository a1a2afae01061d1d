package config

import (
	"slices"
	"strings"

	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/schema"
)

// WithEnv reads the environment variables once, when the configuration is loaded. Each key that
// is not a section has a variable, whose name is the prefix, "_" and the key in upper snake
// case: with the prefix APP, server.read_timeout has APP_SERVER_READ_TIMEOUT, and a field
// GitHubOAuth2ID has APP_GITHUB_OAUTH2_ID. The prefix can also be written app, my-app or APP_;
// an empty prefix adds nothing. A prefix with other characters, and a second WithEnv, are
// errors.
//
// The tag env:"PORT HTTP_PORT", or [WithEnvName], gives a field variables of other names,
// without the prefix; the first that is set is used. The tag env:"-" gives a field, and
// everything below it, none.
//
// With a prefix, another spelling of a name is accepted if it differs only in case and "_" and
// matches only one key. Two variables with different values for one key, and a variable that
// matches several keys, are errors.
//
// Lists are written a,b,c or as JSON, maps k=v,k2=v2, k:v or as JSON; items with commas are put
// in double quotes, as in CSV. A final newline is removed. An empty variable counts as not set;
// see [WithEmptyEnv]. A variable with the suffix _FILE contains the path of a file with the
// value, such as a mounted Secret, which is watched like any other; setting both is an error.
//
// With a prefix, APP_LABELS_TEAM sets the entry team of the map labels, and APP_UPSTREAMS_0_URL
// the field url of the first item of the list upstreams, above the values of APP_LABELS,
// APP_UPSTREAMS and lower layers. The key of an entry is the key in a lower layer that differs
// only in case, "_" and the like, or else the lower case of the name. An item must exist in a
// lower layer, or be the next; a reload that makes the list shorter is rejected.
//
// A variable with the prefix that matches no key is logged as a warning, and listed in the
// error of a load that fails; see [WithStrictEnv]. Kubernetes sets such variables
// (APP_PORT=tcp://10.0.0.1:80) for a Service with the name of the prefix; see
// [WithoutServiceLinks].
//
// With WithEnv, a search for a file that finds none is not an error; it is logged. By default,
// the environment is not read.
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

// WithEnvName sets the names of the variables of a key, without a prefix, in place of those
// from [WithEnv] and the env tag. The first that is set is used, itself or with the suffix
// _FILE. The name "-" gives the key none. An unknown key, an invalid name, and the option
// without WithEnv are errors. By default, a key has the names in its env tag, or else the one
// from prefix and key.
func WithEnvName(key string, names ...string) Option {
	return optionFunc(func(o *options) {
		parsed, invalid := schema.EnvNames(strings.Join(names, " "))
		switch {
		case len(names) == 0:
			o.fail("WithEnvName(%q): no name is given", key)
			return
		case invalid != "" || slices.ContainsFunc(names, func(name string) bool { return len(strings.Fields(name)) != 1 }):
			o.fail("WithEnvName(%q, %q): these are no names of variables", key, names)
			return
		}
		if _, exists := o.env.Names[key]; exists {
			o.fail("WithEnvName(%q): there are names for it already", key)
		}
		if o.env.Names == nil {
			o.env.Names = map[string][]string{}
		}
		o.env.Names[key] = parsed
		o.markEnvOnly("WithEnvName")
	})
}

// WithEmptyEnv makes an empty environment variable set the empty text, list or map. It is an
// error without [WithEnv]. By default, an empty variable counts as not set, as in Viper.
func WithEmptyEnv() Option {
	return optionFunc(func(o *options) {
		o.env.AllowEmpty = true
		o.markEnvOnly("WithEmptyEnv")
	})
}

// WithoutServiceLinks ignores environment variables that Kubernetes sets for a Service, such as
// APP_PORT=tcp://10.0.0.1:80 and APP_SERVICE_HOST=10.0.0.1 for a Service app. They are
// recognised by the address that all variables of a Service contain, so that other values under
// such names are used. To avoid the variables, set enableServiceLinks: false in the spec of the
// pod. It is an error without [WithEnv]. By default, such a variable sets the key that matches
// its name, and a hint is logged.
func WithoutServiceLinks() Option {
	return optionFunc(func(o *options) {
		o.env.NoServiceLinks = true
		o.markEnvOnly("WithoutServiceLinks")
	})
}

// WithStrictEnv makes a variable with the prefix of [WithEnv] that matches no key an error. By
// default, it is logged as a warning.
func WithStrictEnv() Option {
	return optionFunc(func(o *options) { o.strictEnv = true })
}

// markEnvOnly records that an option has no effect without [WithEnv].
func (o *options) markEnvOnly(option string) { o.envOnly = append(o.envOnly, option) }

// loadEnv returns the environment for a loader, or nil.
func (o *options) loadEnv(environ func() []string) *load.Env {
	if !o.hasEnv {
		return nil
	}
	env := o.env
	for _, variable := range o.secretEnv {
		name, _, _ := strings.Cut(variable, "=")
		env.Secret = append(env.Secret, name)
	}
	return &load.Env{EnvOptions: env, Environ: append(environ(), o.secretEnv...), Strict: o.strictEnv}
}

// checkEnv reports options of the environment without WithEnv.
func (o *options) checkEnv() {
	if !o.hasEnv && len(o.envOnly) > 0 {
		o.fail("%s: the environment is not read; see WithEnv", o.envOnly[0])
	}
}

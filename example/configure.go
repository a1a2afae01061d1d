package main

import (
	"strings"

	"github.com/spf13/pflag"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configkube"
)

// options returns the options of all commands: the file at path, or the one that config.Load finds if
// path is empty, or the ConfigMap of a path such as configmap:example; the environment; and the flags
// of config.AddFlags. The secret need not be in the file: EXAMPLE_API_KEY_FILE can name a file with
// the key, such as one of a mounted Secret, which is followed like any other.
func options(path string, flags *pflag.FlagSet) []config.Option {
	opts := []config.Option{
		config.WithEnv("EXAMPLE"),
		config.WithFlags(flags),
		config.WithFlagKey("config", "-"), // it sets no key
	}
	if name, ok := strings.CutPrefix(path, "configmap:"); ok {
		opts = append(opts, config.WithSource(configkube.ConfigMap("", name)))
	} else if path != "" {
		opts = append(opts, config.WithFile(path))
	}
	return opts
}

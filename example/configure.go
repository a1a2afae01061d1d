package main

import (
	"strings"

	"github.com/spf13/pflag"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configkube"
)

// options are what all commands read the configuration with: the file at path, or the one
// that config.Load finds if path is empty, or the ConfigMap of a path such as configmap:example, and the flags of config.AddFlags. A
// secret need not stand in the file: EXAMPLE_API_KEY_FILE names a file with the key,
// such as one of a mounted Secret, which is followed like any other.
func options(path string, flags *pflag.FlagSet) []config.Option {
	opts := []config.Option{
		config.WithEnv("EXAMPLE"),
		config.WithFlags(flags),
		config.WithFlagKey("config", "-"), // which is no setting
	}
	if name, ok := strings.CutPrefix(path, "configmap:"); ok {
		opts = append(opts, config.WithSource(configkube.ConfigMap("", name)))
	} else if path != "" {
		opts = append(opts, config.WithFile(path))
	}
	return opts
}

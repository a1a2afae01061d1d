package main

import (
	"github.com/spf13/pflag"

	"example.com/lastgood/config"
)

// options are what all commands read the configuration with: the file at path, or the one
// that config.Load finds if path is empty, and the flags of config.AddFlags. A
// secret need not stand in the file: EXAMPLE_API_KEY_FILE names a file with the key,
// such as one of a mounted Secret, which is followed like any other.
func options(path string, flags *pflag.FlagSet) []config.Option {
	opts := []config.Option{
		config.WithEnv("EXAMPLE"),
		config.WithFlags(flags),
		config.WithFlagKey("config", "-"), // which is no setting
	}
	if path != "" {
		opts = append(opts, config.WithFile(path))
	}
	return opts
}

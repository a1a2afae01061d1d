package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configcli"
)

// options are what the service and "example config" read the configuration with. A
// secret need not stand in the file: EXAMPLE_API_KEY_FILE names a file with the key,
// such as one of a mounted Secret, which is followed like any other.
func options() []config.Option { return []config.Option{config.WithEnv("EXAMPLE")} }

// runConfig runs "example config". It returns the exit code.
func runConfig(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := &cobra.Command{Use: "example"}
	root.AddCommand(configcli.Command[Config](options()...))
	root.SetArgs(append([]string{"config"}, args...))
	root.SetOut(stdout)
	root.SetErr(stderr)
	return configcli.ExitCode(root.ExecuteContext(ctx))
}

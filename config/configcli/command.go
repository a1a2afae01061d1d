package configcli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/override"
)

// Command returns the command "config" with the subcommands check, show, schema,
// sample and env for a configuration of type T. opts are those that the service
// gives to [config.Load]; what they take from elsewhere, such as the flags of
// [config.WithFlags], is looked at when a subcommand runs.
//
// Command panics if an option is nil. Results go to the command's output, and errors are returned to cobra, which prints
// them unless it is told not to.
func Command[T any](opts ...config.Option) *cobra.Command {
	if i := slices.IndexFunc(opts, func(o config.Option) bool { return o == nil }); i >= 0 {
		panic(fmt.Sprintf("configcli: Command: option %d is nil", i+1))
	}
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Check, show and document the configuration",
		Args:  usage(subcommandOnly),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },

		DisableFlagsInUseLine:      true,
		SilenceUsage:               true,
		SuggestionsMinimumDistance: 2, // the default is set for root commands alone
	}
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usageError{cmd, err} })
	cmd.AddCommand(
		checkCommand(
			func(more ...config.Option) error { return config.Check[T](join(opts, more)...) },
			func() (override.Formats, error) { return config.FormatsOf(opts...) },
		),
		showCommand(func(more ...config.Option) ([]config.Setting, error) { return settings[T](join(opts, more)) }),
		schemaCommand(func() ([]byte, error) { return config.JSONSchema[T](opts...) }),
		sampleCommand(func(format string) ([]byte, error) { return config.Sample[T](format, opts...) }),
		envCommand(func() ([]config.EnvVar, error) { return config.EnvVars[T](opts...) }),
	)
	return cmd
}

func join(opts, more []config.Option) []config.Option {
	return append(opts[:len(opts):len(opts)], more...)
}

// settings makes one pass, and returns what would be in force.
func settings[T any](opts []config.Option) ([]config.Setting, error) {
	store, err := config.Open[T](join(opts, []config.Option{config.WithoutWatch(), config.WithOverride(override.Override{Alone: true})})...)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	return store.Settings(), nil
}

func schemaCommand(schema func() ([]byte, error)) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print a JSON Schema of configuration files",
		Long: `Print a JSON Schema (draft 2020-12) of configuration files, for editors and other tools.
It is made from the program alone; nothing is read.`,
		Args:                  usage(cobra.NoArgs),
		DisableFlagsInUseLine: true,
		SilenceUsage:          true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			data, err := schema()
			return printed(cmd, data, err)
		},
	}
}

func sampleCommand(sample func(format string) ([]byte, error)) *cobra.Command {
	format := newChoice("yaml", "toml")
	cmd := &cobra.Command{
		Use:   "sample",
		Short: "Print a commented configuration file to start from",
		Long: `Print a commented configuration file that holds every setting and passes the check.
What must be set has a made-up value; all else is commented out.`,
		Args:         usage(cobra.NoArgs),
		SilenceUsage: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			data, err := sample(format.String())
			return printed(cmd, data, err)
		},
	}
	cmd.Flags().Var(format, "format", format.help())
	return cmd
}

// printed prints what was made, unless there is an error.
func printed(cmd *cobra.Command, data []byte, err error) error {
	if err != nil {
		return err
	}
	_, err = cmd.OutOrStdout().Write(data)
	return err
}

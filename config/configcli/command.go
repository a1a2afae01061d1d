package configcli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/override"
)

// Command returns the command "config" with the subcommands check, show, schema,
// sample, env, status and fleet for a configuration of type T. opts are those that the service
// gives to [config.Load]. Options that depend on the command line are for [CommandFunc].
//
// Command panics if an option is nil. Results go to the command's output, and errors are returned to cobra, which prints
// them unless it is told not to.
func Command[T any](opts ...config.Option) *cobra.Command {
	if i := slices.IndexFunc(opts, func(o config.Option) bool { return o == nil }); i >= 0 {
		panic(fmt.Sprintf("configcli: Command: option %d is nil", i+1))
	}
	return CommandFunc[T](func(*cobra.Command) ([]config.Option, error) { return opts, nil })
}

// CommandFunc is like [Command] with options that are made when a subcommand runs, after
// its flags were parsed: so that, for one, a persistent flag --config of the service's root
// command names the file in all of them. options is called once by each subcommand that
// runs, with that subcommand, whose Flags has the persistent flags of the commands around
// it, and can be given to [config.WithFlags]; its own flags are no settings. An error is
// returned to cobra. It panics if options is nil.
func CommandFunc[T any](options func(*cobra.Command) ([]config.Option, error)) *cobra.Command {
	if options == nil {
		panic("configcli: CommandFunc: the function is nil")
	}
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Check, show, document and compare the configuration",
		Args:  usage(subcommandOnly),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },

		DisableFlagsInUseLine:      true,
		SilenceUsage:               true,
		SuggestionsMinimumDistance: 2, // the default is set for root commands alone
	}
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usageError{cmd, err} })
	cmd.AddCommand(
		checkCommand(options, config.Check[T], config.EnvVars[T]),
		showCommand(options, settings[T]),
		schemaCommand(options, config.JSONSchema[T]),
		sampleCommand(options, config.Sample[T]),
		envCommand(options, config.EnvVars[T]),
		statusCommand(),
		fleetCommand(),
	)
	for _, sub := range cmd.Commands() {
		sub.Flags().VisitAll(func(f *pflag.Flag) { f.Annotations = map[string][]string{"config": {"-"}} })
	}
	return cmd
}

// optionsFunc returns the options of the service for a command that runs.
type optionsFunc = func(*cobra.Command) ([]config.Option, error)

// settings makes one pass, and returns what would be in force.
func settings[T any](opts ...config.Option) ([]config.Setting, error) {
	opts = append(opts[:len(opts):len(opts)], config.WithoutWatch(), config.WithOverride(override.Override{}))
	store, err := config.Open[T](opts...)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	return store.Settings(), nil
}

func schemaCommand(options optionsFunc, schema func(...config.Option) ([]byte, error)) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print a JSON Schema of configuration files",
		Long: `Print a JSON Schema (draft 2020-12) of configuration files, for editors and other tools.
It is made from the program alone; nothing is read.`,
		Args:                  usage(cobra.NoArgs),
		DisableFlagsInUseLine: true,
		SilenceUsage:          true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			opts, err := options(cmd)
			if err != nil {
				return err
			}
			data, err := schema(opts...)
			return printed(cmd, data, err)
		},
	}
}

func sampleCommand(options optionsFunc, sample func(format string, opts ...config.Option) ([]byte, error)) *cobra.Command {
	format := newChoice("yaml", "toml")
	cmd := &cobra.Command{
		Use:   "sample",
		Short: "Print a commented configuration file to start from",
		Long: `Print a commented configuration file that holds every setting. What must be set has an
example; all else is commented out. What no example satisfies is marked CHANGE ME.`,
		Args:         usage(cobra.NoArgs),
		SilenceUsage: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			opts, err := options(cmd)
			if err != nil {
				return err
			}
			data, err := sample(format.String(), opts...)
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

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
// Results are written to the command's output. Errors are returned to cobra, which prints them
// unless SilenceErrors is set. Command panics if an option is nil.
func Command[T any](opts ...config.Option) *cobra.Command {
	if i := slices.IndexFunc(opts, func(o config.Option) bool { return o == nil }); i >= 0 {
		panic(fmt.Sprintf("configcli: Command: option %d is nil", i+1))
	}
	return CommandFunc[T](func(*cobra.Command) ([]config.Option, error) { return opts, nil })
}

// CommandFunc is like [Command], but calls options when a subcommand runs, after its flags were
// parsed, so that a persistent flag --config of the service's root command can name the file.
// options is called once, with the subcommand that runs. The subcommand's Flags include the
// persistent flags of its parents, and can be given to [config.WithFlags]; the subcommand's own
// flags set no keys. Status and fleet do not call options. The command returns the error of
// options to cobra. CommandFunc panics if options is nil.
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
		checkCommand(options, config.Check[T], config.EnvVars[T], config.FormatsOf[T]),
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

// settings loads the configuration once and returns its settings.
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
It is made from the program alone; no file and no variable is read.`,
		Args:                  usage(cobra.NoArgs),
		DisableFlagsInUseLine: true,
		SilenceUsage:          true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			opts, err := options(cmd)
			if err != nil {
				return err
			}
			data, err := schema(opts...)
			return write(cmd, data, err)
		},
	}
}

func sampleCommand(options optionsFunc, sample func(format string, opts ...config.Option) ([]byte, error)) *cobra.Command {
	format := newChoice("yaml", "toml")
	cmd := &cobra.Command{
		Use:   "sample",
		Short: "Print a commented configuration file to start from",
		Long: `Print a commented configuration file with every setting. Required settings have an
example; all others are commented out. Where no example is valid, it is marked CHANGE ME.`,
		Args:         usage(cobra.NoArgs),
		SilenceUsage: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			opts, err := options(cmd)
			if err != nil {
				return err
			}
			data, err := sample(format.String(), opts...)
			return write(cmd, data, err)
		},
	}
	cmd.Flags().Var(format, "format", format.help())
	return cmd
}

// write writes data to the command's output, unless there is an error.
func write(cmd *cobra.Command, data []byte, err error) error {
	if err != nil {
		return err
	}
	_, err = cmd.OutOrStdout().Write(data)
	return err
}

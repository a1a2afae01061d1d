// Command example is a small HTTP service that is configured by package config, and a demo that
// changes a ConfigMap under it.
//
//	go run ./example                        run the demo, about two seconds
//	go run ./example serve --config PATH    run the service until SIGINT or SIGTERM
//	go run ./example webhook                run an admission webhook that denies ConfigMaps that are not good
//	go run ./example config check PATH      check a configuration
//	go run ./example config status          print the state of the running service
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configcli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run runs a command and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root, err := newCommand()
	if err == nil {
		root.SetArgs(args)
		root.SetOut(stdout)
		root.SetErr(stderr)
		err = root.ExecuteContext(ctx)
	}
	if err == nil {
		return 0
	}
	// A *config.Error is a text of several lines, which is printed without a prefix.
	if _, ok := errors.AsType[*config.Error](err); !ok {
		err = fmt.Errorf("example: %w", err)
	}
	fmt.Fprintln(stderr, err)
	if usage := (usageError{}); errors.As(err, &usage) {
		return 2
	}
	return configcli.ExitCode(err)
}

// newCommand returns the root command. Its persistent flags apply to all commands: each reads the
// configuration that serve would read with the same flags.
func newCommand() (*cobra.Command, error) {
	root := &cobra.Command{
		Use:   "example",
		Short: "Run the demo: a ConfigMap changes under a running service",
		Long: `Run the demo, in which a ConfigMap changes under a running service, or one of the commands.

Environment variables such as EXAMPLE_SERVER_ADDR override the file, and flags override both;
"example config env" lists the variables.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := newDemo(cmd.OutOrStdout()).run(cmd.Context()); err != nil {
				return fmt.Errorf("the demo failed: %w", err)
			}
			return nil
		},
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usageError{cmd, err} })
	path := root.PersistentFlags().String("config", "", "the configuration file, or the name of a ConfigMap, configmap:NAME,\nto be read through the API of Kubernetes; by default, $CONFIG_FILE or else the first\n"+
		"config.yaml, config.yml, config.toml or config.json in \".\", \"./config\",\n"+
		"the user's configuration directory and /etc")
	if err := config.AddFlags[Config](root.PersistentFlags()); err != nil {
		return nil, err
	}
	options := func(cmd *cobra.Command) ([]config.Option, error) { return options(*path, cmd.Flags()), nil }
	root.AddCommand(configcli.CommandFunc[Config](options), serveCommand(path), webhookCommand(options, listenTCP))
	return root, nil
}

// serveCommand returns the command that runs the service. path is that of the flag --config.
func serveCommand(path *string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the service until SIGINT or SIGTERM",
		Args:  noArguments,
	}
	lastGood := cmd.Flags().String("last-good", "", "the directory to store the last good configuration in, for a start\nwhose file is not good")
	fallback := cmd.Flags().String("fallback", "", "the configuration file to start with if there is no good one")
	socket := cmd.Flags().String("socket", os.Getenv("CONFIG_SOCKET"), "the Unix socket for \"config status\"; by default $CONFIG_SOCKET,\nor none")
	terminationLog := cmd.Flags().String("termination-log", "/dev/termination-log", "the file for the reason of a failed start, if it exists;\n\"kubectl describe pod\" shows it")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		noSettings := []config.Option{config.WithFlagKey("last-good", "-"), config.WithFlagKey("fallback", "-"), config.WithFlagKey("socket", "-"), config.WithFlagKey("termination-log", "-")}
		opts := append(options(*path, cmd.Flags()), noSettings...)
		if *lastGood != "" {
			opts = append(opts, config.WithLastGood(*lastGood, config.LastGoodCrashLimit(3)))
		}
		var fallbackOpts []config.Option
		if *fallback != "" {
			fallbackOpts = append(options(*fallback, cmd.Flags()), noSettings...)
		}
		err := serve(cmd.Context(), opts, fallbackOpts, *socket, cmd.ErrOrStderr(), listenTCP)
		if bad, ok := errors.AsType[*config.Error](err); ok {
			explain(bad, *terminationLog)
		}
		return err
	}
	return cmd
}

// usageError reports wrong arguments or flags of a command.
type usageError struct {
	cmd *cobra.Command
	err error
}

func (e usageError) Error() string {
	return fmt.Sprintf("%v; see %q", e.err, e.cmd.CommandPath()+" --help")
}

func noArguments(cmd *cobra.Command, args []string) error {
	if err := cobra.NoArgs(cmd, args); err != nil {
		return usageError{cmd, err}
	}
	return nil
}

// Command example is a small HTTP service that is configured by package config,
// and a demo that shows what happens to it while a ConfigMap changes under it.
//
//	go run ./example                        the demo, about two seconds
//	go run ./example serve --config PATH    the service, until it is stopped
//	go run ./example webhook                denies ConfigMaps that are not good, as an admission webhook
//	go run ./example config check PATH      says whether a configuration is good
//	go run ./example config status          says how the running service is doing
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

// run is main without the process around it. It returns the exit code.
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
	// A *config.Error is a complete text of several lines: as it is.
	if _, ok := errors.AsType[*config.Error](err); !ok {
		err = fmt.Errorf("example: %w", err)
	}
	fmt.Fprintln(stderr, err)
	if wrong := (usageError{}); errors.As(err, &wrong) {
		return 2
	}
	return configcli.ExitCode(err)
}

// newCommand returns the command line. The persistent flags hold for all commands: each
// reads the configuration that serve would have with the same flags.
func newCommand() (*cobra.Command, error) {
	root := &cobra.Command{
		Use:   "example",
		Short: "Run the demo: a ConfigMap changes under a running service",
		Long: `Run the demo, in which a ConfigMap changes under a running service, or one of the commands.

Environment variables such as EXAMPLE_SERVER_ADDR win over the file, and flags over both;
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

// serveCommand returns the command that runs the service, with the file at path.
func serveCommand(path *string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the service until SIGINT or SIGTERM",
		Args:  noArguments,
	}
	lastGood := cmd.Flags().String("last-good", "", "the directory to keep the last good configuration in, for a start\nwhose file is not good")
	fallback := cmd.Flags().String("fallback", "", "the configuration file to start with if there is no good one")
	socket := cmd.Flags().String("socket", os.Getenv("CONFIG_SOCKET"), "the Unix socket on which \"config status\" is answered; by default\n$CONFIG_SOCKET, or none")
	reason := cmd.Flags().String("termination-log", "/dev/termination-log", "the file to write to, if it exists, why there is no start;\n\"kubectl describe pod\" shows it")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		noSettings := []config.Option{config.WithFlagKey("last-good", "-"), config.WithFlagKey("fallback", "-"), config.WithFlagKey("socket", "-"), config.WithFlagKey("termination-log", "-")}
		opts := append(options(*path, cmd.Flags()), noSettings...)
		if *lastGood != "" {
			opts = append(opts, config.WithLastGood(*lastGood, config.LastGoodCrashLimit(3)))
		}
		var instead []config.Option
		if *fallback != "" {
			instead = append(options(*fallback, cmd.Flags()), noSettings...)
		}
		err := serve(cmd.Context(), opts, instead, *socket, cmd.ErrOrStderr(), listenTCP)
		if bad, ok := errors.AsType[*config.Error](err); ok {
			explain(bad, *reason)
		}
		return err
	}
	return cmd
}

// usageError is that a command was given the wrong arguments or flags.
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

// Command example is a small HTTP service that is configured by package config,
// and a demo that shows what happens to it while a ConfigMap changes under it.
//
//	go run ./example                      the demo, about two seconds
//	go run ./example serve -config PATH   the service, until it is stopped
//	go run ./example config check PATH    says whether a configuration is good
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"example.com/lastgood/config"
)

const usage = `Usage:
  example                      run the demo: a ConfigMap changes under a running service
  example serve [-config PATH] [-last-good DIR] [-fallback PATH]
                               run the service until SIGINT or SIGTERM
  example config               check, show or document the configuration; see example config -h
  example help                 print this

Without -config, serve reads the file that $CONFIG_FILE names, or else the first
config.yaml, config.yml, config.toml or config.json in ".", "./config", the user's
configuration directory and /etc. Environment variables such as EXAMPLE_SERVER_ADDR
win over the file; example config env lists them. With -last-good, a start whose file is
not good is served from DIR, where the last good one is kept. With -fallback, it is served
from that file if there is none.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main without the process around it. It returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	command := "demo"
	if len(args) > 0 {
		command, args = args[0], args[1:]
	}
	switch command {
	case "demo":
		if err := newDemo(stdout).run(ctx); err != nil {
			fmt.Fprintf(stderr, "example: the demo failed: %v\n", err)
			return 1
		}
		return 0
	case "serve":
		return runServe(ctx, args, stderr)
	case "config":
		return runConfig(ctx, args, stdout, stderr)
	case "help", "-h", "-help", "--help":
		fmt.Fprint(stdout, usage)
		return 0
	default:
		fmt.Fprintf(stderr, "example: unknown command %q\n\n%s", command, usage)
		return 2
	}
}

func runServe(ctx context.Context, args []string, stderr io.Writer) int {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(stderr, usage) }
	path := flags.String("config", "", "the configuration file")
	lastGood := flags.String("last-good", "", "the directory to keep the last good configuration in")
	fallback := flags.String("fallback", "", "the configuration file to start with if there is no good one")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2 // the flag package has said why
	case flags.NArg() > 0:
		fmt.Fprintf(stderr, "example: serve: unexpected argument %q\n\n%s", flags.Arg(0), usage)
		return 2
	}
	if err := serve(ctx, paths{*path, *lastGood, *fallback}, stderr, listenTCP); err != nil {
		// A *config.Error is a complete text of several lines: as it is.
		if _, ok := errors.AsType[*config.Error](err); !ok {
			err = fmt.Errorf("example: serve: %w", err)
		}
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

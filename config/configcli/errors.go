package configcli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// ExitCode returns what a process should exit with after the error of a command's
// Execute: 0 if it is nil; 2 if one of this package's commands was not used
// correctly, or a process that it asks did not answer; and 1 otherwise, be it that the
// configuration is not good, that processes differ, or that a command of the service failed.
func ExitCode(err error) int {
	var wrong usageError
	var silent unanswered
	switch {
	case err == nil:
		return 0
	case errors.As(err, &wrong), errors.As(err, &silent):
		return 2
	}
	return 1
}

// usageError is that a command was given the wrong arguments or flags.
type usageError struct {
	cmd *cobra.Command
	err error
}

func (e usageError) Error() string {
	return escaped(fmt.Sprintf("%v; see %q", e.err, e.cmd.CommandPath()+" --help"))
}

func (e usageError) Unwrap() error { return e.err }

// usage marks what check finds as an error of usage.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{cmd, err}
		}
		return nil
	}
}

// subcommandOnly rejects what is no subcommand, which cobra itself does for root
// commands alone.
func subcommandOnly(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	err := fmt.Errorf("unknown command %q", args[0])
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		err = fmt.Errorf("%w; did you mean %s?", err, strings.Join(near, " or "))
	}
	return err
}

// choice is the value of a flag that takes one of a few words.
type choice struct {
	words []string // the first is the default
	word  string
}

func newChoice(words ...string) *choice { return &choice{words, words[0]} }

func (c *choice) help() string { return "one of " + strings.Join(c.words, ", ") }

// String, Set and Type implement pflag.Value.
func (c *choice) String() string { return c.word }

// Set takes one of the words.
func (c *choice) Set(word string) error {
	for _, w := range c.words {
		if w == word {
			c.word = word
			return nil
		}
	}
	return errors.New("want " + c.help())
}

// Type is what the help shows in the place of the value.
func (c *choice) Type() string { return "format" }

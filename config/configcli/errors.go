package configcli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// ExitCode returns the exit code of a process for the error that Execute of a command returned:
// 0 for nil; 2 if a command of this package was used incorrectly, or if a process did not answer
// it; and 1 for all else: the configuration is not good, processes differ, or a command of the
// service failed.
func ExitCode(err error) int {
	var usage usageError
	var noAnswer noAnswerError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage), errors.As(err, &noAnswer):
		return 2
	}
	return 1
}

// usageError reports wrong arguments or flags of a command.
type usageError struct {
	cmd *cobra.Command
	err error
}

func (e usageError) Error() string {
	return escaped(fmt.Sprintf("%v; see %q", e.err, e.cmd.CommandPath()+" --help"))
}

func (e usageError) Unwrap() error { return e.err }

// noAnswerError reports that a process did not answer.
type noAnswerError struct{ err error }

func (e noAnswerError) Error() string { return escaped(e.err.Error()) }
func (e noAnswerError) Unwrap() error { return e.err }

// usage makes the errors of check usage errors.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{cmd, err}
		}
		return nil
	}
}

// subcommandOnly rejects unknown subcommands, as cobra itself does only for root commands.
func subcommandOnly(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	err := fmt.Errorf("unknown command %q", args[0])
	if similar := cmd.SuggestionsFor(args[0]); len(similar) > 0 {
		err = fmt.Errorf("%w; did you mean %s?", err, strings.Join(similar, " or "))
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

// Set returns an error for any other word.
func (c *choice) Set(word string) error {
	if !slices.Contains(c.words, word) {
		return errors.New("want " + c.help())
	}
	c.word = word
	return nil
}

// Type returns the name of the value in the help.
func (c *choice) Type() string { return "format" }

package configcli_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configcli"
)

// shop has a key, format, that is also a flag of subcommands.
type shop struct {
	Name   string `validate:"required" desc:"what it is called"`
	Format string `default:"plain"`
	Port   int    `default:"80"`
}

// shopCommand returns a program whose options depend on its persistent flags. It appends the name
// of each subcommand that calls for the options to callers.
func shopCommand(callers *[]string) *cobra.Command {
	root := &cobra.Command{Use: "shop", SilenceErrors: true}
	path := root.PersistentFlags().String("config", "config.yaml", "the file")
	prefix := root.PersistentFlags().String("prefix", "SHOP", "of variables")
	root.PersistentFlags().Int("port", 8080, "where to listen")
	root.AddCommand(configcli.CommandFunc[shop](func(cmd *cobra.Command) ([]config.Option, error) {
		*callers = append(*callers, cmd.Name())
		if *path == "" {
			return nil, errors.New("--config is empty")
		}
		return []config.Option{config.WithFile(*path), config.WithEnv(*prefix), config.WithFlags(cmd.Flags()),
			config.WithLogger(slog.New(slog.DiscardHandler))}, nil
	}))
	return root
}

func runShop(t *testing.T, args ...string) (out string, callers []string, err error) {
	t.Helper()
	var b strings.Builder
	root := shopCommand(&callers)
	root.SetArgs(args)
	root.SetOut(&b)
	root.SetErr(io.Discard)
	err = root.ExecuteContext(t.Context())
	return b.String(), callers, err
}

func TestOptionsAreMadeAfterTheFlagsOfEachSubcommandWereParsed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.yaml")
	if err := os.WriteFile(path, []byte("name: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for command, want := range map[string]string{
		"check":         "ok\n",
		"show":          "--port",
		"schema":        "What it is called",
		"sample":        "OTHER_NAME",
		"env":           "OTHER_NAME",
		"show --format": `"kind": "flag"`,
	} {
		args := append([]string{"config", "--config", path, "--prefix=OTHER", "--port=7"}, strings.Fields(command)...)
		if strings.HasSuffix(command, "--format") {
			args = append(args, "json")
		}
		out, callers, err := runShop(t, args...)
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("%s prints\n%s and returns %v, want %q", command, out, err, want)
		}
		if name, _, _ := strings.Cut(command, " "); fmt.Sprint(callers) != "["+name+"]" {
			t.Errorf("%s: the options were made for %v", command, callers)
		}
	}
}

// The flags of a subcommand set no keys, even if the type has a key of that name.
func TestAFlagOfASubcommandSetsNoKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte("name: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _, err := runShop(t, "config", "show", "--config", path, "--format=yaml")
	if err != nil || !strings.Contains(out, "format: plain") {
		t.Errorf("%v and\n%s", err, out)
	}
}

func TestACommandReturnsTheErrorOfItsOptions(t *testing.T) {
	for _, command := range []string{"check", "show", "schema", "sample", "env"} {
		if out, _, err := runShop(t, "config", command, "--config="); err == nil || err.Error() != "--config is empty" || out != "" {
			t.Errorf("%s: %v and %q", command, err, out)
		}
	}
}

func TestCommandFuncPanicsWithoutAFunction(t *testing.T) {
	defer func() {
		if got := fmt.Sprint(recover()); got != "configcli: CommandFunc: the function is nil" {
			t.Errorf("panic: %s", got)
		}
	}()
	configcli.CommandFunc[shop](nil)
}

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

// shop has a key that a flag of a subcommand has for its name, too.
type shop struct {
	Name   string `validate:"required" desc:"what it is called"`
	Format string `default:"plain"`
	Port   int    `default:"80"`
}

// shopCommand is a program whose options depend on its persistent flags. Each prefix that a
// subcommand asked for is noted.
func shopCommand(asked *[]string) *cobra.Command {
	root := &cobra.Command{Use: "shop", SilenceErrors: true}
	path := root.PersistentFlags().String("config", "config.yaml", "the file")
	prefix := root.PersistentFlags().String("prefix", "SHOP", "of variables")
	root.PersistentFlags().Int("port", 8080, "where to listen")
	root.AddCommand(configcli.CommandFunc[shop](func(cmd *cobra.Command) ([]config.Option, error) {
		*asked = append(*asked, cmd.Name())
		if *path == "" {
			return nil, errors.New("--config is empty")
		}
		return []config.Option{config.WithFile(*path), config.WithEnv(*prefix), config.WithFlags(cmd.Flags()),
			config.WithLogger(slog.New(slog.DiscardHandler))}, nil
	}))
	return root
}

func runShop(t *testing.T, args ...string) (out string, asked []string, err error) {
	t.Helper()
	var b strings.Builder
	root := shopCommand(&asked)
	root.SetArgs(args)
	root.SetOut(&b)
	root.SetErr(io.Discard)
	err = root.ExecuteContext(t.Context())
	return b.String(), asked, err
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
		out, asked, err := runShop(t, args...)
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("%s prints\n%s and returns %v, want %q", command, out, err, want)
		}
		if name, _, _ := strings.Cut(command, " "); fmt.Sprint(asked) != "["+name+"]" {
			t.Errorf("%s: the options were asked for by %v", command, asked)
		}
	}
}

// The flags of a subcommand are no settings, whatever keys the type has.
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

func TestAnErrorOfTheOptionsIsThatOfTheCommand(t *testing.T) {
	for _, command := range []string{"check", "show", "schema", "sample", "env"} {
		if out, _, err := runShop(t, "config", command, "--config="); err == nil || err.Error() != "--config is empty" || out != "" {
			t.Errorf("%s: %v and %q", command, err, out)
		}
	}
}

func TestAnOptionsFunctionThatIsNilIsToldAtOnce(t *testing.T) {
	defer func() {
		if got := fmt.Sprint(recover()); got != "configcli: CommandFunc: the function is nil" {
			t.Errorf("panic: %s", got)
		}
	}()
	configcli.CommandFunc[shop](nil)
}

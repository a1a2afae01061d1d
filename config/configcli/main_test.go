package configcli_test

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
	"go.uber.org/goleak"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configcli"
	"example.com/lastgood/internal/leak"
	"example.com/lastgood/internal/testkit"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata/cli")

// app is the configuration of the scripts' program.
type app struct {
	Server struct {
		Addr        string        `mapstructure:"addr" default:":8080" validate:"hostname_port" desc:"where to listen" reload:"restart"`
		ReadTimeout time.Duration `default:"5s" validate:"gt=0" desc:"how long a request may take to arrive"`
	} `mapstructure:"server"`
	DB struct {
		DSN  config.Secret `mapstructure:"dsn" validate:"required,min=10" desc:"the database"`
		Pool int           `default:"10" validate:"min=1,max=100"`
	} `mapstructure:"db"`
	Upstreams []upstream         `mapstructure:"upstreams" validate:"max=3,unique=Name" desc:"the servers behind this one"`
	Limits    map[string]float64 `mapstructure:"limits"`
}

type upstream struct {
	Name string `mapstructure:"name" validate:"required"`
	URL  string `mapstructure:"url" validate:"url"`
}

func options() []config.Option {
	return []config.Option{
		config.WithFile("config.yaml"),
		config.WithKeyDir("secrets"),
		config.WithEnv("APP"),
		config.WithLogger(slog.New(slog.DiscardHandler)),
	}
}

func newRoot() *cobra.Command {
	root := &cobra.Command{Use: "app"}
	root.AddCommand(configcli.Command[app](options()...))
	return root
}

// leaks checks the tests, and not the program of the scripts, for goroutines that are left.
type leaks struct{ m *testing.M }

func (l leaks) Run() int {
	code := leak.Tests{M: l.m}.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func TestMain(m *testing.M) {
	testscript.Main(leaks{m}, map[string]func(){
		"app": func() { os.Exit(configcli.ExitCode(newRoot().Execute())) },
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "../../testdata/cli", UpdateScripts: *update, RequireExplicitExec: true})
}

// run runs the program in this process.
func run(t testing.TB, args ...string) (stdout string, err error) {
	t.Helper()
	var out strings.Builder
	root := newRoot()
	root.SetArgs(append([]string{"config"}, args...))
	root.SetOut(&out)
	root.SetErr(io.Discard)
	err = root.ExecuteContext(t.Context())
	return out.String(), err
}

func TestTheExitCodeDistinguishesABadConfigurationFromWrongUsage(t *testing.T) {
	t.Chdir(t.TempDir())
	testkit.Write(t, "config.yaml", "db: {dsn: long-enough-a-dsn}\n")
	testkit.Write(t, "bad.yaml", "x: 1\n")
	testkit.Write(t, "two.yaml", "apiVersion: v1\nkind: ConfigMap\ndata: {a.yaml: '{}', b.yaml: '{}'}\n")
	for _, test := range []struct {
		args []string
		want int
	}{
		{[]string{"check", "config.yaml"}, 0},
		{[]string{"check", "bad.yaml"}, 1},
		{[]string{"check", "missing.yaml"}, 1},
		{[]string{"check"}, 1}, // the directory of secrets is missing
		{[]string{"show"}, 1},
		{[]string{"show", "config.yaml"}, 0},
		{[]string{"show", "bad.yaml"}, 1},
		{nil, 0},
		{[]string{"chekc"}, 2},
		{[]string{"check", "--format", "xml"}, 2},
		{[]string{"check", "--no-such-flag"}, 2},
		{[]string{"check", "two.yaml"}, 2},
		{[]string{"check", "--key", "a.yaml", "config.yaml"}, 2},
		{[]string{"check", "--key", "c.yaml", "two.yaml"}, 2},
		{[]string{"schema", "x"}, 2},
		{[]string{"sample", "--format", "json"}, 2},
		{[]string{"env", "x"}, 2},
		{[]string{"fleet", "--format", "yaml", "http://localhost"}, 2},
	} {
		if _, err := run(t, test.args...); configcli.ExitCode(err) != test.want {
			t.Errorf("%q: %v", test.args, err)
		}
	}
	if code := configcli.ExitCode(errors.New("an error of the service")); code != 1 {
		t.Errorf("the code of any other error is %d", code)
	}
}

func TestEnvWithoutWithEnvIsAnError(t *testing.T) {
	cmd := configcli.Command[app]()
	cmd.SetArgs([]string{"env"})
	cmd.SetOut(io.Discard)
	cmd.SetErr(io.Discard)
	if err := cmd.Execute(); err == nil || !strings.Contains(err.Error(), "WithEnv") {
		t.Errorf("the error is %v", err)
	}
}

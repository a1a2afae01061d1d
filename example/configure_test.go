package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"example.com/lastgood/config"
)

func TestAConfigMapIsReadThroughTheAPI(t *testing.T) {
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	flags := pflag.NewFlagSet("example", pflag.ContinueOnError)
	flags.String("config", "", "")
	err := config.Check[Config](append(options("configmap:example", flags), config.WithStartupWait(time.Millisecond))...)
	if err == nil || !strings.Contains(err.Error(), "automountServiceAccountToken") {
		t.Errorf("Check returns %v", err)
	}
}

func TestConfigCommand(t *testing.T) {
	t.Chdir("..")
	for _, test := range []struct {
		args           []string
		code           int
		stdout, stderr string // as in TestCommandLine
	}{
		{[]string{"check", "example/config.yaml"}, 0, "example/config.yaml: ok\n", ""},
		{[]string{"check", "testdata/cli/example/good.yaml"}, 0, "good.yaml: ok\n", ""},
		{[]string{"check", "testdata/cli/example/typo.yaml"}, 1, `typo.yaml:4:3: server.request_timout: unknown key; did you mean "request_timeout"?`, "1 problem"},
		{[]string{"check", "testdata/cli/example/values.yaml"}, 1, "values.yaml:4:20: server.request_timeout: must be 1m or less", "problems"},
		{[]string{"check", "testdata/cli/example/syntax.yaml"}, 1, "syntax.yaml:4:2: the indentation does not match the lines around it", "1 problem"},
		{[]string{"check", "--format", "xml"}, 2, "", "want one of text, json, github"},
		{[]string{"show", "testdata/cli/example/good.yaml"}, 0, "[redacted]", ""},
		{[]string{"env"}, 0, "EXAMPLE_API_KEY", ""},
		{[]string{"schema"}, 0, `"description": "Where to listen.`, ""},
		{[]string{"-h"}, 0, "example config [command]", ""},
		{[]string{"--config", "testdata/cli/example/good.yaml", "check"}, 0, "ok\n", ""},
		{[]string{"show", "--config=testdata/cli/example/good.yaml", "--server.addr=:7"}, 0, "--server.addr", ""},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), append([]string{"config"}, test.args...), &stdout, &stderr); code != test.code {
			t.Errorf("%q: the exit code is %d, want %d", test.args, code, test.code)
		}
		contains(t, "stdout", stdout.String(), test.stdout)
		contains(t, "stderr", stderr.String(), test.stderr)
	}
}

func TestASampleIsGood(t *testing.T) {
	for _, format := range []string{"yaml", "toml"} {
		sample, err := config.Sample[Config](format, config.WithEnv("EXAMPLE"))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "sample."+format)
		if err := os.WriteFile(path, sample, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := config.Check[Config](config.WithFile(path)); err != nil {
			t.Errorf("%v in\n%s", err, sample)
		}
	}
}

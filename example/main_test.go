package main

import (
	"bytes"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"example.com/lastgood/internal/leak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(leak.Tests{M: m})
}

func TestCommandLine(t *testing.T) {
	t.Setenv("CONFIG_FILE", "/nonexistent/config.yaml")
	for _, test := range []struct {
		name           string
		args           []string
		code           int
		stdout, stderr string // substrings; "" stands for no output at all
	}{
		{"help", []string{"help"}, 0, "Usage:", ""},
		{"-h", []string{"-h"}, 0, "Usage:", ""},
		{"an unknown command", []string{"frobnicate"}, 2, "", `unknown command "frobnicate"`},
		{"an unknown flag", []string{"serve", "--frobnicate"}, 2, "", `unknown flag: --frobnicate; see "example serve --help"`},
		{"a flag with a wrong value", []string{"serve", "--server.request_timeout=5"}, 2, "", `invalid argument "5" for "--server.request_timeout" flag: want a duration`},
		{"an argument too many", []string{"serve", "config.yaml"}, 2, "", `unknown command "config.yaml" for "example serve"`},
		{"help of serve", []string{"serve", "-h"}, 0, "--server.addr string", ""},
		{"no such file", []string{"serve", "--config", "/nonexistent/app.yaml"}, 1, "", "/nonexistent/app.yaml: no such file"},
		{"discovery", []string{"serve"}, 1, "", "/nonexistent/config.yaml: no such file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			if code := run(t.Context(), test.args, &stdout, &stderr); code != test.code {
				t.Errorf("the exit code is %d, want %d", code, test.code)
			}
			contains(t, "stdout", stdout.String(), test.stdout)
			contains(t, "stderr", stderr.String(), test.stderr)
		})
	}
}

func contains(t *testing.T, name, got, want string) {
	t.Helper()
	if !strings.Contains(got, want) || want == "" && got != "" {
		t.Errorf("%s is %q, want %q in it", name, got, want)
	}
}

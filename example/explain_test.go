package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/lastgood/internal/testkit"
)

func TestServeWritesTheReasonToTheTerminationLog(t *testing.T) {
	path, reason := writeFile(t, good+"greting: Hello"), filepath.Join(t.TempDir(), "termination-log")
	testkit.Write(t, reason, strings.Repeat("of an earlier end\n", 1000))
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"serve", "--config", path, "--termination-log", reason}, &stdout, &stderr); code != 1 {
		t.Errorf("the exit code is %d, want 1", code)
	}
	got, err := os.ReadFile(reason)
	if err != nil {
		t.Fatal(err)
	}
	if want := "config: load failed, 1 problem\n" + path; !strings.HasPrefix(string(got), want) || !strings.HasSuffix(string(got), "did you mean \"greeting\"? [unknown_key]") {
		t.Errorf("it has %q", got)
	}
}

func TestServeCreatesNoTerminationLog(t *testing.T) {
	path, reason := writeFile(t, good+"greting: Hello"), filepath.Join(t.TempDir(), "termination-log")
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"serve", "--config", path, "--termination-log", reason}, &stdout, &stderr); code != 1 {
		t.Errorf("the exit code is %d, want 1", code)
	}
	contains(t, "stderr", stderr.String(), "config: load failed")
	if _, err := os.Stat(reason); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want no such file", err)
	}
}

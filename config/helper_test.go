package config_test

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/testkit"
)

// What the tests of other packages need, too, under the names that it has here.
var (
	put        = testkit.Write
	becomes    = testkit.Becomes
	eventually = testkit.Eventually
	must       = testkit.Must
)

// journal is a log to read.
type journal = testkit.Log

// files writes files, alternately names and contents, into a new directory.
func files(t testing.TB, namesAndContents ...string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for i := 0; i < len(namesAndContents); i += 2 {
		put(t, filepath.Join(dir, namesAndContents[i]), namesAndContents[i+1])
	}
	return dir
}

// overwrite writes over a file in place; the content must not be shorter. The file is never
// empty in between, which could last longer than a short settle time on a busy machine.
func overwrite(t testing.TB, path, content string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(content); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// yamlFile writes one YAML file and returns its path.
func yamlFile(t testing.TB, content string) string {
	t.Helper()
	return filepath.Join(files(t, "c.yaml", content), "c.yaml")
}

// open opens a store without a log that loads files written in place only on Reload, unless
// options change that. It closes the store with the test.
func open[T any](t testing.TB, opts ...config.Option) *config.Store[T] {
	t.Helper()
	s, err := config.Open[T](append([]config.Option{config.WithLogger(quiet), config.WithSettle(time.Hour)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// problems returns the problems of an error, one on each line, with the base names of files.
func problems(t testing.TB, err error) string {
	t.Helper()
	e, ok := errors.AsType[*config.Error](err)
	if !ok {
		return fmt.Sprint(err)
	}
	var lines []string
	for _, p := range e.Problems {
		if filepath.IsAbs(p.Origin.Name) {
			p.Hint = strings.ReplaceAll(p.Hint, filepath.Dir(p.Origin.Name)+"/", "")
			p.Message = strings.TrimPrefix(p.Message, filepath.Dir(filepath.Dir(p.Origin.Name))+"/")
			p.Origin.Name = filepath.Base(p.Origin.Name)
		}
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

// wantProblems wants an error with exactly these problems.
func wantProblems(t testing.TB, err error, want ...string) {
	t.Helper()
	if got := problems(t, err); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

// rejects reloads content that must be rejected with exactly these problems.
func rejects[T any](t testing.TB, s *config.Store[T], path, content string, want ...string) {
	t.Helper()
	put(t, path, content)
	wantProblems(t, s.Reload(t.Context()), want...)
}

// accepts reloads content that must be accepted.
func accepts[T any](t testing.TB, s *config.Store[T], path, content string) *T {
	t.Helper()
	put(t, path, content)
	must(t, s.Reload(t.Context()))
	return s.Current()
}

// logTo logs into j.
func logTo(j *journal) config.Option {
	return config.WithLogger(slog.New(slog.NewTextHandler(j, nil)))
}

// halves is a configuration whose halves belong together. Zeros are never valid.
type halves struct {
	Left  int `validate:"min=1"`
	Right int `validate:"eqfield=Left"`
}

// halvesFile returns version n of a file for halves, which is YAML and JSON at
// once.
func halvesFile(n int) string { return fmt.Sprintf(`{"left": %d, "right": %d}`, n, n) }

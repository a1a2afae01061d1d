package configtest_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"testing"
)

// exampleT stands for the *testing.T of a test in an Example.
type exampleT struct {
	testing.TB
	cleanups []func()
}

// runTest runs body as a test.
func runTest(body func(t testing.TB)) {
	t, done := &exampleT{}, make(chan struct{})
	go func() {
		defer close(done)
		defer t.end()
		body(t)
	}()
	<-done
}

func (t *exampleT) end() {
	for i := len(t.cleanups) - 1; i >= 0; i-- {
		t.cleanups[i]()
	}
}

func (t *exampleT) Helper() {}

func (t *exampleT) Context() context.Context { return context.Background() }

func (t *exampleT) Cleanup(f func()) { t.cleanups = append(t.cleanups, f) }

func (t *exampleT) Setenv(key, value string) {
	if err := os.Setenv(key, value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Unsetenv(key) })
}

func (t *exampleT) TempDir() string {
	dir, err := os.MkdirTemp("", "configtest-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func (t *exampleT) Fatal(args ...any) {
	fmt.Println(args...)
	runtime.Goexit()
}

func (t *exampleT) Fatalf(format string, args ...any) { t.Fatal(fmt.Sprintf(format, args...)) }

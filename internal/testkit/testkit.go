// Package testkit has helpers for the tests of several packages: files, waiting for other
// goroutines, and tests that run in a process of their own. A helper that fails ends the test,
// except [WantPanic]. No program imports this package.
package testkit

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// maxWait bounds every wait; nothing is expected to take that long.
const maxWait = 20 * time.Second

// Must ends the test if err is not nil.
func Must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Write writes a file in place, and creates its directories.
func Write(t testing.TB, path, content string) {
	t.Helper()
	Must(t, os.MkdirAll(filepath.Dir(path), 0o755))
	Must(t, os.WriteFile(path, []byte(content), 0o600))
}

// Replace writes a file beside path and renames it over path.
func Replace(t testing.TB, path, content string) {
	t.Helper()
	Write(t, path+".tmp", content)
	Must(t, os.Rename(path+".tmp", path))
}

// Read returns the content of a file.
func Read(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	Must(t, err)
	return string(data)
}

// Accept replaces a store's file and reloads; the reload must succeed.
func Accept(t testing.TB, store interface{ Reload(context.Context) error }, path, content string) {
	t.Helper()
	Replace(t, path, content)
	Must(t, store.Reload(t.Context()))
}

// Reject replaces a store's file and reloads; the reload must fail.
func Reject(t testing.TB, store interface{ Reload(context.Context) error }, path, content string) {
	t.Helper()
	Replace(t, path, content)
	if store.Reload(t.Context()) == nil {
		t.Fatalf("accepted:\n%s", content)
	}
}

// Becomes waits until done returns true, and returns false if it does not within 20 seconds.
func Becomes(done func() bool) bool {
	deadline := time.After(maxWait)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-deadline:
			return false
		case <-tick.C:
		}
	}
	return true
}

// Eventually waits until done returns true.
func Eventually(t testing.TB, what string, done func() bool) {
	t.Helper()
	if !Becomes(done) {
		t.Fatalf("waited in vain for %s", what)
	}
}

// Within waits for a value from c, or for c to be closed.
func Within[V any](t testing.TB, c <-chan V, what string) (v V) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(maxWait):
		t.Fatalf("waited in vain for %s", what)
	}
	return v
}

// WantPanic fails the test unless f panics with a text that contains want.
func WantPanic(t testing.TB, want string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if got := recover(); got == nil || !strings.Contains(fmt.Sprint(got), want) {
			t.Errorf("panicked with %v, want a text with %q", got, want)
		}
	}()
	f()
}

// Log records what a logger writes. It is safe for concurrent use.
type Log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// Take returns what was written since its last call.
func (l *Log) Take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.buf.Reset()
	return l.buf.String()
}

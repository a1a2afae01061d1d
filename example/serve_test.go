package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/testkit"
)

// signalWriter closes seen at the first line of a log that contains text.
type signalWriter struct {
	text string
	once sync.Once
	seen chan struct{}
}

func newSignalWriter(text string) *signalWriter {
	return &signalWriter{text: text, seen: make(chan struct{})}
}

func (w *signalWriter) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte(w.text)) {
		w.once.Do(func() { close(w.seen) })
	}
	return len(line), nil
}

func writeFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	testkit.Write(t, path, content)
	return path
}

// serve returns after the running request has finished.
func TestServeStopsGracefully(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	addr, ended := make(chan string, 1), make(chan error, 1)
	log := newSignalWriter("path=/slow")
	go func() {
		ended <- serve(ctx, []config.Option{config.WithFile(writeFile(t, good+"log: {level: DEBUG}"))}, nil, "", log, func(string) (net.Listener, error) {
			ln, err := listenTCP("127.0.0.1:0") // a free port rather than that of the configuration
			if err == nil {
				addr <- ln.Addr().String()
			}
			return ln, err
		})
	}()
	c := newClient(testkit.Within(t, addr, "the address"), 0)
	defer c.close()
	if status, body, err := c.get(t.Context(), "/healthz", config.Secret{}); status != http.StatusOK {
		t.Fatalf("GET /healthz: %d %s, %v", status, body, err)
	}

	type result struct {
		status int
		err    error
	}
	answer := make(chan result, 1)
	go func() {
		status, _, err := c.get(t.Context(), "/slow?for=100ms", config.Secret{})
		answer <- result{status, err}
	}()
	testkit.Within(t, log.seen, "the slow request")
	stop()
	if got := testkit.Within(t, answer, "the answer"); got.err != nil || got.status != http.StatusOK {
		t.Errorf("the request under way got %d, %v", got.status, got.err)
	}
	if err := testkit.Within(t, ended, "the end"); err != nil {
		t.Error(err)
	}
	if _, ok := config.Lookup[Config](); ok {
		t.Error("the configuration is still loaded")
	}
}

func TestServeRefusesABadConfiguration(t *testing.T) {
	path := writeFile(t, good+"greting: Hello")
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"serve", "--config", path}, &stdout, &stderr); code != 1 {
		t.Errorf("the exit code is %d, want 1", code)
	}
	want := config.Check[Config](config.WithFile(path)).Error() + "\n"
	if got := stderr.String(); got != want || !strings.Contains(got, `did you mean "greeting"?`) {
		t.Errorf("stderr is %q, want %q", got, want)
	}
}

func TestServeReportsAnAddressInUse(t *testing.T) {
	taken, err := listenTCP("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	path := writeFile(t, good+"server: {addr: \""+taken.Addr().String()+"\"}")
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"serve", "--config", path}, &stdout, &stderr); code != 1 {
		t.Errorf("the exit code is %d, want 1", code)
	}
	contains(t, "stderr", stderr.String(), "example: server.addr: listen tcp "+taken.Addr().String())
}

func TestLogLevelFollowsTheConfiguration(t *testing.T) {
	f := open(t, good)
	level := new(slog.LevelVar)
	level.Set(slog.LevelError)
	defer followLevel(f.store, level)()
	if level.Level() != slog.LevelInfo {
		t.Errorf("the level is %v at first, want INFO", level)
	}
	f.change(t, good+"log: {level: DEBUG}")
	if level.Level() != slog.LevelDebug {
		t.Errorf("the level is %v, want DEBUG", level)
	}
}

func TestServeReportsAFailingListener(t *testing.T) {
	f := open(t, good)
	ln, err := listenTCP("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = ln.Close()
	if err := serveHTTP(t.Context(), ln, f.service(), f.store, slog.New(slog.DiscardHandler)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v, want %v", err, net.ErrClosed)
	}
}

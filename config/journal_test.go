package config_test

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"testing"

	"example.com/lastgood/config"
)

// handler is a log handler whose behavior a test selects for each message.
type handler func(message string)

func (handler) Enabled(context.Context, slog.Level) bool        { return true }
func (h handler) Handle(_ context.Context, r slog.Record) error { h(r.Message); return nil }
func (h handler) WithAttrs([]slog.Attr) slog.Handler            { return h }
func (h handler) WithGroup(string) slog.Handler                 { return h }

func logs(h handler) config.Option { return config.WithLogger(slog.New(h)) }

func TestALogHandlerMayPanicExitOrFail(t *testing.T) {
	if !inChild(t) {
		return
	}
	for how, do := range map[string]func(){"panic": func() { panic("boom") }, "Goexit": runtime.Goexit} {
		seen := make(chan string, 100)
		path := yamlFile(t, "n: 1")
		s := open[calling](t, config.WithFile(path), logs(func(message string) { seen <- message; do() }))
		s.OnChange(func(_, _ *calling) { panic("a hook") })
		for _, content := range []string{"n: 2", "n: x", "n: 2 # good", "n: 3"} {
			put(t, path, content)
			_ = s.Reload(t.Context())
		}
		if s.Current().N != 3 {
			t.Errorf("%s: serving %d", how, s.Current().N)
		}
		want := map[string]bool{"config: reloaded": true, "config: reload rejected": true,
			"config: the content on disk is good again": true, "config: a hook panicked": true}
		for len(want) > 0 {
			delete(want, within(t, seen, how+": the other messages"))
		}
	}
}

func TestALogHandlerThatBlocksHoldsUpNeitherReloadsNorClose(t *testing.T) {
	path := yamlFile(t, "n: 1")
	started, end := make(chan struct{}, 1000), make(chan struct{})
	s := open[calling](t, config.WithFile(path), logs(func(string) { started <- struct{}{}; <-end }))
	for i := range 300 { // of which one is waited for
		put(t, path, "n: "+strings.Repeat("1", 1+i%2)+strings.Repeat("0", i%5))
		if err := s.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	within(t, started, "the handler")
	if len(started) != 0 {
		t.Error("the handler was called beside itself")
	}
	closes(t, s)
	close(end)
	for range 100 { // those that were not dropped, and that some were
		within(t, started, "the records that have waited")
	}
}

func TestALogHandlerMayCallTheStore(t *testing.T) {
	path := yamlFile(t, "n: 1")
	var s *config.Store[calling]
	answers := make(chan error, 10)
	s = open[calling](t, config.WithFile(path), logs(func(message string) {
		if s == nil || message != "config: reloaded" {
			return
		}
		answers <- s.Reload(context.Background())
		_, _, _ = s.Status(), s.Settings(), s.Current()
		s.Close()
		answers <- nil
	}))
	put(t, path, "n: 2")
	if err := s.Reload(t.Context()); err != nil && !errors.Is(err, config.ErrClosed) {
		t.Error(err)
	}
	if err := within(t, answers, "Reload"); !errors.Is(err, config.ErrReentrant) {
		t.Errorf("Reload in the handler returned %v, want ErrReentrant", err)
	}
	_ = within(t, answers, "Close")
	if s.Current().N != 2 {
		t.Error("not published")
	}
}

func TestWhatHappensIsLoggedBeforeReloadReturns(t *testing.T) {
	path, log := yamlFile(t, "n: 1"), new(journal)
	s := open[calling](t, config.WithFile(path), logTo(log))
	accepts(t, s, path, "n: 2")
	if !strings.Contains(log.String(), "config: reloaded") {
		t.Errorf("the log is %q", log)
	}
}

func TestTheDefaultLoggerIsThatOfTheMoment(t *testing.T) {
	path, log := yamlFile(t, "n: 1"), new(journal)
	s, err := config.Open[calling](config.WithFile(path))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	before := slog.Default()
	defer slog.SetDefault(before)
	slog.SetDefault(slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{AddSource: true})))
	accepts(t, s, path, "n: 2")
	if !strings.Contains(log.String(), "config: reloaded") || !strings.Contains(log.String(), "config/judge.go") {
		t.Errorf("the log is %q", log)
	}
}

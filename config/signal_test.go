//go:build unix

package config_test

import (
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"example.com/lastgood/config"
)

func raise(t *testing.T, sig syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(os.Getpid(), sig); err != nil {
		t.Fatal(err)
	}
}

// caught prevents a signal from ending the test, even without another handler.
func caught(t *testing.T, sig os.Signal) <-chan os.Signal {
	t.Helper()
	c := make(chan os.Signal, 1)
	signal.Notify(c, sig)
	t.Cleanup(func() { signal.Stop(c) })
	return c
}

func TestASignalReloads(t *testing.T) {
	for name, signals := range map[string][]os.Signal{"by default SIGHUP": nil, "the given ones": {syscall.SIGUSR1, syscall.SIGHUP}} {
		t.Run(name, func(t *testing.T) {
			caught(t, syscall.SIGHUP)
			path := yamlFile(t, "name: a\n")
			var log journal
			s := open[diffConfig](t, config.WithFile(path), config.WithoutWatch(), logTo(&log))
			stop := s.ReloadOn(signals...)
			defer stop()
			changed := make(chan string, 1)
			s.OnChange(func(_, c *diffConfig) { changed <- c.Name })
			put(t, path, "name: b\n")
			raise(t, syscall.SIGHUP)
			if got := within(t, changed, "the reload"); got != "b" {
				t.Errorf("got %q", got)
			}
			if !strings.Contains(log.String(), `msg="config: reload requested" signal=hangup`) {
				t.Errorf("the log:\n%s", log.String())
			}
		})
	}
}

func TestARejectedReloadOnASignalKeepsTheProcessAndTheLastGood(t *testing.T) {
	caught(t, syscall.SIGHUP)
	path := yamlFile(t, "name: a\n")
	s := open[diffConfig](t, config.WithFile(path), config.WithoutWatch())
	defer s.ReloadOn()()
	rejected := make(chan error, 1)
	s.OnReject(func(err *config.Error) { rejected <- err })
	put(t, path, "nam: b\n")
	raise(t, syscall.SIGHUP)
	if err := within(t, rejected, "the rejection"); s.Current().Name != "a" {
		t.Errorf("rejected for %v, and now %+v", err, s.Current())
	}
}

func TestAfterStopASignalReloadsNothing(t *testing.T) {
	others := caught(t, syscall.SIGHUP)
	path := yamlFile(t, "name: a\n")
	s := open[diffConfig](t, config.WithFile(path), config.WithoutWatch())
	stop := s.ReloadOn()
	stop()
	stop()
	put(t, path, "name: b\n")
	raise(t, syscall.SIGHUP)
	within(t, others, "the signal")
	if s.Current().Name != "a" || s.Status().Attempts[config.Applied] != 1 {
		t.Errorf("reloaded: %+v", s.Status())
	}
	closed := open[diffConfig](t, config.WithFile(path))
	stop = closed.ReloadOn()
	closed.Close()
	stop() // there is nothing left to end, and it does not hang
}

package config

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"
)

// ReloadOn calls [Store.Reload] when the process receives one of the signals, by default
// SIGHUP. The outcome is logged and delivered to hooks. It is for stores that are not watched,
// and for content that was rejected for an external reason, such as by a check.
//
// stop ends this, waits for a reload in progress, and restores the default effect of the
// signals unless other code handles them. It may be called repeatedly. [Store.Close] ends this,
// too, without waiting. ReloadOn panics if a signal is nil, and is safe for concurrent use.
func (s *Store[T]) ReloadOn(signals ...os.Signal) (stop func()) {
	require(!slices.Contains(signals, nil), "ReloadOn: a signal is nil")
	if len(signals) == 0 { // to signal.Notify, none would mean all
		signals = []os.Signal{syscall.SIGHUP}
	}
	received := make(chan os.Signal, 1)
	signal.Notify(received, signals...)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer signal.Stop(received)
		for {
			select {
			case sig := <-received:
				s.journal.log(slog.LevelInfo, "config: reload requested", "signal", sig.String())
				err := s.Reload(ctx)
				if _, rejected := err.(*Error); !rejected && errors.Is(err, ErrBusy) { //nolint:errorlint // a rejection has been logged
					s.journal.log(slog.LevelWarn, "config: nothing reloaded", "err", err)
				}
			case <-s.done:
				return
			case <-ctx.Done():
				return
			}
		}
	}()
	return sync.OnceFunc(func() {
		cancel()
		<-ended
	})
}

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

// ReloadOn has the store reload when the process receives one of the signals, by
// default SIGHUP, as daemons do: [Store.Reload], whose outcome is logged and told to
// hooks as ever. It is for stores that are not followed, and for content that was
// rejected for reasons outside of it, as by a check.
//
// stop ends that, waits for a reload that is under way, and gives the signals back
// their default effect, unless others have asked for them; it may be called more
// than once. So does [Store.Close], but for the wait. It is safe for concurrent use.
func (s *Store[T]) ReloadOn(signals ...os.Signal) (stop func()) {
	mustHave(!slices.Contains(signals, nil), "ReloadOn: a signal is nil")
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

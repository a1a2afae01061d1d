package config

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/watch"
)

// waitForGood follows the content until it is good or the time of WithStartupWait has passed.
func waitForGood(ctx context.Context, o *options, s components, f *watch.Follower, b *startState, rejected *Error) error {
	s.journal.log(slog.LevelError, "config: there is no good configuration; waiting for one", "for", o.startupWait, "err", rejected)
	waiting, end := context.WithTimeout(ctx, o.startupWait)
	defer end()
	f.Poll = o.poll
	if f.Poll == 0 || !o.watch {
		f.Poll = min(DefaultPollInterval, max(o.startupWait/10, time.Millisecond))
	}
	f.Judge = func(content source.Snapshot, _ bool) error {
		result, err := loadFirst(waiting, s.loader, content)
		if err == nil {
			b.result, b.content, b.digest = result, content, content.Digest
			end()
			return nil
		}
		if e, ok := err.(*Error); ok && waiting.Err() == nil && e.Error() != rejected.Error() { //nolint:errorlint // as made by loadFirst
			rejected = e
			s.journal.log(slog.LevelWarn, "config: still no good configuration", "err", rejected)
		}
		return err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f.Run(waiting, b.content, nil)
	}()
	<-waiting.Done()
	switch _, ok := guard.Within(ended, abandonAfter); {
	case ctx.Err() != nil:
		return fmt.Errorf("config: %w", ctx.Err())
	case !ok: // a path does not answer
		path, since := s.content.Reading()
		return fmt.Errorf("config: %s: %s", path, hungReason(since))
	case b.result == nil:
		return rejected
	}
	return nil
}

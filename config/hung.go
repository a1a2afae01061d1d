package config

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/watch"
)

// A read on a mount that hangs, such as NFS or FUSE without its server, may never return and
// cannot be ended. Its goroutine is abandoned when the wait for it ends.

// newContent returns the files and sources that loader reads.
func newContent(o *options, loader *load.Loader, hub *watch.Hub, j *journal) *watch.Files {
	content := watch.NewFiles(hub, loader.Places(), o.limits)
	content.Report(reportHung(j))
	content.Follow(func(ctx context.Context, doc *source.Document) (refs []string, known bool) {
		if loader.CallsNoUserCode() {
			return loader.References(ctx, doc)
		}
		type answer struct {
			refs  []string
			known bool
		}
		found := make(chan answer, 1)
		_ = guard.Run(ctx, j, load.CallLimit, func(ctx context.Context) {
			refs, known := loader.References(ctx, doc)
			found <- answer{refs, known}
		})
		select {
		case a := <-found:
			return a.refs, a.known
		default: // the codec fails, as it does in the pass
			return nil, false
		}
	})
	return content
}

// reportHung returns functions that log that a path does not answer, and that it answers again.
func reportHung(j *journal) (hung, answered func(path string, since time.Time)) {
	hung = func(path string, since time.Time) {
		j.log(slog.LevelWarn, "config: a path does not answer, so nothing can be loaded until it does", "path", redact.Escape(path), "since", since)
	}
	answered = func(path string, since time.Time) {
		j.log(slog.LevelInfo, "config: the path answers again", "path", redact.Escape(path), "after", time.Since(since).Round(time.Millisecond))
	}
	return hung, answered
}

// hungReason describes a path that does not answer.
func hungReason(since time.Time) string {
	return "it does not answer since " + since.Format(time.RFC3339)
}

// unlessDone returns the result of do, or the error of ctx as soon as ctx is done.
func unlessDone[R any](ctx context.Context, do func() R) (result R, err error) {
	if ctx.Done() == nil {
		return do(), nil
	}
	returned := make(chan R, 1)
	go func() { returned <- do() }()
	select {
	case result = <-returned:
		return result, ctx.Err()
	case <-ctx.Done():
		return result, ctx.Err()
	}
}

// readFirst reads the content for the first time. Until ctx is done, it waits for paths that do
// not answer and for files that another process has a lease on.
func readFirst(ctx context.Context, o *options, content *watch.Files) (source.Snapshot, error) {
	if err := content.AwaitFeeds(ctx, o.sourceWait); err != nil {
		return source.Snapshot{}, fmt.Errorf("config: %w", err)
	}
	for {
		s, err := unlessDone(ctx, func() source.Snapshot { return content.Scan(ctx) })
		if err != nil {
			if path, since := content.Reading(); path != "" {
				err = fmt.Errorf("%w: %s: %s", err, redact.Escape(path), hungReason(since))
			}
			return s, fmt.Errorf("config: %w", err)
		}
		if !s.OnlyLeased() {
			return s, nil
		}
		select {
		case <-time.After(leaseRetry):
		case <-ctx.Done():
		}
	}
}

// leaseRetry is the time between attempts to open a file that another process has a lease on.
// The kernel revokes the lease after 45 seconds.
const leaseRetry = 20 * time.Millisecond

const (
	// abandonAfter is how long a read or a pass may delay closing the store.
	abandonAfter = 500 * time.Millisecond

	abandonInterval = 50 * time.Millisecond
)

// abandon ends a store whose context is done while its goroutine is in a read or a pass. The
// goroutine ends when that returns, without publishing.
func (s *Store[T]) abandon() {
	if s.machine != nil {
		defer s.machine.Close()
	}
	tick := time.NewTicker(abandonInterval)
	defer tick.Stop()
	for {
		select {
		case <-s.done:
			return
		case <-tick.C:
		}
		since := s.passing.Load()
		if path, reading := s.content.Reading(); path != "" {
			since = &reading
		}
		if since != nil && time.Since(*since) >= abandonAfter {
			s.content.Close()
			s.end()
			return
		}
	}
}

// hungPath returns the path that the store waits for, if it is to be reported.
func (s *Store[T]) hungPath() (path string, since time.Time, ok bool) {
	if s.content == nil {
		return "", time.Time{}, false
	}
	path, since = s.content.Reading()
	return path, since, path != "" && source.IsHung(since)
}

// withHung returns the list with the status of the path that does not answer.
func withHung(list []PathStatus, path string, since time.Time) []PathStatus {
	hung := PathStatus{Path: path, Mode: WatchHung, Reason: hungReason(since), Since: since}
	for i := range list {
		if list[i].Path == path {
			list[i] = hung
			return list
		}
	}
	return append(list, hung)
}

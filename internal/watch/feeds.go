package watch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/source"
)

// feeds yields the feeds among the places, with their names.
func (f *Files) feeds() func(yield func(string, source.Feed) bool) {
	return func(yield func(string, source.Feed) bool) {
		for _, place := range f.reader.Places {
			if place.Feed != nil && !yield(place.Path, place.Feed) {
				return
			}
		}
	}
}

// StartFeeds starts the feeds, until ctx is done. Their changes are hints. stale is called
// when reads of a feed begin to fail, and fresh when they succeed again, on other goroutines.
func (f *Files) StartFeeds(ctx context.Context, with source.Following, stale func(name, reason string, since time.Time), fresh func(name string, since time.Time)) {
	f.feedsStarted = true
	with.Limits, with.Watch, with.Changed = f.reader.Limits, f.watch != nil, func() {}
	if f.watch != nil {
		with.Changed = f.watch.hint
	}
	for name, feed := range f.feeds() {
		with.Stale = func(reason string, since time.Time) { stale(name, reason, since) }
		with.Fresh = func(since time.Time) { fresh(name, since) }
		feed.Start(ctx, with)
	}
}

// AwaitFeeds blocks until every feed has been read once or limit has passed. With a limit of 0
// it blocks until one read of each has ended. The error is that of ctx, with the feed that was
// waited for.
func (f *Files) AwaitFeeds(ctx context.Context, limit time.Duration) error {
	until := time.Now().Add(limit)
	for name, feed := range f.feeds() {
		if limit > 0 {
			limit = max(time.Until(until), 1)
		}
		if err := feed.Await(ctx, limit); err != nil {
			return fmt.Errorf("%w: %s", err, redact.Escape(name+": "+cmp.Or(feed.State().Stale, "it has not answered yet")))
		}
	}
	return nil
}

// RefreshFeeds has all feeds read now, concurrently, and blocks until that is done. The error
// is that of ctx, or why nothing is known about the content of some.
func (f *Files) RefreshFeeds(ctx context.Context) error {
	var errs []error
	var results []chan error
	for name, feed := range f.feeds() {
		result := make(chan error, 1)
		results = append(results, result)
		go func() {
			err := feed.Refresh(ctx)
			if err != nil {
				err = fmt.Errorf("%s: %w", redact.Escape(name), err)
			}
			result <- err
		}()
	}
	for _, result := range results {
		errs = append(errs, <-result)
	}
	return errors.Join(errs...)
}

// Feed is the state of a feed.
type Feed struct {
	Name string
	source.FeedState
}

// Feeds returns the states of all feeds. It is safe for concurrent use.
func (f *Files) Feeds() []Feed {
	var all []Feed
	for name, feed := range f.feeds() {
		all = append(all, Feed{name, feed.State()})
	}
	return all
}

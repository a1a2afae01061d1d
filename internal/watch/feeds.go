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

// feeds yields the feeds among the places, by their names.
func (f *Files) feeds() func(yield func(string, source.Feed) bool) {
	return func(yield func(string, source.Feed) bool) {
		for _, place := range f.reader.Places {
			if place.Feed != nil && !yield(place.Path, place.Feed) {
				return
			}
		}
	}
}

// StartFeeds has the feeds read, until ctx is done: once a change of what they give is a
// hint. stale is called, on other goroutines, when nothing is known of the content of one any
// more, and fresh when it is again.
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

// AwaitFeeds waits for a first reading of every feed until limit is over, or, if that is 0,
// until each has been tried. The error is that of ctx, with the feed that was waited for.
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

// RefreshFeeds has every feed read anew, all at the same time, and waits for that. The error
// is that of ctx, or why nothing is known of the content of some.
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

// Feed is how a feed is doing.
type Feed struct {
	Name string
	source.FeedState
}

// Feeds returns how the feeds are doing.
func (f *Files) Feeds() []Feed {
	var all []Feed
	for name, feed := range f.feeds() {
		all = append(all, Feed{name, feed.State()})
	}
	return all
}

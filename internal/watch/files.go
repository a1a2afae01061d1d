package watch

import (
	"context"
	"slices"
	"time"

	"example.com/lastgood/internal/source"
)

// Files is a set of files as a source: it reads them as one consistent
// snapshot and gives a hint when to look again. Hints, Reading and Close are safe for
// concurrent use; all other methods are for one goroutine.
type Files struct {
	reader source.Reader
	watch  *Watch // nil when the files are only read
	last   source.Snapshot

	feedsStarted bool // the feeds were started

	modes         []Mode // as told
	traceModes    []Mode // of each trace of the last look
	eventsMissing bool   // when they were made, some events were missing
}

// NewFiles returns a source for the files at places. A nil hub means that they are
// read on request alone.
func NewFiles(hub *Hub, places []source.Place, limits source.Limits) *Files {
	f := &Files{last: source.Snapshot{Moving: true}, reader: source.Reader{Places: places, Limits: limits}}
	if hub != nil {
		f.watch = hub.NewWatch()
		if slices.ContainsFunc(places, func(p source.Place) bool { return p.Feed == nil }) {
			f.reader.Arm = f.watch.Arm
		}
	}
	return f
}

// Report has hung called once for a path that has been read for a second, on another
// goroutine, and answered when that has returned. It is to be called before the first
// look.
func (f *Files) Report(hung, answered func(path string, since time.Time)) {
	f.reader.Hung, f.reader.Answered = hung, answered
}

// Follow has refer called for each document that a look finds changed, and the files at the
// paths that it returns followed with the document. It is to be called before the first look.
func (f *Files) Follow(refer func(context.Context, *source.Document) (refs []string, known bool)) {
	f.reader.Refer = refer
}

// ReadRefs returns documents with the files that they refer to behind them, as they are now.
// None of these is followed.
func (f *Files) ReadRefs(ctx context.Context, docs []source.Document) []source.Document {
	if f.reader.Refer == nil {
		return docs
	}
	return f.reader.ReadRefs(ctx, docs)
}

// Look arms the watch and reads the files: whatever changes later gives a hint. It
// blocks while a path does not answer. What it returns once ctx is done is of no use.
func (f *Files) Scan(ctx context.Context) source.Snapshot {
	s := f.reader.Read(ctx, f.last)
	if ctx.Err() != nil {
		return s
	}
	s.CompareTo(f.last)
	f.updateModes(ctx, s.Route)
	f.last = s.WithoutData()
	return s
}

// Unchanged reports whether the paths lead to the same files with the same bytes as at
// the last look. It does not ask by which way, which gives a hint: it is false where
// events are missing.
func (f *Files) Unchanged(ctx context.Context) bool {
	return !f.EventsMissing() && f.reader.Unchanged(ctx, f.last)
}

// LinksChanged arms the watch without reading, and reports whether a symbolic link
// on the way to a file leads elsewhere than at the last look.
func (f *Files) LinksChanged(ctx context.Context) bool {
	return f.reader.Find(ctx, f.last.Route).LinksChanged(f.last.Route)
}

// Hints receives when the files may have changed since the last look.
func (f *Files) Hints() <-chan struct{} {
	if f.watch == nil {
		return nil
	}
	return f.watch.Hints()
}

// Invalidate has every watch armed anew after a change that gave no hint.
func (f *Files) Invalidate() {
	if f.watch != nil {
		f.watch.Invalidate()
	}
}

// EventsMissing reports whether some change may give no hint for want of a watch.
func (f *Files) EventsMissing() bool { return f.watch != nil && f.watch.hasFailures() }

// Reading returns the path that is being read, and since when, or "".
func (f *Files) Reading() (path string, since time.Time) { return f.reader.Reading() }

// Close ends the watch. It is idempotent, and does not wait for a read. It waits until the
// feeds, whose context is done, have ended, or are left to themselves.
func (f *Files) Close() {
	if f.watch != nil {
		f.watch.Close()
	}
	if f.feedsStarted {
		for _, feed := range f.feeds() {
			feed.Wait()
		}
	}
}

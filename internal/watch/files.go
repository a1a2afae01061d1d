package watch

import (
	"context"
	"slices"
	"time"

	"example.com/lastgood/internal/source"
)

// Files is a set of files, and of feeds, that is read as one consistent snapshot and gives a
// hint after a change. Hints, Reading, Feeds and Close are safe for concurrent use; all other
// methods are for one goroutine.
type Files struct {
	reader source.Reader
	watch  *Watch // nil if the files are not followed
	last   source.Snapshot

	feedsStarted bool

	modes         []Mode // see Watched
	traceModes    []Mode // by trace of the last scan
	eventsMissing bool   // EventsMissing when traceModes was computed
}

// NewFiles returns the files at places. With a nil hub they are not followed.
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

// Report sets functions for paths that hang: hung is called once for a path that has been read
// for a second, on another goroutine, and answered when that read has returned. Call it before
// the first scan.
func (f *Files) Report(hung, answered func(path string, since time.Time)) {
	f.reader.Hung, f.reader.Answered = hung, answered
}

// Follow sets a function that is called for each changed document of a scan; the files at the
// paths it returns are followed with the document. Call it before the first scan.
func (f *Files) Follow(refer func(context.Context, *source.Document) (refs []string, known bool)) {
	f.reader.Refer = refer
}

// ReadRefs returns docs with the files that they refer to appended, as they are now. These
// files are not followed.
func (f *Files) ReadRefs(ctx context.Context, docs []source.Document) []source.Document {
	if f.reader.Refer == nil {
		return docs
	}
	return f.reader.ReadRefs(ctx, docs)
}

// Scan arms the watch and then reads the files: every later change gives a hint. It blocks
// while a file system does not answer. The result is useless once ctx is done.
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

// Unchanged reports whether the paths lead to the same files with the same bytes as in the
// last scan. It does not check the way to them, whose changes give hints; so it is false while
// events are missing.
func (f *Files) Unchanged(ctx context.Context) bool {
	return !f.EventsMissing() && f.reader.Unchanged(ctx, f.last)
}

// LinksChanged arms the watch without reading, and reports whether a symbolic link on the way
// to a file has another target than in the last scan.
func (f *Files) LinksChanged(ctx context.Context) bool {
	return f.reader.Find(ctx, f.last.Route).LinksChanged(f.last.Route)
}

// Hints returns the channel that receives when the files may have changed since the last scan.
// It is nil if the files are not followed.
func (f *Files) Hints() <-chan struct{} {
	if f.watch == nil {
		return nil
	}
	return f.watch.Hints()
}

// Invalidate arms every watch anew. It is for changes that gave no hint.
func (f *Files) Invalidate() {
	if f.watch != nil {
		f.watch.Invalidate()
	}
}

// EventsMissing reports whether some changes give no hint because a watch could not be added.
func (f *Files) EventsMissing() bool { return f.watch != nil && f.watch.hasFailures() }

// Reading returns the path that is being read, and since when, or "".
func (f *Files) Reading() (path string, since time.Time) { return f.reader.Reading() }

// Close ends the watch, and blocks until the feeds, whose context must be done, have ended or
// are abandoned. It does not wait for a read of a file. It is idempotent.
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

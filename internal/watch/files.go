package watch

import (
	"example.com/lastgood/internal/source"
)

// Files is a set of files as a source: it reads them as one consistent
// snapshot and tells when to look again. All methods but Hints are for one
// goroutine.
type Files struct {
	places []source.Place
	limit  int64
	watch  *Watch // nil when the files are only read
	last   source.Snapshot

	modes   []Mode
	failing bool // when modes was made, some events were missing
}

// NewFiles returns a source for the files at places, of up to limit bytes each. A
// nil hub means that they are read on request alone.
func NewFiles(hub *Hub, places []source.Place, limit int64) *Files {
	f := &Files{places: places, limit: limit, last: source.Snapshot{Moving: true}}
	if hub != nil {
		f.watch = hub.NewWatch()
	}
	return f
}

// Look arms the watch and reads the files: whatever changes later gives a hint.
func (f *Files) Look() source.Snapshot {
	s := source.Reread(f.places, f.limit, f.arm, f.last)
	s.After(f.last)
	f.findModes(s.Route)
	f.last = s.Outline()
	return s
}

// Unchanged tells that the paths lead to the same files with the same bytes as at the
// last look. It does not ask by which way, which the watch would tell: it is false
// where events are missing.
func (f *Files) Unchanged() bool {
	return !f.EventsMissing() && f.last.Holds(f.limit)
}

// Settled accepts what the last look saw as whole, however it came about.
func (f *Files) Settled() { f.last.Settle() }

func (f *Files) arm(traces []source.Trace) (anew []string) {
	if f.watch == nil {
		return nil
	}
	return f.watch.Arm(traces)
}

// Relinked arms the watch without reading, and reports whether a symbolic link
// on the way to a file leads elsewhere than at the last look.
func (f *Files) Relinked() bool {
	route := source.Find(f.places, f.last.Route)
	f.arm(route.Traces())
	return route.Relinked(f.last.Route)
}

// Hints receives when the files may have changed since the last look.
func (f *Files) Hints() <-chan struct{} {
	if f.watch == nil {
		return nil
	}
	return f.watch.Hints()
}

// Renew distrusts the watch after a change that gave no hint.
func (f *Files) Renew() {
	if f.watch != nil {
		f.watch.Renew()
	}
}

// Watched tells for each file and listed directory how its changes are noticed, as of the last look.
// The slice is not changed afterwards.
func (f *Files) Watched() []Mode { return f.modes }

// findModes renews what Watched tells. The mount table is read only when a file
// has become another inode.
func (f *Files) findModes(route source.Route) {
	if failing := f.EventsMissing(); f.modes == nil || failing || f.failing || !route.Equal(f.last.Route) {
		f.failing = failing
		f.modes = f.newModes(route.Traces())
	}
}

func (f *Files) newModes(traces []source.Trace) []Mode {
	modes := make([]Mode, len(traces))
	last := f.last.Route.Traces()
	for i, trace := range traces {
		modes[i].Path = trace.Path
		if f.watch == nil {
			continue
		}
		if err := f.watch.Failure(trace); err != nil {
			modes[i].NoEvents = err.Error()
		}
		if i < len(last) && trace.Equal(last[i]) {
			modes[i].Pinned = f.modes[i].Pinned
		} else {
			modes[i].Pinned = pinned(trace.Real)
		}
	}
	return modes
}

// EventsMissing reports whether some change may give no hint for want of a watch.
func (f *Files) EventsMissing() bool { return f.watch != nil && len(f.watch.failures) > 0 }

// Close ends the watch. It is idempotent.
func (f *Files) Close() {
	if f.watch != nil {
		f.watch.Close()
	}
}

// Mode is how the changes of one file are noticed.
type Mode struct {
	Path     string
	NoEvents string // why there are no file system events, or ""
	Pinned   string // why the file can never be replaced by another, or ""
}

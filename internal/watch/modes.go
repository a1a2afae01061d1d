package watch

import (
	"context"

	"example.com/lastgood/internal/source"
)

// Mode is how changes of one file or directory are found.
type Mode struct {
	Path       string
	NoEvents   string // why there are no file system events, or ""
	SomeEvents string // why some changes give none, or ""
	Pinned     string // why the file can never be replaced, or ""
}

// Watched returns how changes of each file and listed directory are found, as of the last
// scan. Entries of a directory are left out if their mode is that of the directory. The slice
// is immutable.
func (f *Files) Watched() []Mode { return f.modes }

// updateModes updates the result of Watched. The mount table is read only if a trace has
// changed.
func (f *Files) updateModes(ctx context.Context, route source.Route) {
	failing := f.EventsMissing()
	if f.traceModes != nil && !failing && !f.eventsMissing && route.Equal(f.last.Route) {
		return
	}
	f.eventsMissing = failing
	f.traceModes = f.newModes(ctx, route.Traces())
	f.modes = make([]Mode, 0, 1)
	for i, m := range f.traceModes {
		if route.Traces()[i].Given {
			continue
		}
		if dir := route.Directory(i); dir >= 0 {
			as := f.traceModes[dir]
			if as.Path = m.Path; as == m {
				continue
			}
		}
		f.modes = append(f.modes, m)
	}
}

// newModes returns the mode for each of the traces.
func (f *Files) newModes(ctx context.Context, traces []source.Trace) []Mode {
	modes := make([]Mode, len(traces))
	last := f.last.Route.Traces()
	for i, trace := range traces {
		m := &modes[i]
		m.Path = trace.Path
		if f.watch == nil || trace.Given {
			continue
		}
		m.NoEvents, m.SomeEvents = f.watch.missingEvents(trace)
		if i < len(last) && i < len(f.traceModes) && trace.Equal(last[i]) {
			m.Pinned = f.traceModes[i].Pinned
		} else {
			f.reader.WithPath(ctx, trace.Path, func() { m.Pinned = pinned(trace.Real) })
		}
	}
	return modes
}

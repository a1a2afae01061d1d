package source

import (
	"os"
	"path/filepath"
	"slices"
)

// Place is where documents are read from: a file, or the entries of a directory.
type Place struct {
	Path     string // absolute and clean
	Optional bool   // a file that may be missing

	// Entry, for a directory, tells which entries to read, by name.
	Entry func(name string) bool
}

// Route is how the documents of a set of places are found at one moment.
type Route struct {
	listed []Trace // the directories whose entries were listed
	files  []found // in the order of the documents
}

// found is a file, or, with err, a directory that could not be listed.
type found struct {
	place    int
	optional bool
	trace    Trace
	err      *Error
}

// AnyName stands for every entry of a directory, as the name in a [Step].
const AnyName = "*"

// Find walks to every file at places.
func Find(places []Place) Route {
	var r Route
	for i, place := range places {
		if place.Entry == nil {
			r.files = append(r.files, found{place: i, optional: place.Optional, trace: Walk(place.Path)})
			continue
		}
		dir, base, names, err := list(place)
		r.listed = append(r.listed, dir)
		if err != nil {
			r.files = append(r.files, found{place: i, trace: dir, err: err})
		}
		for _, name := range names {
			trace := Walk(filepath.Join(base, name))
			trace.Path = filepath.Join(place.Path, name)
			r.files = append(r.files, found{place: i, trace: trace})
		}
	}
	return r
}

// list walks to a directory and returns the names of its entries that are to be
// read, sorted, and the directory to read them from: in a Kubernetes volume, the one
// with all of its present content, see volumeData.
func list(place Place) (dir Trace, base string, names []string, _ *Error) {
	base = filepath.Join(place.Path, volumeData)
	if dir = Walk(base); dir.Err != nil || dir.Kind != Directory {
		base = place.Path
		dir = Walk(base)
	}
	dir.Path = place.Path
	if dir.Missing() {
		return dir, base, nil, &Error{Code: "missing_file", Message: "no such directory", Err: dir.Err}
	}
	if dir.Err != nil {
		return dir, base, nil, classify(dir.Err)
	}
	if dir.Kind != Directory {
		return dir, base, nil, &Error{Code: "not_regular", Message: "is not a directory"}
	}
	dir.Steps = append(dir.Steps, Step{Dir: dir.Real, DirID: dir.ID, Name: AnyName, Kind: Directory})
	entries, err := os.ReadDir(dir.Real)
	if err != nil {
		return dir, base, nil, classify(err)
	}
	for _, entry := range entries { // sorted by name
		if place.Entry(entry.Name()) {
			names = append(names, entry.Name())
		}
	}
	return dir, base, names, nil
}

// Equal reports whether both routes led to the same files through the same
// inodes.
func (r Route) Equal(s Route) bool {
	return slices.EqualFunc(r.listed, s.listed, Trace.Equal) &&
		slices.EqualFunc(r.files, s.files, func(a, b found) bool {
			return a.place == b.place && a.trace.Equal(b.trace) && (a.err == nil) == (b.err == nil)
		})
}

// Relinked reports whether a symbolic link on the way to a file leads elsewhere
// than it did on route s.
func (r Route) Relinked(s Route) bool {
	return !slices.EqualFunc(r.Traces(), s.Traces(), Trace.SameLinks)
}

// Traces returns every walk of the route.
func (r Route) Traces() []Trace {
	traces := slices.Clone(r.listed)
	for _, f := range r.files {
		traces = append(traces, f.trace)
	}
	return traces
}

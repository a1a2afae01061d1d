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

	// Content, unless nil, is the document itself, and nothing is read.
	Content *Content
}

// Route is how the documents of a set of places are found at one moment.
type Route struct {
	traces []Trace // to the directories whose entries were listed, and then to the files
	listed int     // how many of them are to directories
	files  []found // in the order of the documents
}

// found is a file, or, with err, a directory that could not be listed.
type found struct {
	place    int
	optional bool
	content  *Content // that is given; there is no way to it then
	err      *Error
}

// AnyName stands for every entry of a directory, as the name in a [Step].
const AnyName = "*"

// Find walks to every file at places. Where the way to one is as it was on the route
// last, that is found out at less cost than walking it anew.
func Find(places []Place, last Route) Route {
	var r Route
	var listed, files []Trace
	for i, place := range places {
		if place.Content != nil {
			r.files = append(r.files, found{place: i, content: place.Content})
			files = append(files, Trace{Path: place.Path})
			continue
		}
		if place.Entry == nil {
			r.files = append(r.files, found{place: i, optional: place.Optional})
			files = append(files, walkAgain(last.file(len(files)), place.Path))
			continue
		}
		dir, base, names, err := list(place, last.dir(len(listed)))
		listed = append(listed, dir)
		if err != nil {
			r.files = append(r.files, found{place: i, err: err})
			files = append(files, dir)
		}
		for _, name := range names {
			trace := walkAgain(last.file(len(files)), filepath.Join(base, name))
			trace.Path = filepath.Join(place.Path, name)
			r.files = append(r.files, found{place: i})
			files = append(files, trace)
		}
	}
	r.listed, r.traces = len(listed), files
	if len(listed) > 0 {
		r.traces = slices.Concat(listed, files)
	}
	return r
}

// file returns the trace to the i-th file, or none.
func (r Route) file(i int) Trace { return r.trace(r.listed + i) }

// dir returns the trace to the i-th directory that was listed, or none.
func (r Route) dir(i int) Trace {
	if i >= r.listed {
		return Trace{}
	}
	return r.trace(i)
}

func (r Route) trace(i int) Trace {
	if i >= len(r.traces) {
		return Trace{}
	}
	return r.traces[i]
}

// list walks to a directory and returns the names of its entries that are to be
// read, sorted, and the directory to read them from: in a Kubernetes volume, the one
// with all of its present content, see volumeData.
func list(place Place, last Trace) (dir Trace, base string, names []string, _ *Error) {
	base = filepath.Join(place.Path, volumeData)
	if dir = walkAgain(last, base); dir.Err != nil || dir.Kind != Directory {
		base = place.Path
		dir = walkAgain(last, base)
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
	if n := len(dir.Steps); n == 0 || dir.Steps[n-1].Name != AnyName { // the root, or not walked before
		dir.Steps = append(dir.Steps, Step{Dir: dir.Real, DirID: dir.ID, Name: AnyName, Kind: Directory})
	}
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
	return r.listed == s.listed && slices.EqualFunc(r.traces, s.traces, Trace.Equal) &&
		slices.EqualFunc(r.files, s.files, func(a, b found) bool {
			return a.place == b.place && (a.err == nil) == (b.err == nil)
		})
}

// holdsAt reports whether what was asked in the directories at paths, or was one of
// these files, is still the same.
func (r Route) holdsAt(paths []string) bool {
	return len(paths) == 0 || !slices.ContainsFunc(r.traces, func(t Trace) bool { return !t.holdsAt(paths) })
}

// Relinked reports whether a symbolic link on the way to a file leads elsewhere
// than it did on route s.
func (r Route) Relinked(s Route) bool {
	return !slices.EqualFunc(r.traces, s.traces, Trace.SameLinks)
}

// Traces returns every walk of the route. It must not be changed.
func (r Route) Traces() []Trace { return r.traces }

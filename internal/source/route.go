package source

import (
	"context"
	"slices"
)

// Place is a file, a directory whose entries are read, a [Content] or a [Feed].
type Place struct {
	Path     string // absolute; see [Abs]
	Optional bool   // a file that may be missing

	// Entry, set for a directory, selects the entries to read by name.
	Entry func(name string) bool

	// Content, if not nil, is the document; nothing is read. Given reports that it is built
	// into the program.
	Content *Content
	Given   bool

	// Feed, if not nil, returns the documents; Path is its name in problems.
	Feed Feed
}

// Route is how all files of a set of places were found at one moment.
type Route struct {
	traces []Trace     // first those of the listed directories, then those of the files
	listed int         // the number of listed directories
	places []int       // the indexes of the places that are directories
	files  []routeFile // in the order of the documents: by place, those of a directory by name

	refs []string // the paths that documents refer to, sorted
}

// routeFile is a file or, with err, a directory that could not be listed.
type routeFile struct {
	place    int
	dir      int // the index of the trace of its directory, or -1 for a file that is not an entry
	optional bool
	ref      bool      // a document refers to the file
	content  *Document // of a Content or Feed, without its place; it has no trace
	err      *Error
}

// AnyName stands for every entry of a directory, as the name of a [Step].
const AnyName = "*"

// find walks to every file of the places and to those at refs. It reuses the traces of last
// where they are still valid. The route is incomplete once ctx is done.
func (r *Reader) find(ctx context.Context, last Route, refs []string) Route {
	route := Route{refs: refs}
	var listed, files []Trace
	add := func(file routeFile, trace Trace) {
		route.files = append(route.files, file)
		files = append(files, trace)
	}
	for i, place := range r.Places {
		if ctx.Err() != nil {
			break
		}
		if given, ok := place.documents(r.Limits.Size); ok {
			for k := range given {
				add(routeFile{place: i, dir: -1, content: &given[k]}, Trace{Path: given[k].Path, Given: true})
			}
			continue
		}
		if place.Entry == nil {
			before := last.file(len(files))
			add(routeFile{place: i, dir: -1, optional: place.Optional},
				r.walk(ctx, place.Path, func() Trace { return rewalk(before, place.Path) }))
			continue
		}
		dir, base, names, err := r.list(ctx, place, last.dir(len(listed)))
		listed, route.places = append(listed, dir), append(route.places, i)
		if err != nil {
			add(routeFile{place: i, dir: len(listed) - 1, err: err}, dir)
			continue
		}
		for _, name := range names {
			before := last.file(len(files))
			add(routeFile{place: i, dir: len(listed) - 1},
				r.walk(ctx, join(place.Path, name), func() Trace { return walkEntry(before, dir, join(base, name)) }))
		}
	}
	if len(refs) > r.Limits.Files {
		add(routeFile{place: len(r.Places), dir: -1, ref: true, err: tooManyRefs(r.Limits.Files)}, Trace{})
		refs = nil
	}
	for _, path := range refs {
		if ctx.Err() != nil {
			break
		}
		before := last.file(len(files))
		add(routeFile{place: len(r.Places), dir: -1, ref: true},
			r.walk(ctx, path, func() Trace { return rewalk(before, path) }))
	}
	route.listed, route.traces = len(listed), files
	if len(listed) > 0 {
		route.traces = slices.Concat(listed, files)
	}
	return route
}

// documents returns the documents of a place that is a Content or a Feed.
func (p *Place) documents(limit int64) (docs []Document, ok bool) {
	switch {
	case p.Content != nil:
		return []Document{p.Content.document(p.Path, limit)}, true
	case p.Feed != nil:
		return p.Feed.Documents(), true
	}
	return nil, false
}

// feedsUnchanged reports whether the feeds still return the documents on the route.
func (r *Reader) feedsUnchanged(route Route) bool {
	files := route.files
	for i, place := range r.Places {
		if place.Feed == nil {
			continue
		}
		for len(files) > 0 && files[0].place < i {
			files = files[1:]
		}
		docs := place.Feed.Documents()
		for k := range docs {
			if len(files) == 0 || files[0].content != &docs[k] {
				return false
			}
			files = files[1:]
		}
		if len(files) > 0 && files[0].place == i {
			return false
		}
	}
	return true
}

// walk calls do, which walks to path and may hang.
func (r *Reader) walk(ctx context.Context, path string, do func() Trace) (trace Trace) {
	if err := r.withPath(ctx, path, func() { trace = do() }); err != nil {
		return Trace{Path: path, Err: err}
	}
	trace.Path = path
	return trace
}

// file returns the trace of the i-th file, or a zero one.
func (r Route) file(i int) Trace { return r.trace(r.listed + i) }

// dir returns the trace of the i-th listed directory, or a zero one.
func (r Route) dir(i int) Trace {
	if i < 0 || i >= r.listed {
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

// Equal reports whether both routes lead to the same files through the same inodes.
func (r Route) Equal(s Route) bool {
	return r.listed == s.listed && slices.EqualFunc(r.traces, s.traces, Trace.Equal) &&
		slices.EqualFunc(r.files, s.files, func(a, b routeFile) bool {
			return a.place == b.place && (a.err == nil) == (b.err == nil)
		})
}

// stillValidAt reports whether the steps of the route in the directories at paths, and the
// files at paths, are still the same.
func (r *Reader) stillValidAt(ctx context.Context, route Route, paths []string) bool {
	if len(paths) == 0 {
		return true
	}
	anew := make(map[string]bool, len(paths))
	for _, path := range paths {
		anew[path] = true
	}
	for _, trace := range route.traces {
		holds := false
		if err := r.withPath(ctx, trace.Path, func() { holds = trace.stillValidAt(anew) }); err != nil || !holds {
			return false
		}
	}
	return true
}

// LinksChanged reports whether a symbolic link on the way to a file has another target than on
// route s, or a feed returned other documents.
func (r Route) LinksChanged(s Route) bool {
	return !slices.EqualFunc(r.traces, s.traces, func(t, u Trace) bool { return sameLinks(t.Steps, u.Steps) }) ||
		!slices.EqualFunc(r.files, s.files, func(a, b routeFile) bool { return a.content == b.content || a.content != nil && !a.content.Remote })
}

// Traces returns every trace of the route. The slice is immutable.
func (r Route) Traces() []Trace { return r.traces }

// Directory returns the index in Traces of the directory that the i-th trace leads to an entry
// of, or -1.
func (r Route) Directory(i int) int {
	if i < r.listed || r.files[i-r.listed].err != nil {
		return -1
	}
	return r.files[i-r.listed].dir
}

package source

import (
	"context"
	"slices"
)

// Place is where documents are read from: a file, or the entries of a directory.
type Place struct {
	Path     string // absolute; see [Abs]
	Optional bool   // a file that may be missing

	// Entry, for a directory, tells which entries to read, by name.
	Entry func(name string) bool

	// Content, unless nil, is the document itself, and nothing is read. Given reports that it
	// is a part of the program.
	Content *Content
	Given   bool

	// Feed, unless nil, gives the documents; Path is what problems call it.
	Feed Feed
}

// Route is how the documents of a set of places are found at one moment.
type Route struct {
	traces []Trace     // to the directories whose entries were listed, and then to the files
	listed int         // how many of them are to directories
	places []int       // of the directories
	files  []routeFile // in the order of the documents: by place, those of a directory by name

	refs []string // the paths that documents refer to, sorted
}

// found is a file, or, with err, a directory that could not be listed.
type routeFile struct {
	place    int
	dir      int // the index of the trace to the directory that it is an entry of, or -1
	optional bool
	ref      bool      // a document refers to it
	content  *Document // without its place; there is no way to it then
	err      *Error
}

// AnyName stands for every entry of a directory, as the name in a [Step].
const AnyName = "*"

// find walks to every file of the places and to those at refs. Where the way to one is as it was on the
// route last, that is found out at less cost than walking it anew. The route is
// incomplete once ctx is done.
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

// given returns the documents of a place that is no file or directory.
func (p *Place) documents(limit int64) (docs []Document, ok bool) {
	switch {
	case p.Content != nil:
		return []Document{p.Content.document(p.Path, limit)}, true
	case p.Feed != nil:
		return p.Feed.Documents(), true
	}
	return nil, false
}

// fedAsOn reports whether the feeds give what they gave on the route.
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

// walk calls do, which walks to a path that may hang.
func (r *Reader) walk(ctx context.Context, path string, do func() Trace) (trace Trace) {
	if err := r.withPath(ctx, path, func() { trace = do() }); err != nil {
		return Trace{Path: path, Err: err}
	}
	trace.Path = path
	return trace
}

// file returns the trace to the i-th file, or none.
func (r Route) file(i int) Trace { return r.trace(r.listed + i) }

// dir returns the trace to the i-th directory that was listed, or none.
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

// Equal reports whether both routes led to the same files through the same
// inodes.
func (r Route) Equal(s Route) bool {
	return r.listed == s.listed && slices.EqualFunc(r.traces, s.traces, Trace.Equal) &&
		slices.EqualFunc(r.files, s.files, func(a, b routeFile) bool {
			return a.place == b.place && (a.err == nil) == (b.err == nil)
		})
}

// holdsAt reports whether what was asked in the directories at paths, or was one of
// these files, is still the same.
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

// Relinked reports whether a symbolic link on the way to a file leads elsewhere
// than it did on route s, or a feed gives something else.
func (r Route) LinksChanged(s Route) bool {
	return !slices.EqualFunc(r.traces, s.traces, func(t, u Trace) bool { return sameLinks(t.Steps, u.Steps) }) ||
		!slices.EqualFunc(r.files, s.files, func(a, b routeFile) bool { return a.content == b.content || a.content != nil && !a.content.Remote })
}

// Traces returns every walk of the route. It must not be changed.
func (r Route) Traces() []Trace { return r.traces }

// Directory returns the index in Traces of the directory that the i-th of them is an
// entry of, or -1.
func (r Route) Directory(i int) int {
	if i < r.listed || r.files[i-r.listed].err != nil {
		return -1
	}
	return r.files[i-r.listed].dir
}

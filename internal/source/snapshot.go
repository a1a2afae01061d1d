// Package source reads configuration files: regular files only, bounded in
// size and number, and all files of a set from one generation of their volume.
//
// It is a leaf: what to do about a change, a missing or a broken file is
// decided above. All functions are safe for concurrent use.
package source

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Document is what one read found in a file.
type Document struct {
	Place    int    // the index of the place it was found at
	Path     string // absolute, links not followed; of a [Content] what to call it
	Name     string // its extension tells the format; "" where that of Path does
	Data     []byte
	Margin                     // of Data, where it is a part of a file
	Sum      [sha256.Size]byte // of Data
	Absent   bool              // an optional file that is not there
	Gone     bool              // an entry that its directory, or its feed, does not have any more
	Err      *Error            // why there is no Data
	ID       ID                // of the file that was read
	Modified time.Time

	// Remote reports that a [Feed] gave the document: it may refer to no variable and to no
	// file. Format is then the one that the feed named, Key that of a single value, both "" for
	// none.
	Remote      bool
	Format, Key string

	Secret bool // all of it is

	// Dry reports that it is judged in another place than where it is used: what it refers
	// to is not read, but counts as set.
	Dry bool

	// Refs are the paths of the files that the document refers to, and Ref is set in the
	// documents that these are. They are at one place behind all others. With RefsUnknown they
	// could not be found out, and are asked for again.
	Refs        []string
	Ref         bool
	RefsUnknown bool

	// Moving reports that the file was written to, or exchanged, each time that it was
	// read, or that another process has it to itself for a moment. Nothing else is
	// known of it then.
	Moving bool

	// Whole reports that the file was complete before the symbolic link was made that
	// published it, and has not changed since. Likely reports the same of a file and a
	// link with one time, which may have been written in the other order.
	Whole, Likely bool

	steps []Step // of the way to it
}

// Snapshot is one consistent reading of a set of files.
type Snapshot struct {
	Documents []Document // by place, those of a directory by name
	Route     Route      // how they were found

	// Digest identifies the content, the absence or the unreadability of all
	// files. For a single file it is the SHA-256 of its bytes, unless it is a directory's.
	Digest [sha256.Size]byte

	// Moving reports that some documents are, or that reading was ended.
	Moving bool
}

// attempts bounds how often a set that changes under the reader is read again
// before the caller is told that it moves. Each takes well under a millisecond.
const maxAttempts = 50

// Read reads the files of the places. It reads them again when the way to one of them
// changed meanwhile, so that what it returns was never taken partly from one
// generation of a volume and partly from another. It costs less where there is no need
// to look whether the way changed: bytes that are all the same as in last are of one
// generation, as those were, and so is a file on its own. Only what is watched anew may
// have changed unnoticed, before it was.
//
// It blocks while a path does not answer. What it returns once ctx is done is of no use.
func (r *Reader) Read(ctx context.Context, last Snapshot) Snapshot {
	r.begin()
	defer r.end()
	refs := last.refs()
	for round := 1; ; round++ {
		s := r.readWith(ctx, last, refs)
		if r.Refer == nil || ctx.Err() != nil {
			return s
		}
		again := r.findRefs(ctx, &s, last)
		if ctx.Err() != nil || slices.Equal(again, refs) {
			return s
		}
		if refs = again; round == maxRefRounds {
			s.Moving = true
			for i := range s.Documents {
				s.Documents[i].Moving = true
			}
			return s
		}
	}
}

// readWith reads the files of the places, and those at the paths that they refer to.
func (r *Reader) readWith(ctx context.Context, last Snapshot, refs []string) Snapshot {
	route := r.find(ctx, last.Route, refs)
	for try := 1; ; try++ {
		var newlyWatched []string
		if r.Arm != nil && ctx.Err() == nil {
			newlyWatched = r.Arm(route.traces)
		}
		s := Snapshot{Route: route}
		torn := r.readAll(ctx, &s)
		if ctx.Err() != nil {
			s.Moving = true
			return s
		}
		unchanged := !last.Moving && s.Digest == last.Digest
		if !torn && (unchanged || s.isOneFile()) && r.stillValidAt(ctx, route, newlyWatched) {
			return s
		}
		again := r.find(ctx, route, refs)
		if route.Equal(again) && !torn {
			return s
		}
		if try == maxAttempts {
			s.markMoving(again)
			return s
		}
		route = again
	}
}

// readAll reads the files of the snapshot's route, and reports whether one was being
// written meanwhile.
func (r *Reader) readAll(ctx context.Context, s *Snapshot) (torn bool) {
	s.Documents = make([]Document, 0, len(s.Route.files))
	first, sum := 0, int64(0) // of the present place
	for i, file := range s.Route.files {
		if ctx.Err() != nil {
			return torn
		}
		if n := len(s.Documents); n == 0 || s.Documents[n-1].Place != file.place {
			first, sum = n, 0
		} else if sum < 0 {
			continue
		}
		doc, t := r.readOne(ctx, file, s.Route.file(i))
		torn = torn || t
		s.Documents = append(s.Documents, doc)
		if sum += int64(len(doc.Data)); (file.dir >= 0 || file.ref) && sum > SumFactor*r.Limits.Size {
			all := Document{Place: file.place, Ref: file.ref, Err: TooMuch(len(s.Documents)-first, r.Limits.Size), steps: s.Route.dir(file.dir).Steps}
			if file.ref {
				all.Err = tooMuchInRefs(len(s.Documents)-first, r.Limits.Size)
			} else {
				all.Path = r.Places[file.place].Path
			}
			s.Documents, sum = append(s.Documents[:first], all), -1
		}
	}
	s.Digest = s.digest()
	s.Moving = slices.ContainsFunc(s.Documents, func(d Document) bool { return d.Moving })
	return torn
}

// move marks the documents that were being written, or to which the way is another
// one on route again.
func (s *Snapshot) markMoving(again Route) {
	ways := make(map[string]Trace, len(again.files))
	for i := range again.files {
		trace := again.file(i)
		ways[trace.Path] = trace
	}
	for i := range s.Documents {
		d := &s.Documents[i]
		way, ok := ways[d.Path]
		d.Moving = d.Moving || !ok || !slices.Equal(d.steps, way.Steps)
	}
	s.Moving = true
}

// OnlyLeased reports whether nothing but leases that other processes have on files keeps
// the snapshot from being complete.
func (s *Snapshot) OnlyLeased() bool {
	return s.Moving && !slices.ContainsFunc(s.Documents, func(d Document) bool { return d.Moving && !d.Err.leased() })
}

// isOneFile reports whether the snapshot is of a file that was there.
func (s *Snapshot) isOneFile() bool {
	return len(s.Documents) == 1 && s.Route.listed == 0 && s.Documents[0].Err == nil && !s.Documents[0].Absent && !s.Documents[0].Remote
}

// readOne reads a file, and reports whether it was being written meanwhile.
func (r *Reader) readOne(ctx context.Context, file routeFile, trace Trace) (doc Document, torn bool) {
	if file.content != nil {
		doc = *file.content
		doc.Place = file.place
		return doc, false
	}
	doc = Document{Place: file.place, Path: trace.Path, Err: file.err, Ref: file.ref, steps: trace.Steps}
	switch {
	case doc.Err != nil:
		return doc, false
	case file.optional && trace.Missing():
		doc.Absent = true
		return doc, false
	}
	err := r.withPath(ctx, trace.Path, func() {
		if trace.Err != nil {
			if doc.Err = trace.fault(); file.ref && doc.Err.Message == noSuchFile {
				doc.Err.Hint = "" // whoever may write a document is not to learn what else there is
			}
			return
		}
		var c content
		if c, doc.Err = read(trace, r.Limits.Size, file.ref); doc.Err == nil {
			doc.Data, doc.ID, doc.Modified, doc.Sum, torn = c.data, c.id, c.modified, sha256.Sum256(c.data), c.torn
		}
	})
	if err != nil {
		doc.Err = classify(err)
	}
	doc.Moving = torn || doc.Err.leased()
	return doc, torn
}

// digest is the sum of a single file's bytes, so that it can be compared with
// what sha256sum prints, and otherwise the sum of what is known of each file: the name of
// the only one in a directory can be its key.
func (s *Snapshot) digest() [sha256.Size]byte {
	if s.isOneFile() {
		return s.Documents[0].Sum
	}
	var states bytes.Buffer
	for _, d := range s.Documents {
		if d.Remote {
			fmt.Fprintf(&states, "%d %q %q %q %t ", d.Place, d.Path, d.Format, d.Key, d.Secret)
		} else {
			fmt.Fprintf(&states, "%d %q ", d.Place, filepath.Base(d.Path))
		}
		switch {
		case d.Absent:
			states.WriteString("absent\n")
		case d.Err != nil:
			states.WriteString(d.Err.reason() + "\n")
		default:
			fmt.Fprintf(&states, "%x\n", d.Sum)
		}
	}
	return sha256.Sum256(states.Bytes())
}

// Unchanged reports whether the paths of the set still lead to the same files with the
// same bytes as in s, by whatever way. It may report false although nothing changed:
// what is missing or unreadable, and the entries of directories, take a read to tell.
func (r *Reader) Unchanged(ctx context.Context, s Snapshot) bool {
	if s.Moving || s.Route.listed > 0 || !r.feedsUnchanged(s.Route) {
		return false
	}
	r.begin()
	defer r.end()
	for i := range s.Documents {
		doc, unchanged := &s.Documents[i], false
		if s.Route.files[i].content != nil {
			continue
		}
		if doc.Err != nil || doc.Absent {
			return false
		}
		err := r.withPath(ctx, doc.Path, func() { unchanged = doc.isUnchanged(s.Route.file(i).ID, r.Limits.Size) })
		if err != nil || !unchanged {
			return false
		}
	}
	return true
}

// holds reports whether the document's path leads to the file with an ID, and that has
// the same bytes.
func (d *Document) isUnchanged(id ID, limit int64) bool {
	is, err := stat(d.Path)
	if err != nil || is.id != id || !is.mode.IsRegular() {
		return false
	}
	c, wrong := readFile(d.Path, limit, d.Ref)
	return wrong == nil && !c.torn && c.id == id && sha256.Sum256(c.data) == d.Sum
}

// Find walks the ways to the files, arms them, and reads none.
func (r *Reader) Find(ctx context.Context, last Route) Route {
	r.begin()
	defer r.end()
	route := r.find(ctx, last, last.refs)
	if r.Arm != nil && ctx.Err() == nil {
		r.Arm(route.traces)
	}
	return route
}

// At calls do, which does something with path that may never return, as part of a
// look; see [Reader].
func (r *Reader) WithPath(ctx context.Context, path string, do func()) {
	r.begin()
	defer r.end()
	_ = r.withPath(ctx, path, do) // it is ctx's, for who calls to ask
}

// With returns the snapshot with other documents.
func (s Snapshot) With(docs []Document) Snapshot {
	s.Documents, s.Moving = docs, false
	s.Digest = s.digest()
	return s
}

// Outline returns s without the files' bytes.
func (s Snapshot) WithoutData() Snapshot {
	s.Documents = slices.Clone(s.Documents)
	for i := range s.Documents {
		s.Documents[i].Data = nil
	}
	return s
}

// Compare orders documents by place, those of a directory or a feed by name, and values
// above them by key.
func (d *Document) Compare(e *Document) int {
	return cmp.Or(cmp.Compare(d.Place, e.Place), strings.Compare(d.Key, e.Key), strings.Compare(d.Path, e.Path))
}

// Same reports whether both documents have the same content, or lack it for the same
// reason.
func (d *Document) Same(e *Document) bool {
	return d.Sum == e.Sum && d.Absent == e.Absent && d.Gone == e.Gone && d.Format == e.Format && d.Secret == e.Secret && d.Err.reason() == e.Err.reason()
}

// Untouched reports whether both documents are of one file that was not written to in
// between.
func (d *Document) Untouched(e *Document) bool {
	return d.Same(e) && d.ID == e.ID && d.Modified.Equal(e.Modified)
}

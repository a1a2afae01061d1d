// Package source reads configuration files: regular files only, bounded in size and number,
// and all files of a set from one generation of their volume.
//
// It has no policy: the callers decide about changes, missing and broken files. Functions are
// safe for concurrent use; of a [Reader], only one method is.
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

// Document is the result of reading one file.
type Document struct {
	Place    int    // the index of its place
	Path     string // absolute, links not followed; of a [Content] or [Feed] its name
	Name     string // its extension sets the format; "" if that of Path does
	Data     []byte
	Margin                     // the position of Data, if it is a part of a file
	Sum      [sha256.Size]byte // of Data
	Absent   bool              // an optional file that does not exist
	Gone     bool              // an entry that its directory or feed does not have any more
	Err      *Error            // why there is no Data
	ID       ID                // of the file that was read
	Modified time.Time

	// Remote reports that a [Feed] returned the document: it may not refer to variables or
	// files. Format is the format that the feed set, Key the key of a single value; both can
	// be "".
	Remote      bool
	Format, Key string

	Secret bool // all of the document is secret

	// Dry reports that the document is validated elsewhere than where it is used: variables
	// and files it refers to are not read, but count as set.
	Dry bool

	// Refs are the paths of the files that the document refers to. The documents of these
	// files have Ref set, and are at one place behind all others. RefsUnknown reports that
	// Refs may be incomplete; the next read asks for them again.
	Refs        []string
	Ref         bool
	RefsUnknown bool

	// Moving reports that the file was changed or replaced during every attempt to read it, or
	// that another process holds a write lease on it. The other fields are meaningless then.
	Moving bool

	// Whole reports that the file was complete before the symbolic link was created that
	// published it, and has not changed since. Likely reports that file and link have the same
	// timestamp, while only the order of writing them would prove it.
	Whole, Likely bool

	steps []Step // of the walk to the file
}

// Snapshot is one consistent reading of a set of files.
type Snapshot struct {
	Documents []Document // by place, those of a directory by name
	Route     Route      // the way to the files

	// Digest identifies the content, the absence or the error of every file. For a single file
	// that is not an entry of a directory it is the SHA-256 of its bytes.
	Digest [sha256.Size]byte

	// Moving reports that some documents are Moving, or that the read was canceled.
	Moving bool
}

// maxAttempts bounds how often a set that changes meanwhile is read again. The snapshot is
// Moving after that. One attempt takes well under a millisecond.
const maxAttempts = 50

// Read reads the files of the places. It reads them again if the way to one of them has
// changed meanwhile, so that a snapshot never mixes two generations of a volume. It skips that
// check where it is not needed: if all bytes are as in last, they are of one generation, and
// so is a single file. What Arm watches only since this read may have changed unnoticed, and
// is always checked.
//
// It blocks while a file system does not answer. The result is useless once ctx is done.
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

// readWith is Read for a known set of references.
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

// readAll reads the files on the snapshot's route. It reports whether one of them was written
// to meanwhile.
func (r *Reader) readAll(ctx context.Context, s *Snapshot) (torn bool) {
	s.Documents = make([]Document, 0, len(s.Route.files))
	first, sum := 0, int64(0) // of the current place
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

// markMoving sets Moving on the documents that were written to, and on those whose way is
// another one on route again.
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

// OnlyLeased reports whether leases of other processes are the only reason why the snapshot is
// Moving.
func (s *Snapshot) OnlyLeased() bool {
	return s.Moving && !slices.ContainsFunc(s.Documents, func(d Document) bool { return d.Moving && !d.Err.leased() })
}

// isOneFile reports whether the snapshot has one document only, of a file that was read and is
// not an entry of a directory.
func (s *Snapshot) isOneFile() bool {
	return len(s.Documents) == 1 && s.Route.listed == 0 && s.Documents[0].Err == nil && !s.Documents[0].Absent && !s.Documents[0].Remote
}

// readOne reads a file, and reports whether it was written to meanwhile.
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
				doc.Err.Hint = "" // the author of a document must not learn the names of other files
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

// digest returns the sum of a single file's bytes, which can be compared with the output of
// sha256sum, or else a sum over the name and state of every file. In a directory the name
// counts even for a single file: it can be the key of the value.
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

// Unchanged reports whether the paths of the set still lead to the same files with the same
// bytes as in s, by any way. It may report false although nothing changed, as it does for
// missing and unreadable files and for directories; it never reports true after a change.
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

// isUnchanged reports whether the document's path leads to the file id with the same bytes.
func (d *Document) isUnchanged(id ID, limit int64) bool {
	is, err := stat(d.Path)
	if err != nil || is.id != id || !is.mode.IsRegular() {
		return false
	}
	c, wrong := readFile(d.Path, limit, d.Ref)
	return wrong == nil && !c.torn && c.id == id && sha256.Sum256(c.data) == d.Sum
}

// Find walks to the files and calls Arm, without reading any.
func (r *Reader) Find(ctx context.Context, last Route) Route {
	r.begin()
	defer r.end()
	route := r.find(ctx, last, last.refs)
	if r.Arm != nil && ctx.Err() == nil {
		r.Arm(route.traces)
	}
	return route
}

// WithPath calls do, which uses path and may hang, with the same precautions as a read.
func (r *Reader) WithPath(ctx context.Context, path string, do func()) {
	r.begin()
	defer r.end()
	_ = r.withPath(ctx, path, do) // the error is that of ctx, which the caller checks
}

// With returns s with other documents.
func (s Snapshot) With(docs []Document) Snapshot {
	s.Documents, s.Moving = docs, false
	s.Digest = s.digest()
	return s
}

// WithoutData returns s without the bytes of the files.
func (s Snapshot) WithoutData() Snapshot {
	s.Documents = slices.Clone(s.Documents)
	for i := range s.Documents {
		s.Documents[i].Data = nil
	}
	return s
}

// Compare orders documents by place; within a directory or feed by key, then by path, so that
// values are above documents.
func (d *Document) Compare(e *Document) int {
	return cmp.Or(cmp.Compare(d.Place, e.Place), strings.Compare(d.Key, e.Key), strings.Compare(d.Path, e.Path))
}

// Same reports whether two documents have the same content, or the same reason for having
// none.
func (d *Document) Same(e *Document) bool {
	return d.Sum == e.Sum && d.Absent == e.Absent && d.Gone == e.Gone && d.Format == e.Format && d.Secret == e.Secret && d.Err.reason() == e.Err.reason()
}

// Untouched reports whether both documents are of one file that was not written to between the
// two reads.
func (d *Document) Untouched(e *Document) bool {
	return d.Same(e) && d.ID == e.ID && d.Modified.Equal(e.Modified)
}

// Package source reads configuration files: regular files only, bounded in
// size, and all files of a set from one generation of their volume.
//
// It is a leaf: what to do about a change, a missing or a broken file is
// decided above. All functions are safe for concurrent use.
package source

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"
)

// File is a file to read.
type File struct {
	Path     string // absolute and clean
	Optional bool   // may be missing
}

// Document is what one read found at a [File]'s path.
type Document struct {
	Path     string
	Data     []byte
	Sum      [sha256.Size]byte // of Data
	Absent   bool              // an optional file that is not there
	Err      *Error            // why there is no Data
	Modified time.Time

	// Whole tells that the file was published atomically, or accepted by
	// [Snapshot.Settle], and has not changed since.
	Whole bool
}

// Snapshot is one consistent reading of a set of files.
type Snapshot struct {
	Documents []Document
	Traces    []Trace // how each file was found, in the same order

	// Digest identifies the content, the absence or the unreadability of all
	// files. For a single file it is the SHA-256 of its bytes.
	Digest [sha256.Size]byte

	// Moving tells that no two looks agreed: the files change all the time.
	Moving bool

	// Whole tells that no file may be half written.
	Whole bool
}

// attempts bounds how often a set that changes under the reader is read again
// before the caller is told that it moves. Each takes well under a millisecond.
const attempts = 50

// Read reads files, each up to limit bytes. It reads them again when the way to
// one of them changed meanwhile, so that what it returns was never taken partly
// from one generation of a volume and partly from another. arm, unless nil, is
// called with the way to each file before the file is read: what it watches then
// cannot change unnoticed.
func Read(files []File, limit int64, arm func([]Trace)) Snapshot {
	var s Snapshot
	traces := WalkAll(files)
	for try := 1; ; try++ {
		if arm != nil {
			arm(traces)
		}
		torn := false
		s = Snapshot{Traces: traces, Documents: make([]Document, len(files))}
		for i, file := range files {
			var t bool
			s.Documents[i], t = readOne(file, traces[i], limit)
			torn = torn || t
		}
		again := WalkAll(files)
		if same := slices.EqualFunc(traces, again, Trace.Equal); same && !torn {
			break
		}
		if try == attempts {
			s.Moving = true
			break
		}
		traces = again
	}
	s.Digest = digest(s.Documents)
	return s
}

// WalkAll walks to each of files.
func WalkAll(files []File) []Trace {
	traces := make([]Trace, len(files))
	for i, file := range files {
		traces[i] = Walk(file.Path)
	}
	return traces
}

// readOne reads the file that a trace led to, and tells whether it was being
// written meanwhile.
func readOne(file File, trace Trace, limit int64) (Document, bool) {
	doc := Document{Path: file.Path}
	if trace.Err != nil {
		if file.Optional && trace.Missing() {
			doc.Absent = true
		} else {
			doc.Err = classify(trace.Err)
		}
		return doc, false
	}
	c, err := read(trace.Real, limit)
	if err != nil {
		doc.Err = err
		return doc, false
	}
	doc.Data, doc.Modified, doc.Sum = c.data, c.modified, sha256.Sum256(c.data)
	return doc, c.torn
}

// digest is the sum of a single file's bytes, so that it can be compared with
// what sha256sum prints, and otherwise the sum of what is known of each file.
func digest(docs []Document) [sha256.Size]byte {
	if len(docs) == 1 && docs[0].Err == nil && !docs[0].Absent {
		return docs[0].Sum
	}
	var states bytes.Buffer
	for _, d := range docs {
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

// Outline returns s without the files' bytes.
func (s Snapshot) Outline() Snapshot {
	s.Documents = slices.Clone(s.Documents)
	for i := range s.Documents {
		s.Documents[i].Data = nil
	}
	return s
}

// After tells s what the snapshot before it was, which decides what is whole:
// what has not changed since it was, and what was published by a symbolic link
// that leads elsewhere now.
//
// That link must be newer than the file: then the file was complete before the
// link made it visible, as the kubelet and git-sync do it. A file that was
// written to after its link was set may be half written.
func (s *Snapshot) After(before Snapshot) {
	if len(before.Documents) != len(s.Documents) {
		return
	}
	s.Whole = !s.Moving
	for i := range s.Documents {
		doc, old, trace := &s.Documents[i], before.Documents[i], s.Traces[i]
		if doc.same(old) {
			doc.Whole = old.Whole
		} else {
			doc.Whole = doc.Err == nil && !doc.Absent &&
				!trace.SameLinks(before.Traces[i]) && !doc.Modified.After(trace.Since)
		}
		s.Whole = s.Whole && doc.Whole
	}
}

func (d Document) same(e Document) bool {
	return d.Sum == e.Sum && d.Absent == e.Absent && (d.Err == nil) == (e.Err == nil)
}

// Settle accepts all of s as whole.
func (s *Snapshot) Settle() {
	s.Whole = true
	for i := range s.Documents {
		s.Documents[i].Whole = true
	}
}

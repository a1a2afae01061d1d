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
	"path/filepath"
	"slices"
	"time"
)

// Document is what one read found in a file.
type Document struct {
	Place    int    // the index of the place it was found at
	Path     string // absolute and clean, links not followed; of a [Content] what to call it
	Name     string // its extension tells the format; "" where that of Path does
	Data     []byte
	Margin                     // of Data, where it is a part of a file
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
	Documents []Document // by place, those of a directory by name
	Route     Route      // how they were found

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

// Read reads the files at places, each up to limit bytes. It reads them again when
// the way to one of them changed meanwhile, so that what it returns was never taken
// partly from one generation of a volume and partly from another. arm, unless nil,
// is called with the way to every file before the files are read: what it watches
// then cannot change unnoticed. It returns the directories and files that it watches
// anew.
func Read(places []Place, limit int64, arm func([]Trace) []string) Snapshot {
	return Reread(places, limit, arm, Snapshot{Moving: true})
}

// Reread is like Read, but at less cost where there is no need to look whether the way
// to the files changed meanwhile: bytes that are all the same as in last are of one
// generation, as those were, and so is a file on its own. Only what is watched anew
// may have changed unnoticed, before it was.
func Reread(places []Place, limit int64, arm func([]Trace) []string, last Snapshot) Snapshot {
	var s Snapshot
	route := Find(places, last.Route)
	for try := 1; ; try++ {
		var anew []string
		if arm != nil {
			anew = arm(route.Traces())
		}
		torn := false
		s = Snapshot{Route: route, Documents: make([]Document, len(route.files))}
		for i, file := range route.files {
			var t bool
			s.Documents[i], t = readOne(file, route.file(i), limit)
			torn = torn || t
		}
		s.Digest = digest(s.Documents)
		unchanged := !last.Moving && s.Digest == last.Digest
		if !torn && (unchanged || s.isOneFile()) && route.holdsAt(anew) {
			break
		}
		again := Find(places, route)
		if route.Equal(again) && !torn {
			break
		}
		if try == attempts {
			s.Moving = true
			break
		}
		route = again
	}
	return s
}

// isOneFile reports whether the snapshot is of a file that was there.
func (s Snapshot) isOneFile() bool {
	return len(s.Documents) == 1 && s.Route.listed == 0 && s.Documents[0].Err == nil && !s.Documents[0].Absent
}

// readOne reads a file, and tells whether it was being written meanwhile.
func readOne(file found, trace Trace, limit int64) (Document, bool) {
	if file.content != nil {
		return file.content.document(file.place, trace.Path, limit), false
	}
	doc := Document{Place: file.place, Path: trace.Path, Err: file.err}
	if doc.Err != nil {
		return doc, false
	}
	if trace.Err != nil {
		if file.optional && trace.Missing() {
			doc.Absent = true
		} else {
			doc.Err = classify(trace.Err)
		}
		return doc, false
	}
	c, err := read(trace, limit)
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
		fmt.Fprintf(&states, "%d %q ", d.Place, filepath.Base(d.Path))
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

// Holds reports whether the paths of a set of files still lead to the same files with
// the same bytes, by whatever way. It may be false all the same: what is missing or
// unreadable, and the entries of directories, take another look to tell.
func (s Snapshot) Holds(limit int64) bool {
	if s.Moving || s.Route.listed > 0 {
		return false
	}
	for i, doc := range s.Documents {
		if s.Route.files[i].content != nil {
			continue
		}
		if doc.Err != nil || doc.Absent || !doc.holds(s.Route.file(i).ID, limit) {
			return false
		}
	}
	return true
}

// holds reports whether the document's path leads to the file with an ID, and that has
// the same bytes.
func (d Document) holds(id ID, limit int64) bool {
	is, err := stat(d.Path)
	if err != nil || is.id != id || !is.mode.IsRegular() {
		return false
	}
	c, wrong := readFile(d.Path, limit)
	return wrong == nil && !c.torn && c.id == id && sha256.Sum256(c.data) == d.Sum
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
	s.Whole = !s.Moving && len(s.Documents) >= len(before.Documents)
	for i := range s.Documents {
		doc, trace := &s.Documents[i], s.Route.file(i)
		var old Document
		var oldTrace Trace
		if j := before.index(i, *doc); j >= 0 {
			old, oldTrace = before.Documents[j], before.Route.file(j)
		}
		if doc.same(old) {
			doc.Whole = old.Whole
		} else {
			doc.Whole = doc.Err == nil && !doc.Absent &&
				!trace.SameLinks(oldTrace) && !doc.Modified.After(trace.Since)
		}
		s.Whole = s.Whole && doc.Whole
	}
}

// index returns the index of the document at the same place as doc, which is
// likely to be likely, or -1.
func (s Snapshot) index(likely int, doc Document) int {
	at := func(d Document) bool { return d.Place == doc.Place && d.Path == doc.Path }
	if likely < len(s.Documents) && at(s.Documents[likely]) {
		return likely
	}
	return slices.IndexFunc(s.Documents, at)
}

func (d Document) same(e Document) bool {
	return d.Path == e.Path && d.Sum == e.Sum && d.Absent == e.Absent && d.Err.reason() == e.Err.reason()
}

// Settle accepts all of s as whole.
func (s *Snapshot) Settle() {
	s.Whole = true
	for i := range s.Documents {
		s.Documents[i].Whole = true
	}
}

package lifecycle

import (
	"bytes"
	"slices"
	"time"
)

// memory is what outlives the process: what a disk had at the start, and what is written to
// it. It is guarded by the mutex of its [Machine]. The zero memory has no disk.
type memory struct {
	writer    *writer      // nil without a disk
	stored    []Generation // at the start
	record    record
	mark      mark     // the one on disk
	marked    bool     // this start wrote it
	confirmed [][]byte // the contents that were confirmed in this process, and those of found
}

// remember returns what is on a disk, or nothing if it cannot be opened.
func openMemory(dir, name string, limit int64, warn func(error)) memory {
	disk, err := OpenDisk(dir, name, limit, warn)
	if err != nil {
		warn(err)
		return memory{}
	}
	m := memory{writer: &writer{disk: disk, warn: warn}, stored: disk.Generations()}
	for _, g := range m.stored {
		m.confirmed = withDigest(m.confirmed, g.Digest)
	}
	disk.readJSON(recordFile, &m.record)
	disk.readJSON(markFile, &m.mark)
	return m
}

// unconfirmed returns how many starts with the content there were that have ended without
// its being confirmed.
func (m *memory) unconfirmed(digest Digest) int {
	if !bytes.Equal(m.mark.Digest, digest[:]) || m.wasConfirmed(digest) {
		return 0
	}
	return m.mark.Starts
}

func (m *memory) wasConfirmed(digest Digest) bool {
	is := func(d []byte) bool { return bytes.Equal(d, digest[:]) }
	return slices.ContainsFunc(m.record.Confirmed, is) || slices.ContainsFunc(m.confirmed, is)
}

// withDigest returns a list of digests with this one as the newest of them, which are
// [maxConfirmed] at most.
func withDigest(list [][]byte, digest Digest) [][]byte {
	list = slices.DeleteFunc(list, func(d []byte) bool { return bytes.Equal(d, digest[:]) })
	list = append(list, digest[:])
	if n := len(list); n > maxConfirmed {
		list = slices.Clone(list[n-maxConfirmed:])
	}
	return list
}

// setMark has the crash mark written for content, unless that was confirmed. It returns what
// is closed when it is.
func (m *memory) setMark(digest Digest) <-chan struct{} {
	if m.writer == nil || m.wasConfirmed(digest) {
		done := make(chan struct{})
		close(done)
		return done
	}
	next := mark{Digest: digest[:], Starts: m.unconfirmed(digest) + 1}
	m.mark, m.marked = next, true
	return m.writer.put(func() { m.writer.mark = &next })
}

// unmark removes the mark that this start wrote, or that is on this content.
func (m *memory) unmark(digest Digest) {
	if m.marked || bytes.Equal(m.mark.Digest, digest[:]) {
		m.marked, m.mark = false, mark{}
		m.writer.put(func() { m.writer.mark = &mark{} })
	}
}

// setQuarantine has the quarantine stored; nil ends it.
func (m *memory) setQuarantine(q *Quarantine) {
	if q == nil && m.record.Quarantine == nil {
		return
	}
	m.record.Quarantine = q
	m.putRecord()
}

// putRecord has the record written.
func (m *memory) putRecord() {
	if m.writer != nil {
		r := m.record
		r.Confirmed = slices.Clone(r.Confirmed)
		m.writer.put(func() { m.writer.record = &r })
	}
}

// keep has a confirmed version stored.
func (m *memory) store(v *Version) {
	m.confirmed = withDigest(m.confirmed, v.Digest)
	if m.writer == nil || v.Documents == nil {
		return
	}
	digest, documents, at := v.Digest, v.Documents, time.Now()
	m.record.Confirmed = withDigest(m.record.Confirmed, digest)
	m.writer.put(func() {
		m.writer.generation = func() *Generation {
			docs := documents()
			if docs == nil {
				return nil
			}
			return &Generation{At: at, Digest: digest, Documents: docs}
		}
	})
	m.putRecord()
}

// close lets other processes write. It waits for what is being written, but not for a disk
// that does not answer.
func (m *memory) close() {
	if m.writer != nil {
		m.writer.close(closeLimit)
	}
}

// closeLimit is how long to wait for what is to be written.
const closeLimit = 5 * time.Second

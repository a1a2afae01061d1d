package lifecycle

import (
	"bytes"
	"slices"
	"time"
)

// memory is the state that outlives the process: what the disk had at the start, and what was
// written since. It is guarded by the mutex of its [Machine]. The zero memory has no disk.
type memory struct {
	writer    *writer      // nil without a disk
	stored    []Generation // at the start
	record    record
	mark      mark     // the one on disk
	marked    bool     // this start wrote it
	confirmed [][]byte // digests that were confirmed in this process, and those of stored
}

// openMemory reads the state from a disk. It is empty if the disk cannot be opened.
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

// unconfirmed returns the number of starts with this content that ended before it was
// confirmed.
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

// withDigest returns list with digest as the newest of at most [maxConfirmed] digests.
func withDigest(list [][]byte, digest Digest) [][]byte {
	list = slices.DeleteFunc(list, func(d []byte) bool { return bytes.Equal(d, digest[:]) })
	list = append(list, digest[:])
	if n := len(list); n > maxConfirmed {
		list = slices.Clone(list[n-maxConfirmed:])
	}
	return list
}

// setMark writes the crash mark for content that was never confirmed. The channel is closed
// when that is done.
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

// unmark removes the mark if this start wrote it, or if it is for this content.
func (m *memory) unmark(digest Digest) {
	if m.marked || bytes.Equal(m.mark.Digest, digest[:]) {
		m.marked, m.mark = false, mark{}
		m.writer.put(func() { m.writer.mark = &mark{} })
	}
}

// setQuarantine stores the quarantine; nil ends it.
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

// store has a confirmed version written.
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

// close has the disk closed when everything is written. It waits up to closeLimit.
func (m *memory) close() {
	if m.writer != nil {
		m.writer.close(closeLimit)
	}
}

// closeLimit bounds the wait for the last writes.
const closeLimit = 5 * time.Second

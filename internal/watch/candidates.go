package watch

import (
	"slices"
	"time"

	"example.com/lastgood/internal/source"
)

// candidates decide, document by document, what of the content is whole. What is
// settling is waited for, so that files that are written one after another are taken
// together; but what a link published is taken at once, and what changes all the time
// holds up nobody: then the others are taken with what was there before of these.
type candidates struct {
	settle    time.Duration
	documents []candidate // by place, those of a directory by name
	last      source.Snapshot
}

// start takes all of a first snapshot.
func (c *candidates) start(s source.Snapshot) {
	c.observe(s, time.Now())
	c.accept(nil)
	c.dropData()
	for i := range c.documents {
		c.documents[i].unsettledSince = time.Time{}
	}
}

// see records what a look has seen; see [candidate.see].
func (c *candidates) observe(s source.Snapshot, at time.Time) {
	c.last = s
	if !slices.EqualFunc(c.documents, s.Documents, func(k candidate, d source.Document) bool { return k.latest.Compare(&d) == 0 }) {
		c.documents = c.merge(s)
	}
	docs := s.Documents
	for i := range c.documents {
		k := &c.documents[i]
		if len(docs) > 0 && docs[0].Compare(&k.latest) == 0 {
			k.observe(docs[0], at, c.settle)
			docs = docs[1:]
		} else {
			k.observe(s.Gone(&k.latest), at, c.settle)
		}
	}
}

// merge returns the candidates with new ones among them for documents that were not
// there before.
func (c *candidates) merge(s source.Snapshot) []candidate {
	all := make([]candidate, 0, max(len(c.documents), len(s.Documents)))
	old := c.documents
	for i := range s.Documents {
		doc := &s.Documents[i]
		for len(old) > 0 && old[0].latest.Compare(doc) < 0 {
			all, old = append(all, old[0]), old[1:]
		}
		if len(old) > 0 && old[0].latest.Compare(doc) == 0 {
			all, old = append(all, old[0]), old[1:]
			continue
		}
		gone := source.Document{Place: doc.Place, Path: doc.Path, Key: doc.Key, Gone: true}
		all = append(all, candidate{accepted: gone, latest: gone})
	}
	return append(all, old...)
}

// differ reports whether anything is different from what was taken, or may be.
func (c *candidates) differ() bool {
	return slices.ContainsFunc(c.documents, func(k candidate) bool { return k.differs() })
}

// choose returns the content to take now, and how to record that it was taken. If ok is
// false, there is none. again is when to look again, or 0 if nothing is settling.
func (c *candidates) choose(now time.Time) (waits []bool, ok bool, again time.Duration) {
	var ready, published, fresh bool
	for i := range c.documents {
		k := &c.documents[i]
		if !k.differs() {
			continue
		}
		left := k.remaining(now, c.settle)
		if left == 0 {
			ready, published = true, published || k.latest.Whole
			continue
		}
		if waits == nil {
			waits, again = make([]bool, len(c.documents)), left
		}
		waits[i], again = true, min(again, left)
		fresh = fresh || !k.isChurning(now, c.settle)
	}
	if !ready || waits != nil && (!published && fresh || !c.split(waits)) {
		return nil, false, again
	}
	return waits, true, again
}

// split has all documents wait that were published by the same link as one that waits,
// because they are of one generation, and those that refer to one that waits, or to which
// that refers. It reports whether any is left to take.
func (c *candidates) split(waits []bool) bool {
	for joins := true; joins; { // each time more of them wait
		joins = c.joinRefs(waits)
		joins = c.joinLinks(waits) && joins
	}
	for i := range c.documents {
		if !waits[i] && c.documents[i].differs() {
			return true
		}
	}
	return false
}

// splitLinks has those wait that a link published with one that waits, and reports whether
// there were any.
func (c *candidates) joinLinks(waits []bool) (more bool) {
	moved := map[string]bool{}
	for i := range c.documents {
		if k := &c.documents[i]; waits[i] {
			k.latest.NewLinks(&k.accepted, func(path string) { moved[path] = true })
		}
	}
	for i := range c.documents {
		k := &c.documents[i]
		if waits[i] || !k.differs() {
			continue
		}
		k.latest.NewLinks(&k.accepted, func(path string) { waits[i] = waits[i] || moved[path] })
		more = more || waits[i]
	}
	return more
}

// join has those wait that are taken only together with one that waits: a document and the
// files to which it refers, or did when it was taken. It reports whether there are files to
// which documents refer.
func (c *candidates) joinRefs(waits []bool) bool {
	refs := map[string]int{}
	for i := range c.documents {
		if k := &c.documents[i]; k.latest.Ref {
			refs[k.latest.Path] = i
		}
	}
	if len(refs) == 0 {
		return false
	}
	with := make([][]int, len(c.documents))
	for i := range c.documents {
		k := &c.documents[i]
		for _, paths := range [][]string{k.latest.Refs, k.accepted.Refs} {
			for _, path := range paths {
				if at, ok := refs[path]; ok {
					with[i], with[at] = append(with[i], at), append(with[at], i)
				}
			}
		}
	}
	var todo []int
	for i := range waits {
		if waits[i] {
			todo = append(todo, i)
		}
	}
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, at := range with[i] {
			if !waits[at] {
				waits[at] = true
				todo = append(todo, at)
			}
		}
	}
	return true
}

// take records that what the last look saw was taken, but for what waits, and returns
// the content.
func (c *candidates) accept(waits []bool) source.Snapshot {
	content := c.last
	if waits != nil {
		content = content.With(c.compose(waits))
	}
	for i := range c.documents {
		if k := &c.documents[i]; waits == nil || !waits[i] {
			k.accepted = k.latest
			if len(c.documents) == 1 { // there will be no other document to take it with
				k.accepted.Data = nil
			}
		}
	}
	return content
}

func (c *candidates) compose(waits []bool) []source.Document {
	docs := make([]source.Document, 0, len(c.documents))
	for i := range c.documents {
		doc := c.documents[i].latest
		if waits[i] {
			doc = c.documents[i].accepted
		}
		if !doc.Gone {
			docs = append(docs, doc)
		}
	}
	return docs
}

// release drops what is not needed any more when a look has been dealt with.
func (c *candidates) dropData() {
	c.last = source.Snapshot{}
	for i := range c.documents {
		c.documents[i].latest.Data = nil
	}
	c.documents = slices.DeleteFunc(c.documents, func(k candidate) bool { return k.accepted.Gone && k.latest.Gone && !k.moving })
}

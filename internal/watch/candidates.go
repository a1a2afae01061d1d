package watch

import (
	"slices"
	"time"

	"example.com/lastgood/internal/source"
)

// candidates decide, document by document, which content is complete. Documents that settle
// delay the others, so that files written one after another are accepted together. But what a
// link published is accepted at once, and a document that changes all the time delays no
// other: these are accepted together with its previous state.
type candidates struct {
	settle    time.Duration
	documents []candidate // by place, those of a directory by name
	last      source.Snapshot
}

// start accepts all of a first snapshot.
func (c *candidates) start(s source.Snapshot) {
	c.observe(s, time.Now())
	c.accept(nil)
	c.dropData()
	for i := range c.documents {
		c.documents[i].unsettledSince = time.Time{}
	}
}

// observe records a scan; see [candidate.observe].
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

// merge returns the candidates with new ones inserted for documents that did not exist before.
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

// differ reports whether a document differs from the accepted one, or may.
func (c *candidates) differ() bool {
	return slices.ContainsFunc(c.documents, func(k candidate) bool { return k.differs() })
}

// choose decides what to accept now. waits has the documents that must wait; nil means none.
// ok is false if there is nothing to accept. again is the time until the next scan, 0 if
// nothing is settling.
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

// split adds those documents to waits that must be accepted together with a waiting one:
// because one link published both, so that they are of one generation, or because one refers
// to the other. It reports whether a changed document remains to be accepted.
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

// joinLinks adds the documents to waits that a link published together with a waiting one, and
// reports whether there were any.
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

// joinRefs adds the documents to waits that refer to a waiting one, or that a waiting one
// refers to, now or when it was accepted. It reports whether documents refer to any files.
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

// accept records the last scan as accepted, except for the documents in waits, and returns the
// accepted content.
func (c *candidates) accept(waits []bool) source.Snapshot {
	content := c.last
	if waits != nil {
		content = content.With(c.compose(waits))
	}
	for i := range c.documents {
		if k := &c.documents[i]; waits == nil || !waits[i] {
			k.accepted = k.latest
			if len(c.documents) == 1 { // no other document will be accepted together with it
				k.accepted.Data = nil
			}
		}
	}
	return content
}

// compose returns the last scan's documents, with the accepted state of those in waits.
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

// dropData releases what is not needed after a scan was processed.
func (c *candidates) dropData() {
	c.last = source.Snapshot{}
	for i := range c.documents {
		c.documents[i].latest.Data = nil
	}
	c.documents = slices.DeleteFunc(c.documents, func(k candidate) bool { return k.accepted.Gone && k.latest.Gone && !k.moving })
}

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
	settle time.Duration
	all    []candidate // by place, those of a directory by name
	last   source.Snapshot
}

// start takes all of a first snapshot.
func (c *candidates) start(s source.Snapshot) {
	c.see(s, time.Now())
	c.take(nil)
	c.release()
	for i := range c.all {
		c.all[i].restless = time.Time{}
	}
}

// see records what a look has seen; see [candidate.see].
func (c *candidates) see(s source.Snapshot, at time.Time) {
	c.last = s
	if !slices.EqualFunc(c.all, s.Documents, func(k candidate, d source.Document) bool { return k.seen.Compare(&d) == 0 }) {
		c.all = c.merge(s)
	}
	docs := s.Documents
	for i := range c.all {
		k := &c.all[i]
		if len(docs) > 0 && docs[0].Compare(&k.seen) == 0 {
			k.see(docs[0], at, c.settle)
			docs = docs[1:]
		} else {
			k.see(s.Gone(&k.seen), at, c.settle)
		}
	}
}

// merge returns the candidates with new ones among them for documents that were not
// there before.
func (c *candidates) merge(s source.Snapshot) []candidate {
	all := make([]candidate, 0, max(len(c.all), len(s.Documents)))
	old := c.all
	for i := range s.Documents {
		doc := &s.Documents[i]
		for len(old) > 0 && old[0].seen.Compare(doc) < 0 {
			all, old = append(all, old[0]), old[1:]
		}
		if len(old) > 0 && old[0].seen.Compare(doc) == 0 {
			all, old = append(all, old[0]), old[1:]
			continue
		}
		gone := source.Document{Place: doc.Place, Path: doc.Path, Key: doc.Key, Gone: true}
		all = append(all, candidate{taken: gone, seen: gone})
	}
	return append(all, old...)
}

// differ reports whether anything is different from what was taken, or may be.
func (c *candidates) differ() bool {
	return slices.ContainsFunc(c.all, func(k candidate) bool { return k.differs() })
}

// choose returns the content to take now, and how to record that it was taken. If ok is
// false, there is none. again is when to look again, or 0 if nothing is settling.
func (c *candidates) choose(now time.Time) (waits []bool, ok bool, again time.Duration) {
	var ready, published, fresh bool
	for i := range c.all {
		k := &c.all[i]
		if !k.differs() {
			continue
		}
		left := k.left(now, c.settle)
		if left == 0 {
			ready, published = true, published || k.seen.Whole
			continue
		}
		if waits == nil {
			waits, again = make([]bool, len(c.all)), left
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
		joins = c.join(waits)
		joins = c.splitLinks(waits) && joins
	}
	for i := range c.all {
		if !waits[i] && c.all[i].differs() {
			return true
		}
	}
	return false
}

// splitLinks has those wait that a link published with one that waits, and reports whether
// there were any.
func (c *candidates) splitLinks(waits []bool) (more bool) {
	moved := map[string]bool{}
	for i := range c.all {
		if k := &c.all[i]; waits[i] {
			k.seen.NewLinks(&k.taken, func(path string) { moved[path] = true })
		}
	}
	for i := range c.all {
		k := &c.all[i]
		if waits[i] || !k.differs() {
			continue
		}
		k.seen.NewLinks(&k.taken, func(path string) { waits[i] = waits[i] || moved[path] })
		more = more || waits[i]
	}
	return more
}

// join has those wait that are taken only together with one that waits: a document and the
// files to which it refers, or did when it was taken. It reports whether there are files to
// which documents refer.
func (c *candidates) join(waits []bool) bool {
	refs := map[string]int{}
	for i := range c.all {
		if k := &c.all[i]; k.seen.Ref {
			refs[k.seen.Path] = i
		}
	}
	if len(refs) == 0 {
		return false
	}
	with := make([][]int, len(c.all))
	for i := range c.all {
		k := &c.all[i]
		for _, paths := range [][]string{k.seen.Refs, k.taken.Refs} {
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
func (c *candidates) take(waits []bool) source.Snapshot {
	content := c.last
	if waits != nil {
		content = content.With(c.composed(waits))
	}
	for i := range c.all {
		if k := &c.all[i]; waits == nil || !waits[i] {
			k.taken = k.seen
			if len(c.all) == 1 { // there will be no other document to take it with
				k.taken.Data = nil
			}
		}
	}
	return content
}

func (c *candidates) composed(waits []bool) []source.Document {
	docs := make([]source.Document, 0, len(c.all))
	for i := range c.all {
		doc := c.all[i].seen
		if waits[i] {
			doc = c.all[i].taken
		}
		if !doc.Gone {
			docs = append(docs, doc)
		}
	}
	return docs
}

// release drops what is not needed any more when a look has been dealt with.
func (c *candidates) release() {
	c.last = source.Snapshot{}
	for i := range c.all {
		c.all[i].seen.Data = nil
	}
	c.all = slices.DeleteFunc(c.all, func(k candidate) bool { return k.taken.Gone && k.seen.Gone && !k.moving })
}

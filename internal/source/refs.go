package source

import (
	"context"
	"fmt"
	"slices"
)

// rounds bounds how often what documents refer to is read again because they refer to
// something else by then, before the caller is told that it moves.
const maxRefRounds = 5

// refs returns the paths that were read for the documents of a snapshot.
func (s *Snapshot) refs() []string { return s.Route.refs }

// refer notes what the documents of a snapshot refer to, and returns the paths of all,
// sorted. What a document refers to that is as it was in last is not asked for again.
func (r *Reader) findRefs(ctx context.Context, s *Snapshot, last Snapshot) []string {
	var refs []string
	old := last.Documents
	for i := range s.Documents {
		doc := &s.Documents[i]
		if doc.Ref || doc.Remote || len(doc.Data) == 0 {
			continue
		}
		for len(old) > 0 && old[0].Compare(doc) < 0 {
			old = old[1:]
		}
		if len(old) > 0 && old[0].Compare(doc) == 0 && old[0].Sum == doc.Sum && !old[0].RefsUnknown {
			doc.Refs = old[0].Refs
		} else {
			var known bool
			doc.Refs, known = r.Refer(ctx, doc)
			doc.RefsUnknown = !known
			slices.Sort(doc.Refs)
			doc.Refs = slices.Compact(doc.Refs)
		}
		refs = append(refs, doc.Refs...)
	}
	slices.Sort(refs)
	return slices.Compact(refs)
}

// ReadRefs returns documents with those that they refer to behind them.
func (r *Reader) ReadRefs(ctx context.Context, docs []Document) []Document {
	of := Snapshot{Documents: docs}
	refs := r.findRefs(ctx, &of, Snapshot{})
	if len(refs) == 0 {
		return docs
	}
	alone := Reader{Places: make([]Place, 0), Limits: r.Limits}
	s := alone.readWith(ctx, Snapshot{Moving: true}, refs)
	for i := range s.Documents {
		s.Documents[i].Place = len(r.Places)
	}
	return append(docs[:len(docs):len(docs)], s.Documents...)
}

// tooMuchInRefs is what is wrong where the files to which documents refer are too large
// together.
func tooMuchInRefs(files int, limit int64) *Error {
	e := TooMuch(files, limit)
	e.Message = fmt.Sprintf("the first %d files to which documents refer have more than %d bytes together, which is the limit", files, SumFactor*limit)
	return e
}

func tooManyRefs(limit int) *Error {
	return &Error{Code: "too_large", Message: fmt.Sprintf("the documents refer to more than %d files, which is the limit", limit),
		Hint: "WithMaxFiles raises the limit"}
}

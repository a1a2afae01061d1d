package source

import (
	"context"
	"fmt"
	"slices"
)

// maxRefRounds bounds how often the documents of a read are read again because they have
// changed and refer to other files. The snapshot is Moving after that.
const maxRefRounds = 5

// refs returns the paths of references that were read for the snapshot.
func (s *Snapshot) refs() []string { return s.Route.refs }

// findRefs sets Refs of the snapshot's documents, and returns the paths of all references,
// sorted. Refer is not called for a document that is the same as in last.
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

// ReadRefs returns docs with the files that they refer to appended.
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

// tooMuchInRefs is [TooMuch] for the files that documents refer to.
func tooMuchInRefs(files int, limit int64) *Error {
	e := TooMuch(files, limit)
	e.Message = fmt.Sprintf("the first %d files to which documents refer have more than %d bytes together, which is the limit", files, SumFactor*limit)
	return e
}

// tooManyRefs returns the error for more references than limit.
func tooManyRefs(limit int) *Error {
	return &Error{Code: "too_large", Message: fmt.Sprintf("the documents refer to more than %d files, which is the limit", limit),
		Hint: "WithMaxFiles raises the limit"}
}

package load

import (
	"bytes"
	"context"

	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/source"
)

// References returns the paths of the files that a document refers to. known is whether it
// would return the same again: a codec that cannot read the document may yet do so. In a
// [guard.Run] that is over it ends early. It calls a caller's codecs.
func (l *Loader) References(ctx context.Context, doc *source.Document) (paths []string, known bool) {
	if l.reader.place(*doc).Kind != problem.File || !l.reader.mayRefer(doc) {
		return nil, true
	}
	file := &layers.Layer{Path: doc.Path, Margin: doc.Margin}
	if len(l.reader.parse(ctx, file, doc, false)) > 0 || file.Root == nil {
		_, codec := l.reader.formatOf(*doc)
		return nil, codec == nil
	}
	return (&layers.Resolver{Schema: l.schema.Written, Variables: l.reader.variables}).References(file.Root, doc), true
}

// mayRefer reports whether a document can refer to files.
func (r *reader) mayRefer(doc *source.Document) bool {
	return r.schema.Refs && !doc.Remote && r.mayHave(doc, "_file", "-file", "File", "_FILE", "-FILE")
}

// mayHave reports whether one of the words can be in the keys or texts of a document: if so,
// it is there as it is or escaped, unless a codec made another text of the document. It costs
// less than to parse that.
func (r *reader) mayHave(doc *source.Document, words ...string) bool {
	if _, codec := r.formatOf(*doc); codec != nil {
		return true
	}
	for _, word := range words {
		if bytes.Contains(doc.Data, []byte(word)) {
			return true
		}
	}
	return bytes.IndexByte(doc.Data, '\\') >= 0
}

// HasSecrets reports whether values of the loader's type may be secret, or come from
// variables and files to which documents refer.
func (l *Loader) HasSecrets() bool {
	return l.schema.Secrets || l.schema.Refs || l.reader.variables != nil
}

package load

import (
	"bytes"
	"context"

	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/source"
)

// References returns the paths of the files that a document refers to. known is false if the
// next call may return others: a codec failed to read the document, and may succeed later.
// References may call a caller's codec. It ends early if its [guard.Run] was abandoned.
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
	return r.schema.Refs && !doc.Remote && r.mayContain(doc, "_file", "-file", "File", "_FILE", "-FILE")
}

// mayContain reports whether a key or text of a document can contain one of words. It is true
// if the bytes contain one or a backslash, which can escape one, or if a codec reads the
// document. It is much cheaper than parsing.
func (r *reader) mayContain(doc *source.Document, words ...string) bool {
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

// HasSecrets reports whether a configuration can contain secrets: in fields of the type, or
// from variables and files that documents refer to.
func (l *Loader) HasSecrets() bool {
	return l.schema.Secrets || l.schema.Refs || l.reader.variables != nil
}

package load

import (
	"bytes"
	"context"

	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// References returns the paths of the files that a document refers to, or nil if it cannot
// be read. In a [guard.Run] that is over it ends early. It calls a caller's codecs.
func (l *Loader) References(ctx context.Context, doc *source.Document) []string {
	if l.reader.place(*doc).Kind != problem.File || !mayRefer(l.schema, doc) {
		return nil
	}
	file := &layers.Layer{Path: doc.Path, Margin: doc.Margin}
	if len(l.reader.parse(ctx, file, doc, false)) > 0 || file.Root == nil {
		return nil
	}
	return (&layers.Resolver{Schema: l.schema.Written, Variables: l.reader.variables}).References(file.Root, doc)
}

// mayRefer reports whether a document can refer to files: if so, the word is in one of its
// keys, or is there in an escaped form. It costs less than to parse the document.
func mayRefer(t *schema.Type, doc *source.Document) bool {
	if !t.Refs || doc.Remote {
		return false
	}
	data := doc.Data
	for _, key := range []string{"_file", "-file", "File", "_FILE", "-FILE"} {
		if bytes.Contains(data, []byte(key)) {
			return true
		}
	}
	return bytes.IndexByte(data, '\\') >= 0
}

// HasSecrets reports whether values of the loader's type may be secret, or come from
// variables and files to which documents refer.
func (l *Loader) HasSecrets() bool {
	return l.schema.Secrets || l.schema.Refs || l.reader.variables != nil
}

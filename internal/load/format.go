package load

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// Codec reads files of a format that package document does not parse.
type Codec struct {
	Ext  string // lower-case, without the dot
	Read func(r *guard.Running, t *schema.Type, file *layers.Layer, data []byte) []problem.Problem
}

// Extensions returns the file extensions, without dots, that documents and codecs have.
func Extensions(codecs []Codec) []string {
	all := document.Extensions()
	for _, c := range codecs {
		all = append(all, c.Ext)
	}
	return all
}

// ListExtensions formats extensions for a message: ".yaml, .yml, .toml or .json".
func ListExtensions(all []string) string {
	last := len(all) - 1
	return "." + strings.Join(all[:last], ", .") + " or ." + all[last]
}

// formatOf returns the format of a document, or its codec, or neither. The format that a
// source names for it comes first, then the extension of its name, then the default of the
// options.
func (r *reader) formatOf(doc source.Document) (document.Format, *Codec) {
	exts := []string{filepath.Ext(cmp.Or(doc.Name, doc.Path)), "." + r.format}
	if doc.Format != "" {
		exts = []string{"." + doc.Format}
	}
	for _, ext := range exts {
		if f, ok := document.FormatOf(ext); ok {
			return f, nil
		}
		if i := slices.IndexFunc(r.codecs, func(c Codec) bool { return strings.EqualFold("."+c.Ext, ext) }); i >= 0 {
			return 0, &r.codecs[i]
		}
	}
	return 0, nil
}

package load

import (
	"bytes"
	"context"
	"strconv"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/repair"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// file returns the layer of a configuration file, or its problems, or neither if it is absent.
// refs are the files that documents refer to, by path; nil if they are too many.
func (r *reader) file(ctx context.Context, doc source.Document, order int, refs map[string]*source.Document) (*layers.Layer, []problem.Problem) {
	switch {
	case doc.Absent:
		return nil, nil
	case doc.Err != nil:
		return nil, []problem.Problem{readProblem(doc, problem.File, order)}
	}
	file := &layers.Layer{Path: doc.Path, Margin: doc.Margin, Order: order, Sum: doc.Sum, Remote: doc.Remote, FormatName: doc.Format, Embedded: r.place(doc).Given}
	switch problems := r.parse(ctx, file, &doc, true); {
	case len(problems) > 0 && r.isUnset(doc, problems[0].Code):
		return nil, nil
	case len(problems) > 0:
		return nil, problems
	}
	if doc.Secret && file.Root != nil {
		file.MarkSecret()
	}
	var problems []problem.Problem
	if r.variables != nil || r.mayContain(&doc, "${") || r.mayRefer(&doc) {
		all := layers.Resolver{Schema: r.schema.Written, Variables: r.variables, Files: refs, Truncated: refs == nil}
		problems = all.Resolve(file, &doc)
	}
	return file, append(problems, file.Rename(r.schema)...)
}

// parse sets the tree of a layer from its document, or returns the syntax errors. Only with
// diagnose it searches for their causes.
func (r *reader) parse(ctx context.Context, file *layers.Layer, doc *source.Document, diagnose bool) []problem.Problem {
	format, codec := r.formatOf(*doc)
	switch {
	case codec != nil:
		return codec.Read(guard.Under(ctx), r.schema, file, doc.Data)
	case format == 0 && doc.Format != "":
		return []problem.Problem{{Code: "syntax", Origin: file.At(0, 0), Order: file.Order,
			Message: "its source gives it the unknown format " + strconv.Quote(doc.Format), Hint: "known are " + ListExtensions(Extensions(r.codecs))}}
	case format == 0:
		return []problem.Problem{{Code: "syntax", Origin: file.At(0, 0), Order: file.Order,
			Message: "unknown file type", Hint: "name it " + ListExtensions(Extensions(r.codecs))}}
	}
	file.Format = format
	root, faults := document.ParsePart(format, doc.Data, doc.Above)
	if len(faults) == 0 {
		if p := r.manifest(root, doc.Secret); p != nil {
			faults = append(faults, *p)
		}
	} else if diagnose && !r.isUnset(*doc, faults[0].Code) {
		faults = repair.Diagnose(ctx, format, doc.Data, doc.Above, faults, func(n *document.Node) int { return schema.Fit(r.schema.Written, n) })
	}
	if len(faults) == 0 {
		file.Root = root
		return nil
	}
	problems := make([]problem.Problem, len(faults))
	for i, f := range faults {
		problems[i] = problem.Problem{Code: f.Code, Origin: file.At(f.Line, f.Column), Order: file.Order,
			Message: r.message(f, doc.Secret), Hint: f.FullHint(!r.schema.Secrets && !doc.Secret)}
	}
	return problems
}

// isUnset reports whether a document with a syntax error of this code counts as absent: it
// contains only comments, and it is optional. A document without any content does not: its
// writer may have truncated it just now.
func (r *reader) isUnset(doc source.Document, code string) bool {
	return code == "empty" && r.place(doc).Optional && bytes.ContainsAny(doc.Data, "#;/")
}

// manifest returns a problem if the document is not a configuration but contains one: the
// manifest of a Kubernetes object, its data alone, or a file encrypted by SOPS.
func (r *reader) manifest(root *document.Node, secret bool) *document.Problem {
	if r.allowUnknown || r.schema.Remain != nil {
		return nil
	}
	return repair.Manifest(root, func(key string) bool { return r.schema.Written.Field(key) != nil }, !r.schema.Secrets && !secret)
}

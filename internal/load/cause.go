package load

import (
	"context"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/repair"
	"example.com/lastgood/internal/source"
)

// syntaxProblems returns what is wrong with a document that does not parse, with the cause
// where it can be found. The repaired line is shown only if T has no secrets.
func (l *Loader) syntaxProblems(ctx context.Context, f document.Format, doc source.Document, faults []document.Problem, order int) []Problem {
	faults = repair.Diagnose(ctx, f, doc.Data, 0, faults, l.schema.Fit)
	problems := make([]Problem, len(faults))
	for i, fault := range faults {
		problems[i] = Problem{
			Code: fault.Code, Message: fault.Message, Hint: fault.Advice(!l.schema.Secrets), order: order,
			Origin: Origin{Kind: File, Name: doc.Path, Line: fault.Line, Column: fault.Column},
		}
	}
	return problems
}

// manifest recognises a file that parses, and has the configuration inside: the manifest of
// a Kubernetes object, or what SOPS encrypted.
func (l *Loader) manifest(doc source.Document, root *document.Node, order int) (Problem, bool) {
	if l.opts.AllowUnknown || l.schema.Remain != nil || l.schema.Field("kind") != nil || l.schema.Field("sops") != nil {
		return Problem{}, false
	}
	p, ok := repair.Manifest(root)
	return Problem{
		Code: p.Code, Message: p.Message, Hint: p.Hint, order: order,
		Origin: Origin{Kind: File, Name: doc.Path, Line: p.Line, Column: p.Column},
	}, ok
}

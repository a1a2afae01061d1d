// Package repair finds out why a document does not parse. A parser reports the place at which
// it could not continue, which is often a correct line below the mistake.
//
// [Diagnose] derives hypotheses from the lines about what people do wrong: a missing space
// after a colon, a bracket that is not closed, an invisible character. It tries each on a
// copy of the document. A change after which the document parses, and fits the schema best,
// is the cause: its line, and what the line should be.
//
// # Cost
//
// Only documents that do not parse are examined. The number of tries and of bytes parsed is
// bounded, and the work done once for all tries is linear in the document. The time is not
// bounded, so that the result does not depend on the load of the machine. Large documents are
// cut to the lines around the place; where that is not possible, nothing is tried.
//
// # Secrets
//
// Messages and hints quote no text of the document, except those of [Manifest] if that is
// requested. [document.Problem.Repaired] does quote it, and must not be shown if the document
// may contain a secret.
//
// All functions are safe for concurrent use.
package repair

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"example.com/lastgood/internal/document"
)

const (
	maxTries  = 60
	maxParsed = 8 << 20 // bytes

	// Larger documents, or larger parts of one, are not examined.
	maxLines       = 500_000
	maxRegionLines = 50_000
	maxRegion      = 1 << 20 // bytes
)

// Diagnose returns the problems that Parse had with data, with the cause in place of the
// parser's problem, if it is found. above is the number of lines above data in its file, and 0
// unless data is a part of a file. fits returns how well a document fits the schema: the
// number of its known keys less its unknown ones and the values of another kind. It may be
// nil, and is only called with documents that parse.
//
// Diagnose returns the problems unchanged if ctx ends, or if no change helps. It does not
// panic.
func Diagnose(ctx context.Context, f document.Format, data []byte, above int, problems []document.Problem, fits func(*document.Node) int) (better []document.Problem) {
	defer func() {
		if recover() != nil { // a bug here must not hide the problem
			better = problems
		}
	}()
	if len(problems) == 0 || ctx.Err() != nil {
		return problems
	}
	if p, ok := detectForeign(f, data); ok {
		p.Line += above
		return []document.Problem{p}
	}
	stuck := slices.IndexFunc(problems, func(p document.Problem) bool { return p.Stuck })
	if stuck < 0 || bytes.IndexByte(data, 0) >= 0 || bytes.Count(data, []byte("\n")) > maxLines {
		return problems
	}
	d := newDoc(f, string(data), above)
	s := search{ctx: ctx, doc: d, problem: problems[stuck], fits: fits}
	best, ok := s.run()
	if !ok {
		return problems
	}
	// The document parses with one repair, so there is no other syntax error.
	others := slices.DeleteFunc(slices.Clone(problems), func(p document.Problem) bool { return p.Stuck })
	return append([]document.Problem{d.problem(best, problems[stuck])}, others...)
}

// doc is a document, split into lines.
type doc struct {
	format document.Format
	lines  []string // without their ends
	above  int      // lines above them in the file
}

// fileLine returns the number of a line in its file.
func (d *doc) fileLine(line int) int { return line + 1 + d.above }

// line returns the index of the line of a problem.
func (d *doc) line(p document.Problem) int {
	return min(max(p.Line-1-d.above, 0), len(d.lines)-1)
}

func newDoc(f document.Format, text string, above int) *doc {
	d := &doc{format: f, above: above, lines: strings.Split(strings.TrimPrefix(text, "\uFEFF"), "\n")}
	for i, line := range d.lines {
		d.lines[i] = strings.TrimSuffix(line, "\r")
	}
	return d
}

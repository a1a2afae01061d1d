// Package repair finds out why a document does not parse. Parsers report the place at
// which they could not read on, which is often a healthy line below the mistake.
//
// [Diagnose] reads from the lines what people do wrong: a space that is missing after a
// colon, a bracket that is not closed, an invisible character. Each such hypothesis is
// tried on a copy of the document. One after which the document parses, and fits the
// schema best, is the cause: its line, and what the line should be.
//
// # Cost
//
// Only documents that do not parse come here. The number of tries and the bytes that are
// parsed are bounded, and what is done once for all tries is linear in the document. The
// time is not, so that the same is found on a busy machine as on any other. Large
// documents are cut to the lines around the place, and where that cannot be done, nothing
// is tried.
//
// # Secrets
//
// Messages and hints quote no text of the document, except for those of [Manifest] where
// that is asked for. [document.Problem.Repaired] does, and must not be shown where the
// document may hold a secret.
//
// The package holds no state. Its functions may be called concurrently.
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

	// Larger documents are not looked into, and no larger part of one.
	maxLines     = 500_000
	maxPageLines = 50_000
	maxPage      = 1 << 20 // bytes
)

// Diagnose returns the problems that Parse had with data, with the cause in the place of
// what the parser stumbled over, where the cause is found. Where data is a part of a file,
// above is how many lines of the file are above it; otherwise 0. fits returns how well a
// document fits the schema: its known keys less its unknown ones and the values of
// another kind. It may be nil, and is only called with documents that parse.
//
// Diagnose returns the problems as they are when ctx ends, or none of the tries helps. It
// never panics.
func Diagnose(ctx context.Context, f document.Format, data []byte, above int, problems []document.Problem, fits func(*document.Node) int) (better []document.Problem) {
	defer func() {
		if recover() != nil { // a bug here must not hide the problem
			better = problems
		}
	}()
	if len(problems) == 0 || ctx.Err() != nil {
		return problems
	}
	if p, ok := somethingElse(f, data); ok {
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
	// The document parses with one repair: that is all that was wrong.
	others := slices.DeleteFunc(slices.Clone(problems), func(p document.Problem) bool { return p.Stuck })
	return append([]document.Problem{d.problem(best, problems[stuck])}, others...)
}

// doc is a document by lines.
type doc struct {
	format document.Format
	lines  []string // without their ends
	above  int      // lines of the file above them
}

// number returns the number of a line in its file.
func (d *doc) number(line int) int { return line + 1 + d.above }

// line returns the line at which a problem is, as an index.
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

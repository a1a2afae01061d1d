package load

import (
	"cmp"
	"slices"

	"example.com/lastgood/internal/diagnose"
	"example.com/lastgood/internal/origin"
)

// Origin is where a value, or the lack of one, is to be found.
type Origin = origin.Origin

// OriginKind says what sort of place an [Origin] is.
type OriginKind = origin.Kind

// The kinds of origins that this package gives itself.
const (
	Nowhere = origin.Nowhere
	File    = origin.File
	Default = origin.Default
	GoType  = origin.GoType
)

// Problem is one reason why a pass was rejected.
type Problem struct {
	Code    string
	Key     string
	Origin  Origin
	Message string
	Hint    string
	Excerpt *diagnose.Excerpt // nil where there is none, or a secret might show
	Err     error             // the cause, where a caller's own code gave one

	order int // of the document, for sorting
}

// Text is the problem without its place, for a log line.
func (p Problem) Text() string {
	if p.Hint == "" {
		return p.Message
	}
	return p.Message + "; " + p.Hint
}

// sortProblems orders problems by place and drops those said twice.
func sortProblems(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.order, b.order),
			cmp.Compare(a.Origin.Line, b.Origin.Line),
			cmp.Compare(a.Origin.Column, b.Origin.Column),
			cmp.Compare(a.Key, b.Key),
		)
	})
	return slices.CompactFunc(problems, func(a, b Problem) bool {
		return a.Origin == b.Origin && a.Key == b.Key && a.Code == b.Code && a.Message == b.Message
	})
}

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

// sortProblems orders problems by place, drops those said twice, and keeps the first.
func sortProblems(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return byPlace(a.order, b.order, a.Origin, b.Origin, a.Key, b.Key)
	})
	problems = slices.CompactFunc(problems, func(a, b Problem) bool {
		return a.Origin == b.Origin && a.Key == b.Key && a.Code == b.Code && a.Message == b.Message
	})
	return problems[:min(len(problems), maxProblems)]
}

// byPlace compares places by the order of their documents, and then within them.
func byPlace(orderA, orderB int, a, b Origin, keyA, keyB string) int {
	return cmp.Or(
		cmp.Compare(orderA, orderB),
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Column, b.Column),
		cmp.Compare(keyA, keyB),
	)
}

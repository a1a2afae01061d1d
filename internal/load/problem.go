package load

import (
	"cmp"
	"slices"

	"example.com/lastgood/internal/diagnose"
)

// OriginKind says what sort of place a value comes from.
type OriginKind uint8

// The kinds of origins.
const (
	Nowhere OriginKind = iota // nothing set it
	File
	Default // a default tag
	GoType  // the Go type itself is at fault
)

// Origin is where a value, or the lack of one, is to be found.
type Origin struct {
	Kind         OriginKind
	Name         string // a file's path, or a Go field
	Line, Column int    // 1-based, columns count characters; 0 when there is none
	layer        int    // for sorting
}

// Problem is one reason why a pass was rejected.
type Problem struct {
	Code    string
	Key     string
	Origin  Origin
	Message string
	Hint    string
	Excerpt *diagnose.Excerpt // nil where there is none, or a secret might show
	Err     error             // the cause, where a caller's own code gave one
}

// sortProblems orders problems by place and drops those said twice.
func sortProblems(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.Origin.layer, b.Origin.layer),
			cmp.Compare(a.Origin.Line, b.Origin.Line),
			cmp.Compare(a.Origin.Column, b.Origin.Column),
			cmp.Compare(a.Key, b.Key),
		)
	})
	return slices.CompactFunc(problems, func(a, b Problem) bool {
		return a.Origin == b.Origin && a.Key == b.Key && a.Code == b.Code && a.Message == b.Message
	})
}

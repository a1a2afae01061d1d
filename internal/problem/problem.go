// Package problem has the form in which all packages of the module report what is wrong with a
// configuration, and where: [Problem] and [Origin]. It also finds the line of a problem, with
// a mark under the cause, and the name that was probably meant.
//
// Its input can come from anybody who can write a file, and its output is printed on terminals
// and in logs: an excerpt contains no control characters and no invalid UTF-8. It does not
// redact: the caller must not ask for an excerpt of a line with a secret.
package problem

import (
	"cmp"
	"slices"

	"example.com/lastgood/internal/keypath"
)

// Problem is one reason why a configuration was rejected. Package config converts it to its
// own type.
type Problem struct {
	Code    string
	Key     string
	Origin  Origin
	Message string
	Hint    string
	Excerpt *Excerpt // nil without a line, or if the line may contain a secret
	Err     error    // the cause, if the caller's code or the system returned one
	Warning bool     // not a reason to reject

	// The fields below are for the pass.

	Order  int          // of the layer, for sorting
	Path   keypath.Path // of the value, if the schema has it
	OnKey  bool         // the problem is with the key, not with the value
	Hidden bool         // the line may contain a secret
	Bare   bool         // the key has no value, and may be a value itself
	Spelt  string       // the key as the document spells it; "" if the value has none
	Alone  bool         // only this value of the document is missing because of the problem
	Like   bool         // an unknown key that resembles one of the type, and so is not a secret
	Token  string       // the text of a scalar value; it may be a secret
}

// Text returns the problem without its place.
func (p Problem) Text() string {
	if p.Hint == "" {
		return p.Message
	}
	return p.Message + "; " + p.Hint
}

// AddHint appends one more hint.
func (p *Problem) AddHint(hint string) {
	if p.Hint != "" {
		hint = p.Hint + "; " + hint
	}
	p.Hint = hint
}

// AddHints appends more hints.
func (p *Problem) AddHints(hints []string) {
	for _, hint := range hints {
		p.AddHint(hint)
	}
}

// LastOrder sorts problems of layers that are not files behind all others.
const LastOrder = 1 << 30

// Most is how many problems of a pass are kept: the first by place, so that the same content
// has the same problems whatever the order in which they are found. The bound limits the time
// for excerpts.
const Most = 1000

// Sort sorts problems by place, removes duplicates, and keeps the first [Most].
func Sort(problems []Problem) []Problem {
	slices.SortStableFunc(problems, byPlace)
	problems = slices.CompactFunc(problems, func(a, b Problem) bool {
		return a.Origin == b.Origin && a.Key == b.Key && a.Code == b.Code && a.Message == b.Message
	})
	return problems[:min(len(problems), Most)]
}

// First removes all problems but the first [Most] by place.
func First(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(byPlace(a, b), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message))
	})
	return problems[:min(len(problems), Most)]
}

func byPlace(a, b Problem) int {
	return cmp.Or(
		cmp.Compare(a.Order, b.Order),
		cmp.Compare(a.Origin.Line, b.Origin.Line),
		cmp.Compare(a.Origin.Column, b.Origin.Column),
		cmp.Compare(a.Key, b.Key),
	)
}

// Package problem has the one form in which everything inside the module reports
// what is wrong with a configuration, and where: [Problem] and [Origin]. It also
// finds what helps a person to act on it: the offending line with the culprit
// underlined, and the name that was probably meant.
//
// What it is given may come from anybody who can write the file, and what it
// returns is printed on terminals and in logs: no control character and no
// invalid UTF-8 gets through an excerpt. It does not know what is secret; the
// caller must not ask for the excerpt of a line that is.
package problem

import (
	"cmp"
	"slices"

	"example.com/lastgood/internal/keypath"
)

// Problem is one reason why a configuration was rejected. Package config turns it
// into its own type, once.
type Problem struct {
	Code    string
	Key     string
	Origin  Origin
	Message string
	Hint    string
	Excerpt *Excerpt // nil where there is none, or a secret might show
	Err     error    // the cause, where a caller's own code gave one
	Warning bool     // it makes no pass fail

	// The rest is for the pass that found it.

	Order  int          // of the layer, for sorting
	Path   keypath.Path // to the value, where the schema knows it
	OnKey  bool         // it is about the key, not the value
	Hidden bool         // its line may hold a secret
	Bare   bool         // the key has no value, so that it may be one itself
	Spelt  string       // the key, as the document has it; "" if the value has none
	Alone  bool         // it is with one value of a document, all others of which are known
	Like   bool         // it is an unknown key that is like one of the type's, and so no secret
	Token  string       // the text of the value, where that is one; it may be a secret
}

// Text is the problem without its place, for a log line.
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

// LastOrder sorts the problems of layers that are no files behind the others.
const LastOrder = 1 << 30

// Most is how many problems of a pass are kept: the first by place, so that the same
// content has the same problems each time, in whatever order they are found. Nobody
// reads more, and an excerpt of each takes time.
const Most = 1000

// Sort orders problems by place, drops repetitions, and keeps the first [Most].
func Sort(problems []Problem) []Problem {
	slices.SortStableFunc(problems, byPlace)
	problems = slices.CompactFunc(problems, func(a, b Problem) bool {
		return a.Origin == b.Origin && a.Key == b.Key && a.Code == b.Code && a.Message == b.Message
	})
	return problems[:min(len(problems), Most)]
}

// First drops all problems but the first [Most] by place.
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

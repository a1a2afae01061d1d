package explain

import (
	"slices"
	"strings"

	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/redact"
)

// writtenValue is how a value is shown that contains values of variables or files, or that is
// in a secret document.
type writtenValue struct {
	known  bool // false for any other value
	value  any
	secret bool   // it comes from a file or a secret document
	from   string // as in [problem.Origin]
}

// written returns how the value in is shown. tree may be nil.
func written(tree *merge.Tree, in merge.Value) (w writtenValue) {
	if tree == nil {
		return w
	}
	var from []string
	for _, s := range tree.Sources(in) {
		w.known, w.secret = true, w.secret || s.File
		if s.From != "" && !slices.Contains(from, s.From) && len(from) < maxFrom {
			from = append(from, s.From)
		}
	}
	if w.known {
		w.value, w.from = tree.Written(in), strings.Join(from, ", ")
	}
	if w.secret {
		w.value = redact.Mask
	}
	return w
}

// maxFrom bounds the variables and files that an origin names.
const maxFrom = 10

// Written returns how the value at p is shown, in a configuration decoded from the report's
// tree: as documents contain it. ok is false for a value without references, which is shown
// unchanged.
func Written(r *merge.Report, p keypath.Path) (value any, secret, ok bool) {
	v, depth := r.Locate(p)
	if depth < len(p) {
		return nil, false, false
	}
	w := written(r.Tree, v)
	return w.value, w.secret, w.known
}

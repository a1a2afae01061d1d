package explain

import (
	"slices"
	"strings"

	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/redact"
)

// asWritten is how to show a value that refers, or in which something does, to what its
// document has not.
type asWritten struct {
	known  bool // it is such a value
	value  any
	secret bool   // it is in a file
	from   string // as in [problem.Origin]
}

// written returns how to show what a tree has for a value. tree may be nil.
func written(tree *merge.Tree, in merge.Value) (w asWritten) {
	if tree == nil {
		return w
	}
	var from []string
	for _, s := range tree.Sources(in) {
		w.known, w.secret = true, w.secret || s.File
		if s.From != "" && !slices.Contains(from, s.From) && len(from) < mostFrom {
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

// mostFrom is how many places an origin names.
const mostFrom = 10

// Written returns how to show the value at p of a configuration that was decoded from the
// report's tree: as documents have it. It is false for one that no document refers elsewhere
// for, and that is shown as it is.
func Written(r *merge.Report, p keypath.Path) (value any, secret, ok bool) {
	v, depth := r.Locate(p)
	if depth < len(p) {
		return nil, false, false
	}
	w := written(r.Tree, v)
	return w.value, w.secret, w.known
}

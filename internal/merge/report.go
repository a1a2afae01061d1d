package merge

import (
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/problem"
)

// Report collects the problems of one pass with the values of a tree.
type Report struct {
	Problems []problem.Problem
	Warnings []problem.Problem // values that are valid, but may not have the intended effect
	finder
	failures
	quoter

	nulls       []Value // the roots that EmptyKey searches; nil until it was called
	maxProblems int     // number of problems at which the list is sorted and cut
	cut         bool    // some problems were dropped
}

func newReport(t *Tree, opts Options) *Report {
	t.soleFile = soleFile(t.Layers)
	r := &Report{finder: finder{Tree: t, Running: opts.Running}, quoter: quoter{Redact: opts.Redact}, maxProblems: 2 * problem.Most}
	if r.Redact == nil {
		r.Redact = func(text string) string { return text }
	}
	return r
}

// Lookup returns a report for a tree that was validated before, for finding values in it.
func Lookup(t *Tree) *Report { return &Report{finder: finder{Tree: t}} }

// Secret reports whether the value at p must not be shown.
func (r *Report) Secret(p keypath.Path) bool { return r.Tree.Schema.SecretAt(p) }

// Add reports a problem with the value v at path. v has no node if there is no value. Add
// sets the problem's key and place and the hints that follow from the origin of v.
func (r *Report) Add(p problem.Problem, path keypath.Path, v Value) {
	p.Hidden = p.Hidden || r.Secret(path)
	r.add(p, path, v, len(path))
}

// warn adds a warning about the value v at path.
func (r *Report) warn(p problem.Problem, path keypath.Path, v Value) {
	if len(r.Warnings) == problem.Most {
		return
	}
	p.Warning, p.Key, p.Order, p.Origin = true, r.Tree.maskAt(r.Tree.Schema, path, v).String(), r.Tree.order(v), r.Tree.problemOrigin(p, v)
	r.Warnings = append(r.Warnings, p)
}

// Missing reports that a value is missing at path. section is the section around it, to
// which depth steps of path lead.
func (r *Report) Missing(p problem.Problem, path keypath.Path, section Value, depth int) {
	p.OnKey, p.Hidden = true, r.Secret(path[:depth])
	r.add(p, path, section, depth)
}

// add adds a problem at path with v, to which depth steps of path lead.
func (r *Report) add(p problem.Problem, path keypath.Path, v Value, depth int) {
	r.record(p.Code, path)
	p.Path = append(keypath.Path(nil), path...)
	if p.Key == "" {
		p.Key = r.Tree.maskAt(r.Tree.Schema, path, v).String()
	} else {
		p.Key = r.Redact(p.Key)
	}
	if v.Node != nil {
		p.Order = r.Tree.order(v)
		p.Origin = r.Tree.problemOrigin(p, v)
		if p.Bare = v.Node.Kind == document.Null || isBareText(r.Tree, v); v.Key != nil {
			p.Spelt = v.Key.Key
		}
		if !p.OnKey && !p.Hidden {
			p.Token = v.Node.Text
			if from := r.Tree.Source(v); from != nil {
				p.Token = from.Written
			}
		}
		if p.Origin.Kind == problem.Env && layers.IsServiceLink(v.Node.Text) {
			p.AddHint(layers.ServiceLinkHint)
		}
		if p.Code != "conflict" {
			r.addOverrideHint(&p, v, path)
		}
		r.addOldKeyHint(&p, v, path[:depth])
	}
	if r.Problems = append(r.Problems, p); len(r.Problems) == r.maxProblems {
		r.Problems, r.cut = problem.First(r.Problems), true
	}
}

// addOldKeyHint adds a hint with the old key of the value, or of a section around it, if
// the document uses one.
func (r *Report) addOldKeyHint(p *problem.Problem, v Value, path keypath.Path) {
	if v.Layer == Default || len(r.Tree.Layers[v.Layer].OldPaths) == 0 {
		return
	}
	written := r.Tree.Layers[v.Layer].OldPaths.Of(path)
	if slices.Equal(written, path) {
		return
	}
	if last := written[len(written)-1]; v.Key != nil && last.IsKey {
		p.Spelt = last.Key
	}
	p.AddHint(layers.WrittenAs(r.Tree.maskAt(r.Tree.Schema.Written, written, v)))
}

// isBareText reports whether a value is the empty text that the codec of a format without
// null returns for a key without a value.
func isBareText(t *Tree, v Value) bool {
	return v.Node.Kind == document.String && v.Node.Text == "" && v.Node.Line == 0 && t.InFile(v)
}

// addOverrideHint adds a hint with the place of the value that v overrides, unless v is in
// a file. The user would not find v's value in a file.
func (r *Report) addOverrideHint(p *problem.Problem, v Value, path keypath.Path) {
	if v.Node == nil || v.Layer == Default || r.Tree.InFile(v) || isRoot(r.Tree, v) {
		return
	}
	for below := range r.Tree.Below(v) {
		p.AddHint("it overrides " + r.Tree.describePlace(below))
		return
	}
	if below, ok := r.defaultTagValue(r.Tree.Schema, path); ok {
		p.AddHint("it overrides " + r.Tree.describePlace(below))
	}
}

// hookProblemFactor is how many times as many problems are kept where hooks may take the
// values they are about.
const hookProblemFactor = 100

// DropTaken drops those of the first problems, which the merge found, that are at or below
// the paths of values which decode hooks took. If so many were found that some are dropped
// already, it keeps all.
func (r *Report) DropTaken(first int, taken map[string]bool) {
	if r.cut || first == 0 || len(taken) == 0 {
		return
	}
	isTaken := func(p problem.Problem) (is bool) {
		p.Path.Prefixes(func(around string) bool {
			is = taken[around]
			return !is
		})
		return is
	}
	r.Problems = append(slices.DeleteFunc(slices.Clone(r.Problems[:first]), isTaken), r.Problems[first:]...)
	r.failures = failures{}
	for _, p := range r.Problems {
		r.record(p.Code, p.Path)
	}
}

package merge

import (
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/problem"
)

// Report collects what is wrong with the values of a tree, in one pass.
type Report struct {
	Problems []problem.Problem
	Warnings []problem.Problem // what may not mean what somebody thinks, and is no problem
	finder
	failures
	quoter

	nulls []Value // the roots that Empty searches; nil until it is asked
	most  int     // problems that are kept until they are sorted
	cut   bool    // some were dropped
}

func newReport(t *Tree, opts Options) *Report {
	t.sole = soleFile(t.Layers)
	r := &Report{finder: finder{Tree: t, Running: opts.Running}, quoter: quoter{Redact: opts.Redact}, most: 2 * problem.Most}
	if r.Redact == nil {
		r.Redact = func(text string) string { return text }
	}
	return r
}

// Find returns a report of a tree that was judged before, to find values in it.
func Find(t *Tree) *Report { return &Report{finder: finder{Tree: t}} }

// Secret reports whether what is at p must not be shown.
func (r *Report) Secret(p keypath.Path) bool { return r.Tree.Schema.SecretAt(p) }

// Add reports a problem with the value v at p, which has no node if there is none. It
// finds the problem's key, place and whatever else is to be said of the value.
func (r *Report) Add(p problem.Problem, path keypath.Path, v Value) {
	p.Hidden = p.Hidden || r.Secret(path)
	r.add(p, path, v, len(path))
}

// warn warns of the value v at p.
func (r *Report) warn(p problem.Problem, path keypath.Path, v Value) {
	if len(r.Warnings) == problem.Most {
		return
	}
	p.Warning, p.Key, p.Order, p.Origin = true, r.Tree.shownAt(r.Tree.Schema, path, v).String(), r.Tree.order(v), r.Tree.placeOf(p, v)
	r.Warnings = append(r.Warnings, p)
}

// Missing reports that there should be a value at path, in a section to which depth of
// its steps lead.
func (r *Report) Missing(p problem.Problem, path keypath.Path, section Value, depth int) {
	p.OnKey, p.Hidden = true, r.Secret(path[:depth])
	r.add(p, path, section, depth)
}

// add adds a problem at path with v, to which depth of its steps lead.
func (r *Report) add(p problem.Problem, path keypath.Path, v Value, depth int) {
	r.note(p.Code, path)
	p.Path = append(keypath.Path(nil), path...)
	if p.Key == "" {
		p.Key = r.Tree.shownAt(r.Tree.Schema, path, v).String()
	} else {
		p.Key = r.Redact(p.Key)
	}
	if v.Node != nil {
		p.Order = r.Tree.order(v)
		p.Origin = r.Tree.placeOf(p, v)
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
			r.overrides(&p, v, path)
		}
		r.asWritten(&p, v, path[:depth])
	}
	if r.Problems = append(r.Problems, p); len(r.Problems) == r.most {
		r.Problems, r.cut = problem.First(r.Problems), true
	}
}

// asWritten adds how the value at a path, or its section, is written where that is by an old
// key.
func (r *Report) asWritten(p *problem.Problem, v Value, path keypath.Path) {
	if v.Layer == Default || len(r.Tree.Layers[v.Layer].Renamed) == 0 {
		return
	}
	written := r.Tree.Layers[v.Layer].Renamed.Of(path)
	if slices.Equal(written, path) {
		return
	}
	if last := written[len(written)-1]; v.Key != nil && last.IsKey {
		p.Spelt = last.Key
	}
	p.AddHint(layers.WrittenAs(r.Tree.shownAt(r.Tree.Schema.Written, written, v)))
}

// isBareText reports whether a value is what the codec of a format without a null has for
// a key without a value.
func isBareText(t *Tree, v Value) bool {
	return v.Node.Kind == document.String && v.Node.Text == "" && v.Node.Line == 0 && t.InFile(v)
}

// overrides adds what the problem's value overrides, where that is not in a file:
// the user would not find this value in a file.
func (r *Report) overrides(p *problem.Problem, v Value, path keypath.Path) {
	if v.Node == nil || v.Layer == Default || r.Tree.InFile(v) || isRoot(r.Tree, v) {
		return
	}
	for below := range r.Tree.Below(v) {
		p.AddHint("it overrides " + r.Tree.place(below))
		return
	}
	if below, ok := r.defaultFrom(r.Tree.Schema, path); ok {
		p.AddHint("it overrides " + r.Tree.place(below))
	}
}

// manyMore is how many times as many problems are kept where hooks may take their values.
const manyMore = 100

// Forgive drops the first problems, found while layers were merged, that are with values
// which decode hooks took, or below those: at or below the paths taken. Where there were so
// many that some were dropped already, all stay.
func (r *Report) Forgive(first int, taken map[string]bool) {
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
		r.note(p.Code, p.Path)
	}
}

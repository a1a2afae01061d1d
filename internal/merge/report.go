package merge

import (
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
)

// Report collects what is wrong with the values of a tree, in one pass.
type Report struct {
	Tree     *Tree
	Problems []problem.Problem

	// Redact takes secrets out of a text that quotes a value.
	Redact func(string) string

	// Running is the pass, for calls of a caller's code; nil for none.
	Running *guard.Running

	failed map[string]bool // paths of values that could not be decoded, and, false, those around them
	ruled  map[string]bool // paths of values that failed a rule

	index map[*document.Node]map[string]int // of the keys of wide maps
	sole  *problem.Origin                   // see rootOrigin

	shortened map[string]string // long texts as messages quote them
}

func newReport(t *Tree, opts Options) *Report {
	r := &Report{Tree: t, Redact: opts.Redact, Running: opts.Running}
	if r.Redact == nil {
		r.Redact = func(text string) string { return text }
	}
	return r
}

// Secret reports whether what is at p must not be shown.
func (r *Report) Secret(p keypath.Path) bool { return r.Tree.Schema.SecretAt(p) }

// Add reports a problem with the value v at p, which has no node if there is none. It
// finds the problem's key, place and whatever else is to be said of the value.
func (r *Report) Add(p problem.Problem, path keypath.Path, v Value) {
	p.Hidden = p.Hidden || r.Secret(path)
	r.add(p, path, v)
}

// Missing reports that there should be a value at path, in a section to which depth of
// its steps lead.
func (r *Report) Missing(p problem.Problem, path keypath.Path, section Value, depth int) {
	p.OnKey, p.Hidden = true, r.Secret(path[:depth])
	r.add(p, path, section)
}

func (r *Report) add(p problem.Problem, path keypath.Path, v Value) {
	switch p.Code {
	case "type", "conflict":
		r.fail(path)
	case "check", "unknown_key", "duplicate_key":
	default:
		if r.ruled == nil {
			r.ruled = map[string]bool{}
		}
		r.ruled[path.String()] = true
	}
	p.Path = append(keypath.Path(nil), path...)
	if p.Key == "" {
		p.Key = r.Key(path)
	} else {
		p.Key = r.Redact(p.Key)
	}
	if v.Node != nil {
		p.Order = r.order(v)
		p.Origin = r.placeOf(p, v)
		if p.Bare = v.Node.Kind == document.Null; v.Key != nil {
			p.Spelt = v.Key.Key
		}
		if !p.OnKey && !p.Hidden {
			p.Token = v.Node.Text
		}
		if p.Code != "conflict" {
			r.overrides(&p, v, path)
		}
	}
	if r.Problems = append(r.Problems, p); len(r.Problems) == 2*problem.Most {
		r.Problems = problem.First(r.Problems)
	}
}

// Key spells a path as it may be shown.
func (r *Report) Key(path keypath.Path) string { return r.Tree.Schema.Mask(path).String() }

// placeOf is the place of a problem with v: of the value, or of its key.
func (r *Report) placeOf(p problem.Problem, v Value) problem.Origin {
	if r.isRoot(v) {
		return r.rootOrigin()
	}
	o := r.Tree.Origin(v)
	if p.OnKey && v.Key != nil && o.Kind == problem.File {
		o = r.Tree.Layers[v.Layer].At(int(v.Key.Line), int(v.Key.Column))
	}
	return o
}

// isRoot reports whether v is all of the configuration, or of a layer.
func (r *Report) isRoot(v Value) bool {
	return v.Node == r.Tree.Root.Node || v.Layer != Default && v.Node == r.Tree.Layers[v.Layer].Root
}

// rootOrigin is the place of a problem with all of the configuration: the only file,
// if there is one. No line of it is at fault more than the others, nor is one of
// several files.
func (r *Report) rootOrigin() problem.Origin {
	if r.sole == nil {
		r.sole = &problem.Origin{}
		files := 0
		for _, l := range r.Tree.Layers {
			if l.IsFile() {
				files++
				*r.sole = l.At(0, 0)
			}
		}
		if files != 1 {
			*r.sole = problem.Origin{}
		}
	}
	return *r.sole
}

// order sorts problems by layer.
func (r *Report) order(v Value) int {
	if v.Layer == Default {
		return Default
	}
	return r.Tree.Layers[v.Layer].Order
}

// fail notes that the value at p could not be decoded.
func (r *Report) fail(p keypath.Path) {
	if r.failed == nil {
		r.failed = map[string]bool{}
	}
	p.Prefixes(func(around string) bool {
		r.failed[around] = r.failed[around] || false
		return true
	})
	r.failed[p.String()] = true
}

// Failed reports whether the value at p could not be decoded, because of a problem
// with it or with a section around it: any other is only a consequence.
func (r *Report) Failed(p keypath.Path) (failed bool) {
	if len(r.failed) == 0 {
		return false
	}
	p.Prefixes(func(around string) bool {
		failed = r.failed[around]
		return !failed
	})
	return failed
}

// Incomplete reports whether something at, below or around p could not be decoded.
func (r *Report) Incomplete(p keypath.Path) bool {
	if len(r.failed) == 0 {
		return false
	}
	_, below := r.failed[p.String()]
	return below || r.Failed(p)
}

// Ruled reports whether the value at p has failed a rule, or could not be decoded.
// What its own method says then would only be the same in other words.
func (r *Report) Ruled(p keypath.Path) bool {
	key := p.String()
	return key != "" && (r.ruled[key] || r.failed[key])
}

// overrides adds what the problem's value overrides, where that is not in a file:
// the user would not find this value in a file.
func (r *Report) overrides(p *problem.Problem, v Value, path keypath.Path) {
	if v.Node == nil || v.Layer == Default || r.Tree.InFile(v) || r.isRoot(v) {
		return
	}
	for below := range r.Tree.Below(v) {
		p.AddHint("it overrides " + r.place(below))
		return
	}
	if below, ok := r.defaultAt(path); ok {
		p.AddHint("it overrides " + r.place(below))
	}
}

// place names the place of a value in the text of a message.
func (r *Report) place(v Value) string {
	if v.Layer == Default {
		return "the default tag"
	}
	return r.Tree.Origin(v).String()
}

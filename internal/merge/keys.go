package merge

import (
	"fmt"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// keyReporter reports what is wrong with keys.
type keyReporter struct {
	*Report
	keys         unknownKeys
	allowUnknown bool
	path         keypath.Path // to what is being merged
}

// twice reports two spellings of one key in one layer. name is how a struct spells
// it; the keys of a map have none.
func (m *keyReporter) twice(v Value, first *document.Child, name string) {
	at := keypath.Entry(v.Key.Key)
	if name != "" {
		at = keypath.Field(name)
	}
	path := m.path.Child(at)
	p := problem.Problem{Code: "duplicate_key", Hint: "keep one", Message: "it is the same key as the one", OnKey: true}
	if name != "" || !m.Secret(path) && !m.Tree.inSecret(v) {
		p.Message = fmt.Sprintf("%q is the same key as %q", v.Key.Key, first.Key)
	}
	if first.Line > 0 {
		p.Message += fmt.Sprintf(" on line %d", first.Line)
	}
	if name != "" {
		p.Hint += fmt.Sprintf(", %q", name)
	}
	m.Add(p, path, v)
}

// badKey reports a key of a map that its type cannot read.
func (m *keyReporter) badKey(v Value, miss convert.Mismatch) {
	p := problem.Problem{Code: "type", Message: "the key must be " + miss.Want, Hint: miss.Hint, OnKey: true, Err: miss.Err}
	if said := m.said(miss); said != "" {
		p.Message = "the key is not valid: " + said
	}
	m.Add(p, m.path.Child(keypath.Entry(v.Key.Key)), v)
}

// shape is what layers must agree on, because a value of one shape cannot
// replace, or be merged with, one of another.
type shape uint8

const (
	scalar shape = iota
	list
	dict
)

func shapeOf(n *document.Node) shape {
	switch n.Kind {
	case document.List:
		return list
	case document.Map:
		return dict
	}
	return scalar
}

// wanted returns the shape of values of a type, and its name; no name for a scalar.
// Where any value may be, that of the highest.
func wanted(t *schema.Type, top *document.Node) (s shape, name string) {
	switch t.Kind {
	case schema.Struct, schema.Map:
		return dict, "a map of keys"
	case schema.List:
		return list, "a list"
	case schema.Any:
		return shapeOf(top), ""
	}
	return scalar, t.Scalar.Name()
}

// alike returns the highest values that have the shape of the highest one.
func alike(all []Value) []Value {
	top := shapeOf(all[len(all)-1].Node)
	for i := len(all) - 1; i > 0; i-- {
		if shapeOf(all[i-1].Node) != top {
			return all[i:]
		}
	}
	return all
}

// agree reports whether the values that several layers have at one key are of the
// shape that t asks for. It reports those that are not: as a conflict, if another
// layer is right.
func (m *merger) agree(t *schema.Type, all []Value) bool {
	top := all[len(all)-1]
	asked, name := wanted(t, top.Node)
	var right *Value
	wrong := 0
	for i := range all {
		if shapeOf(all[i].Node) == asked {
			right = &all[i]
		} else {
			wrong++
		}
	}
	if wrong == 0 {
		return true
	}
	for i, v := range all {
		switch {
		case shapeOf(v.Node) == asked:
		case t.Kind == schema.Any:
			m.conflict(t, len(all)-1, all, v)
			return false
		case right != nil:
			m.conflict(t, i, all, *right)
		default:
			m.Mismatch(m.path, v, t, convert.Mismatch{Want: name})
		}
	}
	return false
}

// conflict reports that all[i] has another shape than other, which another layer has.
func (m *keyReporter) conflict(t *schema.Type, i int, all []Value, other Value) {
	what := func(v Value) string {
		if v.Node.Kind == document.Map {
			return "a map of keys"
		}
		return naming(v.Node.Kind)
	}
	at := all[i]
	p := problem.Problem{Code: "conflict", Hidden: t.Secrets,
		Message: fmt.Sprintf("it is %s here, but %s in %s", what(at), what(other), m.Tree.place(other))}
	if i > 0 && at.Layer != Default && !m.Tree.InFile(at) {
		p.AddHint("it overrides " + m.Tree.place(all[i-1]))
	}
	m.Add(p, m.path, at)
}

// Mismatch reports that the value v at p is not what its type t asks for.
func (r *Report) Mismatch(path keypath.Path, v Value, t *schema.Type, miss convert.Mismatch) {
	p := problem.Problem{Code: "type", Message: "want " + miss.Want, Hint: miss.Hint, Err: miss.Err}
	p.OnKey = shapeOf(v.Node) != scalar && v.Key != nil && v.Key.Line != v.Node.Line // which begins below
	// A text in the place of a section may be one of the section's secrets. What is in a
	// list or map is not shown where none belongs.
	p.Hidden = t != nil && t.Secrets && shapeOf(v.Node) == scalar || r.Secret(path)
	if hint := notMeant(v.Node); hint != "" {
		p.Hint = hint
	}
	switch said := r.said(miss); {
	case said != "":
		p.Message = said
	case shapeOf(v.Node) != scalar || v.Node.Kind == document.Null:
		p.Message += ", got " + naming(v.Node.Kind)
	case !p.Hidden && !r.Hides(path, v):
		p.Message += ", got " + r.Show(v)
	}
	r.Add(p, path, v)
}

// longSaid is how many characters of what a type's method says are shown.
const longSaid = 1000

// said returns what a type's own method says, without secrets.
func (r *Report) said(miss convert.Mismatch) string {
	if miss.Said == "" {
		return ""
	}
	return problem.Shorten(r.Redact(miss.Said), longSaid)
}

// notMeant returns what a text is that nobody wrote as a value, or "".
func notMeant(n *document.Node) string {
	if n.Kind != document.String {
		return ""
	}
	return problem.NotMeant(n.Text)
}

func naming(k document.Kind) string {
	if k == document.Null {
		return k.String()
	}
	return problem.Article(k.String())
}

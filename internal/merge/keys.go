package merge

import (
	"fmt"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// keyReporter reports errors in keys.
type keyReporter struct {
	*Report
	unknown      unknownKeys
	allowUnknown bool
	path         keypath.Path // of the value that is being merged
}

// reportDuplicate reports a key that one layer sets twice, maybe in two spellings. name is
// the key of the struct field, and is empty for the keys of a map.
func (m *keyReporter) reportDuplicate(v Value, first *document.Child, name string) {
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

// reportBadKey reports a key of a map that cannot be converted to the map's key type.
func (m *keyReporter) reportBadKey(v Value, miss convert.Mismatch) {
	p := problem.Problem{Code: "type", Message: "the key must be " + miss.Want, Hint: miss.Hint, OnKey: true, Err: miss.Err}
	if text := m.methodMessage(miss); text != "" {
		p.Message = "the key is not valid: " + text
	}
	m.Add(p, m.path.Child(keypath.Entry(v.Key.Key)), v)
}

// shape is the kind of value on which layers must agree: a value of one shape cannot
// replace, or be merged with, a value of another.
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

// wantedShape returns the shape that a type asks for, and the shape's name for a message. A
// type that accepts any value asks for the shape of the highest layer's value.
func wantedShape(t *schema.Type, top *document.Node) (s shape, name string) {
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

// topShape returns the highest values, as far down as they have the shape of the highest
// one.
func topShape(all []Value) []Value {
	top := shapeOf(all[len(all)-1].Node)
	for i := len(all) - 1; i > 0; i-- {
		if shapeOf(all[i-1].Node) != top {
			return all[i:]
		}
	}
	return all
}

// shapesAgree reports whether the values that several layers have for one key have the
// shape that t asks for. Those that do not are reported: as a conflict, if another layer's
// value has it.
func (m *merger) shapesAgree(t *schema.Type, all []Value) bool {
	top := all[len(all)-1]
	asked, name := wantedShape(t, top.Node)
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
			m.reportConflict(t, len(all)-1, all, v)
			return false
		case right != nil:
			m.reportConflict(t, i, all, *right)
		default:
			m.Mismatch(m.path, v, t, convert.Mismatch{Want: name})
		}
	}
	return false
}

// reportConflict reports that all[i] and other, which are from different layers, have
// different shapes.
func (m *keyReporter) reportConflict(t *schema.Type, i int, all []Value, other Value) {
	what := func(v Value) string {
		if v.Node.Kind == document.Map {
			return "a map of keys"
		}
		return kindName(v.Node.Kind)
	}
	at := all[i]
	p := problem.Problem{Code: "conflict", Hidden: t.Secrets,
		Message: fmt.Sprintf("it is %s here, but %s in %s", what(at), what(other), m.Tree.describePlace(other))}
	if i > 0 && at.Layer != Default && !m.Tree.InFile(at) {
		p.AddHint("it overrides " + m.Tree.describePlace(all[i-1]))
	}
	m.Add(p, m.path, at)
}

// Mismatch reports that the value v at path is not what its type t asks for. t is nil if it
// is not known.
func (r *Report) Mismatch(path keypath.Path, v Value, t *schema.Type, miss convert.Mismatch) {
	p := problem.Problem{Code: "type", Message: "want " + miss.Want, Hint: miss.Hint, Err: miss.Err}
	p.OnKey = shapeOf(v.Node) != scalar && v.Key != nil && v.Key.Line != v.Node.Line // the value begins below its key
	// A text in the place of a section may be one of the section's secrets. The content of
	// a list or map is never quoted.
	p.Hidden = t != nil && t.Secrets && shapeOf(v.Node) == scalar || r.Secret(path)
	if hint := notMeant(v.Node); hint != "" {
		p.Hint = hint
	}
	switch text := r.methodMessage(miss); {
	case text != "":
		p.Message = text
	case shapeOf(v.Node) != scalar || v.Node.Kind == document.Null:
		p.Message += ", got " + kindName(v.Node.Kind)
	case !p.Hidden && !r.IsHidden(path, v):
		p.Message += ", got " + r.Quote(v)
	}
	r.Add(p, path, v)
}

// maxMethodMessage is the number of characters of a method's error message that are shown.
const maxMethodMessage = 1000

// methodMessage returns the error message of a type's own method, redacted, or "".
func (r *Report) methodMessage(miss convert.Mismatch) string {
	if miss.MethodError == "" {
		return ""
	}
	return problem.Shorten(r.Redact(miss.MethodError), maxMethodMessage)
}

// notMeant returns a hint if a text is probably not meant as a value, such as a template
// that was not rendered, or "".
func notMeant(n *document.Node) string {
	if n.Kind != document.String {
		return ""
	}
	return problem.NotMeant(n.Text)
}

func kindName(k document.Kind) string {
	if k == document.Null {
		return k.String()
	}
	return problem.Article(k.String())
}

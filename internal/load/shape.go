package load

import (
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/schema"
)

// shape is what layers must agree on, because a value of one shape cannot
// replace, or be merged with, one of another.
type shape uint8

const (
	oneValue shape = iota
	listShape
	mapShape
)

func shapeOf(n *document.Node) shape {
	switch n.Kind {
	case document.List:
		return listShape
	case document.Map:
		return mapShape
	}
	return oneValue
}

// agree reports whether all refs have the shape that t asks for. It reports
// those that have not: as a conflict, if another layer is right.
func (b *binder) agree(t *schema.Type, refs []ref, secret bool) bool {
	top := refs[len(refs)-1]
	asked, name := oneValue, ""
	switch t.Kind {
	case schema.Struct, schema.Map:
		asked, name = mapShape, "a map of keys"
	case schema.List:
		asked, name = listShape, "a list"
	case schema.Any:
		asked = shapeOf(top.node)
	}
	var right *ref
	for i := range refs {
		if shapeOf(refs[i].node) == asked {
			right = &refs[i]
		}
	}
	// A text in the place of a section may be one of the section's secrets.
	secret = secret || t.Secrets
	ok := true
	for _, r := range refs {
		switch {
		case shapeOf(r.node) == asked:
			continue
		case t.Kind == schema.Any:
			b.conflict(top, r, secret)
			return false
		case right != nil:
			b.conflict(r, *right, secret)
		case name == "":
			b.mismatch(r, schema.Mismatch{Want: t.Name()}, secret)
		default:
			b.mismatch(r, schema.Mismatch{Want: name}, secret)
		}
		ok = false
	}
	return ok
}

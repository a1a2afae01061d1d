package schema

import (
	"slices"
	"strings"
)

// Path is the keys that lead from the root to a value.
type Path []string

// Child returns the path to a key below.
func (p Path) Child(key string) Path { return append(p[:len(p):len(p)], key) }

// Leaf is a field that is no section: it takes one value, a list or a map.
type Leaf struct {
	Path  Path
	Field *Field
}

// Key is the leaf's key as messages spell it: server.read_timeout.
func (l Leaf) Key() string { return strings.Join(l.Path, ".") }

// Leaves returns the leaves at and below the Struct t, in the order of its fields.
// Where a type holds itself, through a pointer, the inner one is left out, since
// there would be no end.
func (t *Type) Leaves() []Leaf {
	var leaves []Leaf
	var visit func(t *Type, path Path, around []*Type)
	visit = func(t *Type, path Path, around []*Type) {
		around = append(around[:len(around):len(around)], t)
		for _, f := range t.Fields {
			at := path.Child(f.Key)
			switch {
			case f.Type.Kind != Struct:
				leaves = append(leaves, Leaf{at, f})
			case !slices.Contains(around, f.Type):
				visit(f.Type, at, around)
			}
		}
	}
	visit(t, nil, nil)
	return leaves
}

// Resolve returns the path that parts, the words of a key, lead to, and the type
// there. Struct keys match as in documents. In a map, whose keys are data, a part
// is a key; where nothing can be below that, all that is left is, joined by dots.
func (t *Type) Resolve(parts []string) (Path, *Type, bool) {
	var path Path
	for len(parts) > 0 {
		switch t.Kind {
		case Struct:
			f := t.Field(parts[0])
			if f == nil {
				return nil, nil, false
			}
			path, t, parts = append(path, f.Key), f.Type, parts[1:]
		case Map:
			n := 1
			if t.Elem.Kind != Struct && t.Elem.Kind != Map {
				n = len(parts)
			}
			path, t, parts = append(path, strings.Join(parts[:n], ".")), t.Elem, parts[n:]
		default:
			return nil, nil, false
		}
	}
	return path, t, len(path) > 0
}

package schema

import (
	"slices"
	"strings"
	"sync"

	"example.com/lastgood/internal/keypath"
)

// Leaf is a field that is no section: it takes one value, a list or a map.
type Leaf struct {
	Path   keypath.Path
	Field  *Field
	Secret bool // the field, or a section around it, is
}

// Key is the leaf's key as messages spell it: server.read_timeout.
func (l Leaf) Key() string { return l.Path.String() }

// leaves are those below the Struct that is a root, and what finds them. Each is made
// when it is first asked for, and kept: the type does not change.
type leaves struct {
	all    func() []Leaf
	byKey  func() map[string]Leaf   // by key, folded section by section
	byName func() map[string][]Leaf // by key, folded as a whole, without dots
	byEnv  func() envLeaves
}

func newLeaves(root *Type) *leaves {
	all := sync.OnceValue(root.listLeaves)
	return &leaves{
		all: all,
		byKey: sync.OnceValue(func() map[string]Leaf {
			found := make(map[string]Leaf, len(all()))
			for _, leaf := range all() {
				found[foldKey(leaf.Key())] = leaf
			}
			return found
		}),
		byName: sync.OnceValue(func() map[string][]Leaf {
			found := make(map[string][]Leaf, len(all()))
			for _, leaf := range all() {
				name := foldName(leaf.Key())
				found[name] = append(found[name], leaf)
			}
			return found
		}),
		byEnv: sync.OnceValue(func() envLeaves { return newEnvLeaves(all()) }),
	}
}

// Leaves returns the leaves below a root, in the order of its fields. They must not be
// changed. Where a type holds itself, through a pointer, the inner one is left out,
// since there would be no end.
func (t *Type) Leaves() []Leaf { return t.leaves.all() }

// LeafAt returns the leaf below a root that a key names, in any of its spellings.
func (t *Type) LeafAt(key string) (Leaf, bool) {
	leaf, ok := t.leaves.byKey()[foldKey(key)]
	return leaf, ok
}

// LeavesNamed returns the leaves below a root whose keys name may stand for, if what
// separates sections is "-", "_", "." or nothing.
func (t *Type) LeavesNamed(name string) []Leaf { return t.leaves.byName()[foldName(name)] }

// foldKey maps all spellings of a key to one, section by section.
func foldKey(key string) string {
	if isFolded(key) {
		return key
	}
	parts := strings.Split(key, ".")
	for i, part := range parts {
		parts[i] = Fold(part)
	}
	return strings.Join(parts, ".")
}

// foldName maps the spellings of a key as one word to one.
func foldName(key string) string { return Fold(strings.ReplaceAll(key, ".", "")) }

func (t *Type) listLeaves() []Leaf {
	var found []Leaf
	var visit func(t *Type, path keypath.Path, around []*Type, secret bool)
	visit = func(t *Type, path keypath.Path, around []*Type, secret bool) {
		around = append(around[:len(around):len(around)], t)
		for _, f := range t.Fields {
			at, secret := path.Child(keypath.Field(f.Key)), secret || f.Secret
			switch {
			case f.Type.Kind != Struct:
				found = append(found, Leaf{at, f, secret})
			case !slices.Contains(around, f.Type):
				visit(f.Type, at, around, secret)
			}
		}
	}
	visit(t, nil, nil, false)
	return found
}

// Resolve returns the path that parts, the words of a key, lead to, and the type
// there. Struct keys match as in documents. In a map, whose keys are data, a part
// is a key; where nothing can be below that, all that is left is, joined by dots.
func (t *Type) Resolve(parts []string) (keypath.Path, *Type, bool) {
	var path keypath.Path
	for len(parts) > 0 {
		switch t.Kind {
		case Struct:
			f := t.Field(parts[0])
			if f == nil {
				return nil, nil, false
			}
			path, t, parts = append(path, keypath.Field(f.Key)), f.Type, parts[1:]
		case Map:
			n := 1
			if t.Elem.Kind != Struct && t.Elem.Kind != Map {
				n = len(parts)
			}
			path, t, parts = append(path, keypath.Entry(strings.Join(parts[:n], "."))), t.Elem, parts[n:]
		default:
			return nil, nil, false
		}
	}
	return path, t, len(path) > 0
}

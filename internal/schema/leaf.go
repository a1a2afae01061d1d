package schema

import (
	"slices"
	"sync"

	"example.com/lastgood/internal/keypath"
)

// Leaf is a field that is no section: it takes one value, a list or a map.
type Leaf struct {
	Path   keypath.Path
	Field  *Field
	Secret bool   // the field, or a section around it, is
	Env    string // its env tag, or "-" where a section around it has that
}

// Key is the leaf's key as messages spell it: server.read_timeout.
func (l Leaf) Key() string { return l.Path.String() }

// LeavesOf returns the leaves of a Struct that is in a list or map, so that none of them
// has a variable of its own name.
func LeavesOf(t *Type) *Leaves { return newLeaves(t, true) }

// Leaves are those below the Struct that is a root, and what finds them. What finds them
// is made when it is first asked for, and kept: the type does not change.
type Leaves struct {
	root   *Type
	all    func() []Leaf
	byKey  func() map[string]Leaf   // by key, folded section by section
	byName func() map[string][]Leaf // by key, folded as a whole, without dots
	byLast func() map[string][]Leaf // by the last part of the key, folded
	byEnv  func() envLeaves
}

func newLeaves(root *Type, inside bool) *Leaves {
	all := sync.OnceValue(func() []Leaf { return listLeaves(root, inside) })
	return &Leaves{
		root: root,
		all:  all,
		byKey: sync.OnceValue(func() map[string]Leaf {
			found := make(map[string]Leaf, len(all()))
			for _, leaf := range all() {
				found[foldKey(leaf.Key())] = leaf
			}
			return found
		}),
		byName: grouped(all, func(leaf Leaf) string { return foldName(leaf.Key()) }),
		byLast: grouped(all, func(leaf Leaf) string { return Fold(leaf.Field.Key) }),
		byEnv:  sync.OnceValue(func() envLeaves { return newEnvLeaves(root, all()) }),
	}
}

// grouped returns a function that returns the leaves by what name makes of them.
func grouped(all func() []Leaf, name func(Leaf) string) func() map[string][]Leaf {
	return sync.OnceValue(func() map[string][]Leaf {
		found := make(map[string][]Leaf, len(all()))
		for _, leaf := range all() {
			found[name(leaf)] = append(found[name(leaf)], leaf)
		}
		return found
	})
}

// All returns the leaves in the order of the fields. They must not be changed. Where a
// type holds itself, through a pointer, the inner one is left out, since there would be
// no end.
func (l *Leaves) All() []Leaf { return l.all() }

// Keys returns the keys of all leaves.
func (l *Leaves) Keys() []string {
	keys := make([]string, len(l.all()))
	for i, leaf := range l.all() {
		keys[i] = leaf.Key()
	}
	return keys
}

// Key returns the leaf that a key names, in any of its spellings.
func (l *Leaves) Key(key string) (Leaf, bool) {
	leaf, ok := l.byKey()[foldKey(key)]
	return leaf, ok
}

// Named returns the leaves whose keys name may mean, if what separates sections is
// "-", "_", "." or nothing.
func (l *Leaves) Named(name string) []Leaf { return l.byName()[foldName(name)] }

// Last returns the leaves whose keys end with name, in any of its spellings.
func (l *Leaves) Last(name string) []Leaf { return l.byLast()[Fold(name)] }

// Variable returns the leaf whose variable has a name, without a prefix, unless two share
// that.
func (l *Leaves) Variable(name string) (leaf Leaf, ok bool) {
	if found := l.byEnv().byName[name]; len(found) == 1 {
		return found[0], true
	}
	return Leaf{}, false
}

func listLeaves(root *Type, inside bool) []Leaf {
	var found []Leaf
	var visit func(t *Type, path keypath.Path, around []*Type, secret, none bool)
	visit = func(t *Type, path keypath.Path, around []*Type, secret, none bool) {
		around = append(around[:len(around):len(around)], t)
		for _, f := range t.Fields {
			at, secret, env := path.Child(keypath.Field(f.Key)), secret || f.Secret, f.Env
			switch {
			case none:
				env = noVariable
			case inside && env != noVariable:
				env = ""
			}
			switch {
			case f.Type.Kind != Struct:
				found = append(found, Leaf{at, f, secret, env})
			case !slices.Contains(around, f.Type):
				visit(f.Type, at, around, secret, env == noVariable)
			}
		}
	}
	visit(root, nil, nil, false, false)
	return found
}

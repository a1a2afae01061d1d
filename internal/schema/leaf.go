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
	Secret bool         // the field, or a section around it, is
	Env    string       // its env tag, or "-" where a section around it has that
	Old    keypath.Path // by which old key it was found; nil for its own
}

// AsWritten returns the path by which the leaf was found.
func (l Leaf) AsWritten() keypath.Path {
	if l.Old != nil {
		return l.Old
	}
	return l.Path
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
	all    func() (all, old []Leaf) // in the order of the fields; old are those again by their old keys
	byKey  func() map[string]Leaf   // by key, folded section by section
	byName func() map[string][]Leaf // by key, folded as a whole, without dots
	byLast func() map[string][]Leaf // by the last part of the key, folded
	byEnv  func() envLeaves
}

func newLeaves(root *Type, inside bool) *Leaves {
	list := sync.OnceValues(func() (all, old []Leaf) { return listLeaves(root, inside) })
	return &Leaves{
		root: root,
		all:  list,
		byKey: sync.OnceValue(func() map[string]Leaf {
			all, old := list()
			found := make(map[string]Leaf, len(all)+len(old))
			for _, leaf := range all {
				found[foldKey(leaf.Key())] = leaf
			}
			for _, leaf := range old {
				found[foldKey(leaf.Old.String())] = leaf // which is no key of the type
			}
			return found
		}),
		byName: grouped(list, func(p keypath.Path) string { return foldName(p.String()) }),
		byLast: grouped(list, func(p keypath.Path) string { return Fold(p[len(p)-1].Key) }),
		byEnv: sync.OnceValue(func() envLeaves {
			all, old := list()
			return newEnvLeaves(root, all, old)
		}),
	}
}

// grouped returns a function that returns the leaves by what name makes of their paths, and
// by old ones where no other has that.
func grouped(list func() (all, old []Leaf), name func(keypath.Path) string) func() map[string][]Leaf {
	return sync.OnceValue(func() map[string][]Leaf {
		all, old := list()
		found := make(map[string][]Leaf, len(all))
		for _, leaf := range all {
			found[name(leaf.Path)] = append(found[name(leaf.Path)], leaf)
		}
		addOld(found, old, name)
		return found
	})
}

// addOld adds leaves by what name makes of their old paths, unless a leaf has that by its
// own, once each.
func addOld(to map[string][]Leaf, old []Leaf, name func(keypath.Path) string) {
	for _, leaf := range old {
		n := name(leaf.Old)
		if !slices.ContainsFunc(to[n], func(l Leaf) bool { return l.Old == nil || l.Key() == leaf.Key() }) {
			to[n] = append(to[n], leaf)
		}
	}
}

// All returns the leaves in the order of the fields. They must not be changed. Where a
// type holds itself, through a pointer, the inner one is left out, since there would be
// no end.
func (l *Leaves) All() []Leaf {
	all, _ := l.all()
	return all
}

// Old returns the leaves by their old keys: a leaf as often as it has some.
func (l *Leaves) Old() []Leaf {
	_, old := l.all()
	return old
}

// Keys returns the keys of all leaves.
func (l *Leaves) Keys() []string {
	all := l.All()
	keys := make([]string, len(all))
	for i, leaf := range all {
		keys[i] = leaf.Key()
	}
	return keys
}

// Key returns the leaf that a key names, or an old one, in any of its spellings.
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

func listLeaves(root *Type, inside bool) (all, old []Leaf) {
	var visit func(t *Type, path, written keypath.Path, around []*Type, secret, none, isOld bool)
	visit = func(t *Type, path, written keypath.Path, around []*Type, secret, none, isOld bool) {
		around = append(around[:len(around):len(around)], t)
		for _, f := range t.Fields {
			isOld := isOld || f.IsOld()
			var at keypath.Path
			switch {
			case f.NowAt != nil:
				at = f.NowAt
			case f.Now != nil:
				at = path.Child(keypath.Field(f.Now.Key))
			default:
				at = path.Child(keypath.Field(f.Key))
			}
			as := at
			if isOld {
				as = written.Child(keypath.Field(f.Key))
			}
			secret, env := secret || f.Secret, f.Env
			switch {
			case none:
				env = noVariable
			case inside && env != noVariable:
				env = ""
			}
			switch {
			case f.Type.Kind != Struct && isOld:
				old = append(old, Leaf{at, f, secret, env, as})
			case f.Type.Kind != Struct:
				all = append(all, Leaf{at, f, secret, env, nil})
			case !slices.Contains(around, f.Type):
				visit(f.Type, at, as, around, secret, env == noVariable, isOld)
			}
		}
	}
	if root.Written != nil {
		root = root.Written
	}
	visit(root, nil, nil, nil, false, false, false)
	return all, old
}

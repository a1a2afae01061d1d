package schema

import (
	"slices"
	"sync"

	"example.com/lastgood/internal/keypath"
)

// Leaf is a field that is no section: a single value, a list or a map.
type Leaf struct {
	Path   keypath.Path
	Field  *Field
	Secret bool         // the field, or a section around it, is secret
	Env    string       // its env tag, or "-" if a section around it has that
	Old    keypath.Path // the old key by which it was found; nil for its own key
}

// AsWritten returns the path by which the leaf was found.
func (l Leaf) AsWritten() keypath.Path {
	if l.Old != nil {
		return l.Old
	}
	return l.Path
}

// Key returns the leaf's key as in messages: server.read_timeout.
func (l Leaf) Key() string { return l.Path.String() }

// LeavesOf returns the leaves of a struct inside a list or map. They have no variables of
// their own names.
func LeavesOf(t *Type) *Leaves { return newLeaves(t, true) }

// Leaves are the leaves below a root struct, with indexes that are built on first use. It
// is safe for concurrent use.
type Leaves struct {
	root   *Type
	all    func() (all, old []Leaf) // in the order of the fields; old has a leaf again for each of its old keys
	byKey  func() map[string]Leaf   // by key, folded section by section
	byName func() map[string][]Leaf // by key, folded as a whole, without dots
	byLast func() map[string][]Leaf // by the last part of the key, folded
	byEnv  func() envLeaves
}

// newLeaves returns the leaves below root. inside is set for a struct in a list or map.
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
		byName: groupLeaves(list, func(p keypath.Path) string { return foldName(p.String()) }),
		byLast: groupLeaves(list, func(p keypath.Path) string { return Fold(p[len(p)-1].Key) }),
		byEnv: sync.OnceValue(func() envLeaves {
			all, old := list()
			return newEnvLeaves(root, all, old)
		}),
	}
}

// groupLeaves returns a function that returns the leaves by the name of their path or,
// where no other leaf has that name, of their old path.
func groupLeaves(list func() (all, old []Leaf), name func(keypath.Path) string) func() map[string][]Leaf {
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

// addOld adds leaves by the names of their old paths, once each, unless another leaf has
// the name by its own path.
func addOld(to map[string][]Leaf, old []Leaf, name func(keypath.Path) string) {
	for _, leaf := range old {
		n := name(leaf.Old)
		if !slices.ContainsFunc(to[n], func(l Leaf) bool { return l.Old == nil || l.Key() == leaf.Key() }) {
			to[n] = append(to[n], leaf)
		}
	}
}

// All returns the leaves in the order of the fields. The slice must not be changed. Where a
// type contains itself through a pointer, the inner occurrence is left out.
func (l *Leaves) All() []Leaf {
	all, _ := l.all()
	return all
}

// Old returns the leaves by their old keys, once for each old key.
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

// Key returns the leaf with a key or an old key, in any spelling.
func (l *Leaves) Key(key string) (Leaf, bool) {
	leaf, ok := l.byKey()[foldKey(key)]
	return leaf, ok
}

// MatchName returns the leaves whose keys name may mean, if sections are separated by "-",
// "_", "." or nothing.
func (l *Leaves) MatchName(name string) []Leaf { return l.byName()[foldName(name)] }

// EndingWith returns the leaves whose keys end with name, in any spelling.
func (l *Leaves) EndingWith(name string) []Leaf { return l.byLast()[Fold(name)] }

// Variable returns the leaf for the name of a variable without a prefix. It returns false
// if there is none, or more than one.
func (l *Leaves) Variable(name string) (leaf Leaf, ok bool) {
	if found := l.byEnv().byName[name]; len(found) == 1 {
		return found[0], true
	}
	return Leaf{}, false
}

// listLeaves returns the leaves below root in the order of the fields, and those with old
// keys once for each of these.
func listLeaves(root *Type, inside bool) (all, old []Leaf) {
	var visit func(t *Type, path, written keypath.Path, around []*Type, secret, none, isOld bool)
	visit = func(t *Type, path, written keypath.Path, around []*Type, secret, none, isOld bool) {
		around = append(around[:len(around):len(around)], t)
		for _, f := range t.Fields {
			isOld := isOld || f.IsOld()
			var at keypath.Path
			switch {
			case f.ReplacedAt != nil:
				at = f.ReplacedAt
			case f.ReplacedBy != nil:
				at = path.Child(keypath.Field(f.ReplacedBy.Key))
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

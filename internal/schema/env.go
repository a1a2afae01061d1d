package schema

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
)

// noVariable is the name, in an env tag, of a key that no variable sets.
const noVariable = "-"

// EnvName is the name of the environment variable for the key at path: the prefix,
// unless it is empty, and the keys, in upper snake case.
func EnvName(prefix string, path keypath.Path) string {
	for _, s := range path {
		prefix = envChild(prefix, s.Key)
	}
	return prefix
}

// envChild is the name of the variable for a key in the section whose variables
// begin with prefix.
func envChild(prefix, key string) string {
	word := strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return '_'
	}, Snake(key))
	return WithPrefix(prefix, word)
}

// EnvPrefix returns a prefix as variables have it, for one as people write it: app, my-app
// and APP_ among others.
func EnvPrefix(prefix string) (name string, ok bool) {
	for _, r := range prefix {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-.", r) {
			return "", false
		}
	}
	name = strings.TrimRight(strings.NewReplacer("-", "_", ".", "_").Replace(strings.ToUpper(prefix)), "_")
	return name, prefix == "" || name != ""
}

// WithPrefix is the name of a variable, unless the prefix is empty with it in front.
func WithPrefix(prefix, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + "_" + name
}

// FoldVariable maps all spellings of a variable's name, and the keys that have it, to
// one: only letters and digits count, and not their case.
func FoldVariable(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// envLeaves are what is known of the variables of leaves whatever the prefix.
type envLeaves struct {
	byName map[string][]Leaf   // by the documented name, without a prefix, or else that of an old key; not those that have names of their own
	folded map[string][]Leaf   // the same, by that name folded
	own    map[string][]string // names of their own, by key
	faults []envFault

	longest int // of the names, as folded, in characters
}

// envFault is what is wrong with the env tag of a key.
type envFault struct {
	key string
	problem.Problem
}

func newEnvLeaves(root *Type, all, old []Leaf) envLeaves {
	e := envLeaves{byName: make(map[string][]Leaf, len(all)), folded: make(map[string][]Leaf, len(all)), own: map[string][]string{}}
	section, around := "", keypath.Path(nil) // of the leaf before, which most share
	for _, leaf := range all {
		if leaf.Env != "" {
			names, wrong := EnvNames(leaf.Env)
			if wrong != "" {
				e.faults = append(e.faults, envFault{leaf.Key(), Fault(leaf.Field.Where, wrong)})
			}
			e.own[leaf.Key()] = names
			continue
		}
		last := len(leaf.Path) - 1
		if !slices.Equal(leaf.Path[:last], around) {
			around = leaf.Path[:last]
			section = EnvName("", around)
		}
		name := envChild(section, leaf.Path[last].Key)
		e.byName[name] = append(e.byName[name], leaf)
		fold := FoldVariable(name)
		e.folded[fold] = append(e.folded[fold], leaf)
		e.longest = max(e.longest, utf8.RuneCountInString(fold))
	}
	old = slices.DeleteFunc(slices.Clone(old), func(l Leaf) bool { return l.Env != "" })
	addOld(e.byName, old, func(p keypath.Path) string { return EnvName("", p) })
	addOld(e.folded, old, func(p keypath.Path) string {
		fold := FoldVariable(EnvName("", p))
		e.longest = max(e.longest, utf8.RuneCountInString(fold))
		return fold
	})
	for t := range root.Types() {
		for _, f := range t.Fields {
			if f.Type.Kind == Struct && f.Env != "" && f.Env != noVariable {
				e.faults = append(e.faults, envFault{"", Fault(f.Where, fmt.Sprintf(
					"its tag env:%q names a variable, but it is a section; name those of its keys, or use env:%q for none", f.Env, noVariable))})
			}
		}
	}
	return e
}

// EnvNames reads an env tag: names with blanks between them, or "-" for none. wrong says
// what is wrong with it, or is "".
func EnvNames(tag string) (names []string, wrong string) {
	if tag == noVariable {
		return nil, ""
	}
	names = strings.Fields(tag)
	for i, name := range names {
		switch {
		case strings.Contains(name, ","):
			return nil, fmt.Sprintf("its tag env:%q has a comma; names have blanks between them, and what must be set has validate:\"required\"", tag)
		case name == noVariable, strings.ContainsFunc(name, func(r rune) bool { return r == '=' || r < ' ' || r == 0x7f }):
			return nil, fmt.Sprintf("its tag env:%q has %q, which is no name of a variable", tag, name)
		case slices.Contains(names[:i], name):
			return nil, fmt.Sprintf("its tag env:%q has %s twice", tag, name)
		}
	}
	if len(names) == 0 {
		return nil, fmt.Sprintf("its tag env:%q has no name", tag)
	}
	return names, ""
}

// Variables are the names of the environment variables that set leaves. A leaf with names
// of its own, by its env tag or an option, has only these; any other has the documented
// one, [EnvName].
type Variables struct {
	Prefix string
	envLeaves
	given map[string][]string // of options, by key
	set   map[string][]Leaf   // what names of their own set
}

// Variables returns the names of variables under a prefix, with given ones for some keys,
// which must exist, and what is wrong with the env tags of others.
func (l *Leaves) Variables(prefix string, given map[string][]string) (*Variables, []problem.Problem) {
	v := &Variables{Prefix: prefix, envLeaves: l.byEnv(), given: given, set: map[string][]Leaf{}}
	var faults []problem.Problem
	for _, f := range v.faults {
		if _, replaced := given[f.key]; !replaced || f.key == "" {
			faults = append(faults, f.Problem)
		}
	}
	add := func(key string, names []string) {
		leaf, _ := l.Key(key)
		for _, name := range names {
			v.set[name] = append(v.set[name], leaf)
		}
	}
	for key, names := range v.own {
		if _, replaced := given[key]; !replaced {
			add(key, names)
		}
	}
	for key, names := range given {
		add(key, names)
	}
	for _, leaves := range v.set { // whatever the order of the maps
		slices.SortFunc(leaves, func(a, b Leaf) int { return strings.Compare(a.Key(), b.Key()) })
	}
	return v, faults
}

// Names returns the names of the variables for the leaf at path, the first of which that
// is set counts, and none if it has no variable.
func (v *Variables) Names(path keypath.Path) []string {
	if names, ok := v.ownNames(path); ok {
		return names
	}
	return []string{EnvName(v.Prefix, path)}
}

// HasOwn reports whether the leaf at path has names of its own, or none.
func (v *Variables) HasOwn(path keypath.Path) bool {
	_, has := v.ownNames(path)
	return has
}

func (v *Variables) ownNames(path keypath.Path) (names []string, ok bool) {
	if len(v.own)+len(v.given) == 0 {
		return nil, false
	}
	key := path.String()
	if names, ok = v.given[key]; !ok {
		names, ok = v.own[key]
	}
	return names, ok
}

// Longest returns how many characters the longest documented name has, without the prefix
// and folded.
func (v *Variables) Longest() int { return v.longest }

// Own returns the leaves one of whose own names is name.
func (v *Variables) Own(name string) []Leaf { return v.set[name] }

// Documented returns the leaves whose documented name, without the prefix, is name: more
// than one if their keys are spelled alike.
func (v *Variables) Documented(name string) []Leaf { return v.withoutGiven(v.byName[name]) }

// Folded returns the leaves whose documented name, without the prefix, folds to fold.
func (v *Variables) Folded(fold string) []Leaf { return v.withoutGiven(v.folded[fold]) }

// All returns the documented names, without the prefix.
func (v *Variables) All() []string {
	names := make([]string, 0, len(v.byName))
	for name, leaves := range v.byName {
		if leaves = v.withoutGiven(leaves); len(leaves) > 0 && leaves[0].Old == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// withoutGiven leaves out the leaves whose names are given.
func (v *Variables) withoutGiven(leaves []Leaf) []Leaf {
	if len(v.given) == 0 {
		return leaves
	}
	return slices.DeleteFunc(slices.Clone(leaves), func(l Leaf) bool {
		_, replaced := v.given[l.Key()]
		return replaced
	})
}

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

// noVariable is the name, in an env tag, for a key that no variable sets.
const noVariable = "-"

// EnvName returns the name of the environment variable for the key at path: the prefix,
// unless it is empty, and the keys, in upper snake case.
func EnvName(prefix string, path keypath.Path) string {
	for _, s := range path {
		prefix = envChild(prefix, s.Key)
	}
	return prefix
}

// envChild returns the name of the variable for a key in the section whose variables begin
// with prefix.
func envChild(prefix, key string) string {
	word := strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return '_'
	}, Snake(key))
	return WithPrefix(prefix, word)
}

// EnvPrefix returns a prefix in the form of variables for one in any usual form, such as
// app, my-app or APP_. It returns false if the prefix is not valid.
func EnvPrefix(prefix string) (name string, ok bool) {
	for _, r := range prefix {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-.", r) {
			return "", false
		}
	}
	name = strings.TrimRight(strings.NewReplacer("-", "_", ".", "_").Replace(strings.ToUpper(prefix)), "_")
	return name, prefix == "" || name != ""
}

// WithPrefix returns the name of a variable with the prefix, which may be empty.
func WithPrefix(prefix, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + "_" + name
}

// FoldVariable returns the folded form of the name of a variable, which is the same for all
// its spellings and for the key: only letters and digits count, and not their case.
func FoldVariable(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// envLeaves are the variables of leaves, without a prefix.
type envLeaves struct {
	byName map[string][]Leaf   // leaves without own names, by the documented name, or that of an old key
	folded map[string][]Leaf   // the same, by folded name
	own    map[string][]string // own names, by key
	faults []envFault

	maxLength int // of the folded names, in characters
}

// envFault is a fault in the env tag of a key.
type envFault struct {
	key string
	problem.Problem
}

// newEnvLeaves returns the variables of the leaves all and, by old keys, of the leaves old.
func newEnvLeaves(root *Type, all, old []Leaf) envLeaves {
	e := envLeaves{byName: make(map[string][]Leaf, len(all)), folded: make(map[string][]Leaf, len(all)), own: map[string][]string{}}
	section, around := "", keypath.Path(nil) // of the previous leaf; most leaves share it
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
		e.maxLength = max(e.maxLength, utf8.RuneCountInString(fold))
	}
	old = slices.DeleteFunc(slices.Clone(old), func(l Leaf) bool { return l.Env != "" })
	addOld(e.byName, old, func(p keypath.Path) string { return EnvName("", p) })
	addOld(e.folded, old, func(p keypath.Path) string {
		fold := FoldVariable(EnvName("", p))
		e.maxLength = max(e.maxLength, utf8.RuneCountInString(fold))
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

// EnvNames parses an env tag: names separated by blanks, or "-" for none. wrong is the
// error, or "".
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
	configured map[string][]string // own names by options, by key
	set        map[string][]Leaf   // the leaves that own names set
}

// Variables returns the names of variables under a prefix, and the faults in env tags.
// configured has names for some keys, which must exist and replace those of their env tags.
func (l *Leaves) Variables(prefix string, configured map[string][]string) (*Variables, []problem.Problem) {
	v := &Variables{Prefix: prefix, envLeaves: l.byEnv(), configured: configured, set: map[string][]Leaf{}}
	var faults []problem.Problem
	for _, f := range v.faults {
		if _, replaced := configured[f.key]; !replaced || f.key == "" {
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
		if _, replaced := configured[key]; !replaced {
			add(key, names)
		}
	}
	for key, names := range configured {
		add(key, names)
	}
	for _, leaves := range v.set { // the order of the maps is random
		slices.SortFunc(leaves, func(a, b Leaf) int { return strings.Compare(a.Key(), b.Key()) })
	}
	return v, faults
}

// Names returns the names of the variables for the leaf at path, of which the first that is
// set is used, or none if it has no variable.
func (v *Variables) Names(path keypath.Path) []string {
	if names, ok := v.ownNames(path); ok {
		return names
	}
	return []string{EnvName(v.Prefix, path)}
}

// HasOwn reports whether the leaf at path has its own names, or none.
func (v *Variables) HasOwn(path keypath.Path) bool {
	_, has := v.ownNames(path)
	return has
}

func (v *Variables) ownNames(path keypath.Path) (names []string, ok bool) {
	if len(v.own)+len(v.configured) == 0 {
		return nil, false
	}
	key := path.String()
	if names, ok = v.configured[key]; !ok {
		names, ok = v.own[key]
	}
	return names, ok
}

// MaxLength returns the number of characters of the longest documented name, without the
// prefix and folded.
func (v *Variables) MaxLength() int { return v.maxLength }

// Own returns the leaves that have name among their own names.
func (v *Variables) Own(name string) []Leaf { return v.set[name] }

// Documented returns the leaves whose documented name, without the prefix, is name: several
// if their keys result in the same name.
func (v *Variables) Documented(name string) []Leaf { return v.withoutConfigured(v.byName[name]) }

// Folded returns the leaves whose documented name, without the prefix, has the folded form
// fold.
func (v *Variables) Folded(fold string) []Leaf { return v.withoutConfigured(v.folded[fold]) }

// All returns the documented names, without the prefix, sorted.
func (v *Variables) All() []string {
	names := make([]string, 0, len(v.byName))
	for name, leaves := range v.byName {
		if leaves = v.withoutConfigured(leaves); len(leaves) > 0 && leaves[0].Old == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// withoutConfigured returns the leaves without those that have configured names.
func (v *Variables) withoutConfigured(leaves []Leaf) []Leaf {
	if len(v.configured) == 0 {
		return leaves
	}
	return slices.DeleteFunc(slices.Clone(leaves), func(l Leaf) bool {
		_, replaced := v.configured[l.Key()]
		return replaced
	})
}

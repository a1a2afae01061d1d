package schema

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
)

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

// envLeaves are the leaves below a root by the names of their variables, without a
// prefix.
type envLeaves struct {
	byName  map[string]Leaf
	clashes []clash
}

// clash is a name that two leaves would share: one could not be set without the other.
type clash struct {
	name          string
	first, second Leaf
}

func newEnvLeaves(all []Leaf) envLeaves {
	e := envLeaves{byName: make(map[string]Leaf, len(all))}
	section, around := "", keypath.Path(nil) // of the leaf before, which most share
	for _, leaf := range all {
		last := len(leaf.Path) - 1
		if !slices.Equal(leaf.Path[:last], around) {
			around = leaf.Path[:last]
			section = EnvName("", around)
		}
		name := envChild(section, leaf.Path[last].Key)
		if other, taken := e.byName[name]; taken {
			e.clashes = append(e.clashes, clash{name, other, leaf})
			continue
		}
		e.byName[name] = leaf
	}
	return e
}

// Env returns the leaves by the names of their variables, without the prefix. The map must
// not be changed. Two leaves that would share a name are a fault.
func (l *Leaves) Env(prefix string) (map[string]Leaf, []problem.Problem) {
	e := l.byEnv()
	var faults []problem.Problem
	for _, c := range e.clashes {
		faults = append(faults, Fault(l.root.Where, fmt.Sprintf(
			"the keys %s and %s would share the environment variable %s", c.first.Key(), c.second.Key(), WithPrefix(prefix, c.name))))
	}
	return e.byName, faults
}

// WithPrefix is the name of a variable, unless the prefix is empty with it in front.
func WithPrefix(prefix, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + "_" + name
}

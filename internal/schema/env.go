package schema

import (
	"fmt"
	"strings"
	"unicode"
)

// EnvName is the name of the environment variable for the key at path: the prefix,
// unless it is empty, and the keys, in upper snake case.
func EnvName(prefix string, path Path) string {
	words := make([]string, 0, len(path)+1)
	if prefix != "" {
		words = append(words, prefix)
	}
	for _, key := range path {
		words = append(words, Snake(key))
	}
	return strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return '_'
	}, strings.Join(words, "_"))
}

// EnvNames returns the leaves below t by the names of their variables. Two leaves
// that would share a name are a fault, since one could not be set without the
// other.
func (t *Type) EnvNames(prefix string) (map[string]Leaf, []Fault) {
	names := map[string]Leaf{}
	var faults []Fault
	for _, leaf := range t.Leaves() {
		name := EnvName(prefix, leaf.Path)
		if other, taken := names[name]; taken {
			faults = append(faults, Fault{TypeName(t.Go), fmt.Sprintf(
				"the keys %s and %s would share the environment variable %s", other.Key(), leaf.Key(), name)})
			continue
		}
		names[name] = leaf
	}
	return names, faults
}

package schema

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// EnvName is the name of the environment variable for the key at path: the prefix,
// unless it is empty, and the keys, in upper snake case.
func EnvName(prefix string, path Path) string {
	for _, key := range path {
		prefix = envChild(prefix, key)
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
	if prefix == "" {
		return word
	}
	return prefix + "_" + word
}

// EnvNames returns the leaves below t by the names of their variables. Two leaves
// that would share a name are a fault, since one could not be set without the
// other.
func (t *Type) EnvNames(prefix string) (map[string]Leaf, []Fault) {
	leaves := t.Leaves()
	names := make(map[string]Leaf, len(leaves))
	var faults []Fault
	section, around := prefix, Path(nil) // of the leaf before, which most share
	for _, leaf := range leaves {
		last := len(leaf.Path) - 1
		if !slices.Equal(leaf.Path[:last], around) {
			around = leaf.Path[:last]
			section = EnvName(prefix, around)
		}
		name := envChild(section, leaf.Path[last])
		if other, taken := names[name]; taken {
			faults = append(faults, Fault{TypeName(t.Go), fmt.Sprintf(
				"the keys %s and %s would share the environment variable %s", other.Key(), leaf.Key(), name)})
			continue
		}
		names[name] = leaf
	}
	return names, faults
}

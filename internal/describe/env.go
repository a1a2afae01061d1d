package describe

import (
	"slices"
	"strings"

	"example.com/lastgood/internal/schema"
)

// Variable is what an environment variable sets.
type Variable struct {
	Name        string   // "" if there is none
	Others      []string // that count if those before them are not set
	Key         string
	Description string
	Type        string   // in words
	Rules       []string // in words
	Default     any      // nil if there is none, or if it is secret
	Required    bool
	Secret      bool
	Restart     bool
	Old         []string // the names of old keys, which still count
	Deprecated  string   // the deprecated tag
}

// Variables returns the environment variables, in the order of the type's fields.
func (s Subject) Variables() []Variable {
	return slices.DeleteFunc(s.Leaves(), func(v Variable) bool { return v.Name == "" })
}

// Leaves is like Variables, but has those without a name, too.
func (s Subject) Leaves() []Variable {
	var all []Variable
	old := s.oldNames()
	var visit func([]*setting)
	visit = func(settings []*setting) {
		for _, n := range settings {
			if n.form == section {
				visit(n.children)
				continue
			}
			names := s.variables(n)
			v := Variable{
				Key:         n.keys.String(),
				Description: n.field.Desc,
				Type:        typeWords(n.field.Type),
				Rules:       ruleWords(n.section, n.field),
				Required:    n.needed && !n.place.optional,
				Secret:      n.place.secret,
				Restart:     n.place.restart,
				Deprecated:  n.field.Deprecated,
				Old:         old[n.keys.String()],
			}
			if len(names) > 0 {
				v.Name = names[0]
			}
			if len(names) > 1 {
				v.Others = names[1:]
			}
			if n.hasDefault && !n.field.Hidden {
				v.Default = n.def
			}
			all = append(all, v)
		}
	}
	visit(s.settings())
	return all
}

// oldNames returns the names that variables have by old keys, by key.
func (s Subject) oldNames() map[string][]string {
	names := map[string][]string{}
	all := s.Loader.Startup.Variables
	if all == nil {
		return names
	}
	for _, leaf := range s.Loader.Schema().Leaves.Old() {
		name := schema.EnvName("", leaf.Old)
		if slices.ContainsFunc(all.Documented(name), func(l schema.Leaf) bool { return l.Key() == leaf.Key() && l.Old != nil }) {
			names[leaf.Key()] = append(names[leaf.Key()], schema.WithPrefix(all.Prefix, name))
		}
	}
	return names
}

// variables returns the names of the variables for a setting, or none.
func (s Subject) variables(n *setting) []string {
	if all := s.Loader.Startup.Variables; all != nil && n.form != section && n.keys != nil {
		return all.Names(n.keys)
	}
	return nil
}

// variableWords names the variables for a setting, or is "".
func (s Subject) variableWords(n *setting) string {
	return variableWords(s.variables(n))
}

func variableWords(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "Variable: " + strings.Join(names, ", or else ") + "."
}

// refKey returns the key that refers to a file with the value of a field of a section of type
// t, or "".
func refKey(t *schema.Type, f *schema.Field, at place) string {
	if key := f.RefKey(); f.MayRefer(at.secret) && t.FileRefField(key) == f {
		return key
	}
	return ""
}

// ownVariables names the variables that the field at hand has by its own names, or is "".
func (b *builder) ownVariables(f *schema.Field) string {
	all := b.Loader.Startup.Variables
	if all == nil || f.Type.Kind == schema.Struct || !b.path.OnlyFields() || !all.HasOwn(b.path) {
		return ""
	}
	return variableWords(all.Names(b.path))
}

package describe

import "example.com/lastgood/internal/schema"

// Variable is an environment variable.
type Variable struct {
	Name, Key   string
	Description string
	Type        string   // in words
	Rules       []string // in words
	Default     any      // nil if there is none, or if it is secret
	Required    bool
	Secret      bool
	Restart     bool
}

// Variables returns the environment variables, in the order of the type's fields.
func (s Subject) Variables() []Variable {
	var all []Variable
	var visit func([]*setting)
	visit = func(settings []*setting) {
		for _, n := range settings {
			if n.form == section {
				visit(n.children)
				continue
			}
			v := Variable{
				Name:        schema.EnvName(s.Prefix, n.keys),
				Key:         n.keys.String(),
				Description: n.field.Desc,
				Type:        typeWords(n.field.Type),
				Rules:       ruleWords(n.section, n.field),
				Required:    n.needed && !n.place.optional,
				Secret:      n.place.secret,
				Restart:     n.place.restart,
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

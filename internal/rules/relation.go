package rules

import (
	"strings"

	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/schema"
)

// relationOf returns what a rule about another field asks for; %s stands for that
// field's key. It is "" for any other rule.
func relationOf(rule string) string {
	switch rule {
	case "eqfield", "eqcsfield":
		return "must equal %s"
	case "nefield", "necsfield":
		return "must differ from %s"
	case "gtfield", "gtcsfield":
		return "must be greater than %s"
	case "gtefield", "gtecsfield":
		return "must be at least %s"
	case "ltfield", "ltcsfield":
		return "must be less than %s"
	case "ltefield", "ltecsfield":
		return "must be at most %s"
	case "fieldcontains":
		return "must contain the value of %s"
	case "fieldexcludes":
		return "must not contain the value of %s"
	}
	return ""
}

// OtherFields returns the Go names of the fields that a rule refers to.
func OtherFields(r schema.Alternative) []string {
	if relationOf(r.Name) != "" {
		return []string{r.Param}
	}
	verb, condition, _ := strings.Cut(r.Name, "_")
	if verb != "required" && verb != "excluded" && r.Name != "skip_unless" {
		return nil
	}
	names := r.Words()
	if condition == "if" || condition == "unless" { // pairs of a field and a value
		var every []string
		for i := 0; i < len(names); i += 2 {
			every = append(every, names[i])
		}
		return every
	}
	return names
}

// RefersToFields reports whether a rule's parameter names fields.
func RefersToFields(name string) bool {
	return relationOf(name) != "" || strings.HasPrefix(name, "required_") || strings.HasPrefix(name, "excluded_") || name == "skip_unless"
}

// Namer returns what spells the key of a field that a rule names in Go, seen from a
// struct of type t.
func Namer(t *schema.Type) func(name string) string {
	return func(name string) string {
		if p, ok := KeyPath(t, name); ok {
			return p.String()
		}
		return name
	}
}

// KeyPath returns the path of keys that leads from a struct of type t to what Go
// calls A.B there.
func KeyPath(t *schema.Type, name string) (keypath.Path, bool) {
	var p keypath.Path
	for part := range strings.SplitSeq(name, ".") {
		if t == nil || t.Kind != schema.Struct {
			return nil, false
		}
		var f *schema.Field
		for _, g := range t.Fields {
			if g.GoPath[len(g.GoPath)-1] == part {
				f = g
			}
		}
		if f == nil {
			return nil, false
		}
		p, t = append(p, keypath.Field(f.Key)), f.Type
	}
	return p, true
}

// describeCondition says when a required_... or excluded_... rule applies, or "".
func describeCondition(condition string, names []string, key func(string) string) string {
	switch condition {
	case "if", "unless":
		var parts []string
		for i := 0; i+1 < len(names); i += 2 {
			parts = append(parts, key(names[i])+" is "+names[i+1])
		}
		return map[string]string{"if": " when ", "unless": " unless "}[condition] + strings.Join(parts, " and ")
	case "with", "with_all", "without", "without_all":
		for i, name := range names {
			names[i] = key(name)
		}
		joint, state := " or ", " is set"
		if strings.HasPrefix(condition, "without") {
			state = " is not set"
		}
		if strings.HasSuffix(condition, "_all") && len(names) > 1 {
			joint, state = " and ", strings.Replace(state, "is", "are", 1)
		}
		return " when " + strings.Join(names, joint) + state
	}
	return ""
}

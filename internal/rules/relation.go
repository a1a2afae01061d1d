package rules

import (
	"strings"

	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/schema"
)

// relationOf returns what a rule about another field asks for; %s is for that
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

// key returns the key of a field that a rule names in Go.
func (w Wording) key(name string) string {
	if p, _, ok := KeyPath(w.Fields, name); ok {
		return p.String()
	}
	return name
}

// KeyPath returns the path of keys that leads from a struct of type t to what Go
// calls A.B there, and whether that is secret.
func KeyPath(t *schema.Type, name string) (p keypath.Path, secret, ok bool) {
	for part := range strings.SplitSeq(name, ".") {
		if t == nil || t.Kind != schema.Struct {
			return nil, false, false
		}
		f := t.Names.Field(part)
		if f == nil {
			return nil, false, false
		}
		p, t, secret = append(p, keypath.Field(f.Key)), f.Type, secret || f.Hidden
	}
	return p, secret, true
}

// condition returns when a required_... or excluded_... rule applies, or "".
func (w Wording) condition(condition string, names []string) string {
	switch condition {
	case "if", "unless":
		var parts []string
		for i := 0; i+1 < len(names); i += 2 {
			value := names[i+1]
			if _, secret, ok := KeyPath(w.Fields, names[i]); secret || !ok && w.Secret {
				value = "a certain one"
			}
			parts = append(parts, w.key(names[i])+" is "+value)
		}
		return map[string]string{"if": " when ", "unless": " unless "}[condition] + strings.Join(parts, " and ")
	case "with", "with_all", "without", "without_all":
		for i, name := range names {
			names[i] = w.key(name)
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

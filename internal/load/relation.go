package load

import (
	"strings"

	"github.com/go-playground/validator/v10"

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

// otherFields returns the Go names of the fields that a rule refers to.
func otherFields(r rule) []string {
	if relationOf(r.name) != "" {
		return []string{r.param}
	}
	verb, condition, _ := strings.Cut(r.name, "_")
	if verb != "required" && verb != "excluded" && r.name != "skip_unless" {
		return nil
	}
	names := words(r.param)
	if condition == "if" || condition == "unless" { // pairs of a field and a value
		var every []string
		for i := 0; i < len(names); i += 2 {
			every = append(every, names[i])
		}
		return every
	}
	return names
}

// refersToFields reports whether a rule's parameter names fields.
func refersToFields(name string) bool {
	return relationOf(name) != "" || strings.HasPrefix(name, "required_") || strings.HasPrefix(name, "excluded_") || name == "skip_unless"
}

// wording returns what the words for a rule that failed depend on. All rules start
// from the struct around the field, whatever the validator's documentation says of
// those with "cs".
func (b *binder) wording(s spot, fe validator.FieldError) wording {
	w := wording{fields: b.loader.typeAt(s.section()), secret: b.hides(s) || s.field != nil && s.field.Hidden}
	if fe.ActualTag() == "unique" { // a field of the items
		w.fields = b.loader.typeAt(s.path)
		if w.fields != nil {
			w.fields = w.fields.Elem
		}
	}
	return w
}

// key returns the key of a field that a rule names in Go.
func (w wording) key(name string) string {
	if p, _, ok := keyPath(w.fields, name); ok {
		return p.String()
	}
	return name
}

// section is the path to the struct that has the spot's field.
func (s spot) section() path {
	for i := len(s.path) - 1; i >= 0; i-- {
		if s.path[i].isKey && !s.path[i].data {
			return s.path[:i]
		}
	}
	return nil
}

// keyPath returns the path of keys that leads from a struct of type t to what Go
// calls A.B there, and whether that is secret.
func keyPath(t *schema.Type, name string) (p path, secret, ok bool) {
	for part := range strings.SplitSeq(name, ".") {
		if t == nil || t.Kind != schema.Struct {
			return nil, false, false
		}
		f := t.FieldNamed(part)
		if f == nil {
			return nil, false, false
		}
		p, t, secret = append(p, step{key: f.Key, isKey: true}), f.Type, secret || f.Hidden
	}
	return p, secret, true
}

// comparesUnbound reports whether a rule failed that compares with a field which
// could not be bound: that it failed need not mean anything.
func (b *binder) comparesUnbound(s spot, fe validator.FieldError) bool {
	r := rule{fe.ActualTag(), fe.Param()}
	if b.unbound.isEmpty() || !refersToFields(r.name) {
		return false
	}
	from := s.section()
	t := b.loader.typeAt(from)
	for _, name := range otherFields(r) {
		if p, _, ok := keyPath(t, name); ok && !b.isSound(append(from[:len(from):len(from)], p...)) {
			return true
		}
	}
	return false
}

// condition says when a required_... or excluded_... rule applies, or "".
func (w wording) condition(condition, param string) string {
	names := words(param)
	switch condition {
	case "if", "unless":
		var parts []string
		for i := 0; i+1 < len(names); i += 2 {
			value := names[i+1]
			if _, secret, ok := keyPath(w.fields, names[i]); secret || !ok && w.secret {
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

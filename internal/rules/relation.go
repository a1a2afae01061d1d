package rules

import (
	"strings"

	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/schema"
)

// RefersToFields reports whether a rule's parameter names fields.
func RefersToFields(name string) bool {
	e := Lookup(name)
	return e != nil && e.Fields != none
}

// OtherFields returns the Go names of the fields that a rule refers to.
func OtherFields(r schema.Alternative) []string {
	switch e := Lookup(r.Name); {
	case e == nil || e.Fields == none:
		return nil
	case e.Fields == single:
		return []string{r.Param}
	case e.Fields == pairs:
		words := r.Words()
		var names []string
		for i := 0; i < len(words); i += 2 {
			names = append(names, words[i])
		}
		return names
	}
	return r.Words()
}

// IsPresence reports whether a rule requires that its value is set, maybe under a
// condition: required, required_if and the like.
func IsPresence(name string) bool {
	e := Lookup(name)
	return e != nil && strings.HasPrefix(e.Words, "required ") || name == "required"
}

// KeyPath returns the path of keys for the Go names A.B in a struct of type t, and whether
// a field on it is secret.
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

// key returns the key of a field that a rule names by its Go name.
func (w Wording) key(name string) string {
	if p, _, ok := KeyPath(w.Fields, name); ok {
		return p.String()
	}
	return name
}

// relation returns the words for a rule that names other fields.
func (w Wording) relation(text string, r schema.Alternative) string {
	names, joint := OtherFields(r), " or "
	for i, name := range names {
		names[i] = w.key(name)
	}
	switch {
	case strings.HasSuffix(r.Name, "_all") && len(names) > 1:
		text, joint = strings.Replace(text, " is ", " are ", 1), " and "
	case Lookup(r.Name).Fields == pairs:
		words := r.Words()
		joint = " and "
		for i := range names {
			value := "a certain one"
			if _, secret, ok := KeyPath(w.Fields, words[2*i]); !secret && (ok || !w.Secret) && 2*i+1 < len(words) {
				value = words[2*i+1]
			}
			names[i] += " is " + value
		}
	}
	return strings.Replace(text, "%s", strings.Join(names, joint), 1)
}

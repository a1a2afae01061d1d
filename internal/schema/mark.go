package schema

import (
	"reflect"
	"slices"

	"example.com/lastgood/internal/convert"
)

// Marks are properties that a type takes over from the types below it, including those in
// lists and maps.
type Marks struct {
	NeedsVisit bool // there is a Validate method, or a list or map with structs that the validator does not enter
	Secrets    bool // there are secret fields
	Restarts   bool // there are fields with reload:"restart"
	Refs       bool // there are fields with ref:"file", or secret ones
	Keyed      bool // there are keys to check: those of a struct, or keys of a map that are not plain texts
	Renames    bool // there are fields with old keys, or deprecated ones

	// Defaults is set if this struct, or one in it, has default tags that apply
	// even if nothing is set.
	Defaults bool
}

// mark sets the marks of types, and the properties that fields take over from those around
// them. It repeats until nothing changes, because types may be recursive. It starts with
// the last types, which are usually below the others, so that two rounds are enough for
// most.
func (b *builder) mark() {
	for _, t := range b.order {
		for _, f := range t.All() {
			f.Dive = !f.Rules.Off && needsDive(f.Type, f.Rules)
		}
	}
	for changed := true; changed; {
		changed = false
		for _, t := range slices.Backward(b.order) {
			if m := marks(t); m != t.Marks {
				t.Marks, changed = m, true
			}
		}
	}
	for _, t := range b.order {
		// A value that waits for a restart must be identifiable across reloads,
		// which items of lists and entries of maps are not.
		if t.Elem != nil && t.Elem.Restarts {
			b.fault(t.Where, `in a list or map nothing can have the tag reload:"restart"; put it on the whole of it`)
		}
		for _, f := range t.All() {
			if f.Secret {
				markHidden(f)
			}
		}
	}
}

// marks returns the marks of a type and of the types in it.
func marks(t *Type) Marks {
	m := t.Marks
	if t.Elem != nil {
		m.merge(t.Elem.Marks)
	}
	for _, f := range t.All() {
		m.merge(f.Type.Marks)
		m.merge(Marks{NeedsVisit: f.Dive, Secrets: f.Secret, Restarts: f.Restart, Refs: f.Secret || f.Ref, Renames: len(f.Old) > 0 || f.IsDeprecated})
		m.Defaults = m.Defaults || f.HasDefault || f.Type.Kind == Struct && !f.Pointer && f.Type.Defaults
	}
	return m
}

// merge adds the marks of a type below.
func (m *Marks) merge(below Marks) {
	m.NeedsVisit = m.NeedsVisit || below.NeedsVisit
	m.Secrets = m.Secrets || below.Secrets
	m.Restarts = m.Restarts || below.Restarts
	m.Refs = m.Refs || below.Refs
	m.Keyed = m.Keyed || below.Keyed
	m.Renames = m.Renames || below.Renames
}

// markHidden marks a secret field, and all fields below it, as hidden.
func markHidden(f *Field) {
	f.Hidden = true
	for t := range f.Type.Types() {
		for _, f := range t.All() {
			f.Hidden = true
		}
	}
}

// ValidatorEntersScalar reports whether a type that decodes itself is a struct whose fields
// the validator validates.
func (t *Type) ValidatorEntersScalar() bool {
	return t.Kind == Scalar && t.Scalar.DecodesAll() && t.Go.Kind() == reflect.Struct && convert.ValidatedType(t.Go) == t.Go
}

// needsDive reports whether the validator does not enter the structs in t, a field's type:
// because they are in lists and maps into which the field's rules do not dive, or because
// an embedded secret makes the validator see a text instead. Structs that decode themselves
// are included.
func needsDive(t *Type, rules Rules) bool {
	for depth := range maxNesting { // a type may be a list of itself
		switch t.Kind {
		case List, Map:
			t = t.Elem
		case Struct:
			return depth > rules.Dives() || convert.ValidatedType(t.Go) != t.Go
		case Scalar:
			return depth > rules.Dives() && t.ValidatorEntersScalar()
		default:
			return false
		}
	}
	return false
}

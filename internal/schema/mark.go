package schema

import (
	"reflect"
	"slices"

	"example.com/lastgood/internal/convert"
)

// Marks are what a type takes over from those below it, down to the fields of sections in
// lists and maps.
type Marks struct {
	Judged   bool // there is a Validate method, or a list or map of structs that the validator would not look into
	Secrets  bool // there are secret fields
	Restarts bool // there are fields with reload:"restart"
	Refs     bool // there are fields with ref:"file", or secret ones
	Keyed    bool // there are keys to check: those of a Struct, or those of a Map that are no plain texts
	Renames  bool // there are fields with old keys, or deprecated ones

	// Defaults reports that this Struct, or one in it, has default tags that apply
	// even when nothing is set.
	Defaults bool
}

// mark sets the marks of types and what fields take over from those around them. It
// repeats until nothing changes, because types may be recursive, and begins below, where
// a type usually is after what it takes over from: so twice is enough for most.
func (b *builder) mark() {
	for _, t := range b.order {
		for _, f := range t.All() {
			f.Dive = !f.Rules.Off && unexamined(f.Type, f.Rules)
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
		// What waits for a restart must be told apart from one reload to the next,
		// which items of lists and entries of maps cannot.
		if t.Elem != nil && t.Elem.Restarts {
			b.fault(t.Where, `in a list or map nothing can have the tag reload:"restart"; put it on the whole of it`)
		}
		for _, f := range t.All() {
			if f.Secret {
				hide(f)
			}
		}
	}
}

// marks returns the marks of a type with those of the types in it.
func marks(t *Type) Marks {
	m := t.Marks
	if t.Elem != nil {
		m.add(t.Elem.Marks)
	}
	for _, f := range t.All() {
		m.add(f.Type.Marks)
		m.add(Marks{Judged: f.Dive, Secrets: f.Secret, Restarts: f.Restart, Refs: f.Secret || f.Ref, Renames: len(f.Old) > 0 || f.IsDeprecated})
		m.Defaults = m.Defaults || f.HasDefault || f.Type.Kind == Struct && !f.Pointer && f.Type.Defaults
	}
	return m
}

// add adds the marks of a type below.
func (m *Marks) add(below Marks) {
	m.Judged = m.Judged || below.Judged
	m.Secrets = m.Secrets || below.Secrets
	m.Restarts = m.Restarts || below.Restarts
	m.Refs = m.Refs || below.Refs
	m.Keyed = m.Keyed || below.Keyed
	m.Renames = m.Renames || below.Renames
}

// hide marks a secret field, and all fields below it.
func hide(f *Field) {
	f.Hidden = true
	for t := range f.Type.Types() {
		for _, f := range t.All() {
			f.Hidden = true
		}
	}
}

// IsJudgedInside reports whether a type that reads itself is a struct into which the
// validator looks.
func (t *Type) IsJudgedInside() bool {
	return t.Kind == Scalar && t.Scalar.TakesAll() && t.Go.Kind() == reflect.Struct && convert.Judged(t.Go) == t.Go
}

// unexamined reports whether the validator does not look into the structs in t, a
// field's type: because they are in lists and maps that the field's rules do not dive
// into, or because a secret that is embedded in them hands it a text instead. Those that
// read themselves count, too.
func unexamined(t *Type, rules Rules) bool {
	for depth := range maxNesting { // a type can be a list of itself
		switch t.Kind {
		case List, Map:
			t = t.Elem
		case Struct:
			return depth > rules.Dives() || convert.Judged(t.Go) != t.Go
		case Scalar:
			return depth > rules.Dives() && t.IsJudgedInside()
		default:
			return false
		}
	}
	return false
}

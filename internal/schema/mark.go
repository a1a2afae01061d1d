package schema

import (
	"slices"
	"strings"

	"example.com/lastgood/internal/convert"
)

// unexamined reports whether the validator does not look into the structs in t, a
// field's type: because they are in lists and maps that the field's rules do not dive
// into, or because a secret that is embedded in them hands it a text instead.
func (t *Type) unexamined(rules Rules) bool {
	for depth := range maxNesting { // a type can be a list of itself
		switch t.Kind {
		case List, Map:
			t = t.Elem
		case Struct:
			return depth > rules.Dives() || convert.Judged(t.Go) != t.Go
		default:
			return false
		}
	}
	return false
}

// index makes what finds the fields of structs by their names in Go.
func (b *builder) index() {
	for _, t := range b.order {
		t.byName, t.byLast = make(map[string]*Field, len(t.Fields)), make(map[string]*Field, len(t.Fields))
		for _, f := range t.Fields {
			t.byLast[f.GoPath[len(f.GoPath)-1]] = f
		}
		for _, f := range t.All() {
			t.byName[strings.Join(f.GoPath, ".")] = f
		}
	}
}

// mark sets what a type takes over from those below it. It repeats until nothing
// changes, because types may be recursive, and begins below, where a type usually is
// after what it takes over from: so twice is enough for most.
func (b *builder) mark() {
	for _, t := range b.order {
		for _, f := range t.All() {
			f.Dive = !f.Rules.Off && f.Type.unexamined(f.Rules)
		}
	}
	for changed := true; changed; {
		changed = false
		for _, t := range slices.Backward(b.order) {
			if !t.Judged && t.judged() {
				t.Judged, changed = true, true
			}
			if !t.Secrets && t.secrets() {
				t.Secrets, changed = true, true
			}
			if !t.Restarts && t.restarts() {
				t.Restarts, changed = true, true
			}
			if !t.Defaults && t.defaults() {
				t.Defaults, changed = true, true
			}
			if !t.Keyed && t.keyed() {
				t.Keyed, changed = true, true
			}
		}
	}
	for _, t := range b.order {
		for _, f := range t.All() {
			if f.Secret {
				f.Hidden = true
				f.Type.EachStruct(hideFields, nil)
			}
		}
	}
}

func hideFields(t *Type) {
	for _, f := range t.All() {
		f.Hidden = true
	}
}

func (t *Type) judged() bool {
	if t.Validates || len(t.Inlined) > 0 || t.Elem != nil && t.Elem.Judged {
		return true
	}
	return slices.ContainsFunc(t.All(), func(f *Field) bool { return f.Dive || f.Type.Judged })
}

func (t *Type) secrets() bool {
	if t.Elem != nil && t.Elem.Secrets {
		return true
	}
	return slices.ContainsFunc(t.All(), func(f *Field) bool { return f.Secret || f.Type.Secrets })
}

func (t *Type) restarts() bool {
	if t.Elem != nil && t.Elem.Restarts {
		return true
	}
	return slices.ContainsFunc(t.All(), func(f *Field) bool { return f.Restart || f.Type.Restarts })
}

// checkRestarts makes sure that what waits for a restart can be told apart from
// one reload to the next, which items of lists and entries of maps cannot.
func (b *builder) checkRestarts() {
	for _, t := range b.order {
		if t.Elem != nil && t.Elem.Restarts {
			b.fault(t.Where, `in a list or map nothing can have the tag reload:"restart"; put it on the whole of it`)
		}
	}
}

func (t *Type) defaults() bool {
	return slices.ContainsFunc(t.Fields, func(f *Field) bool {
		return f.HasDefault || f.Type.Kind == Struct && !f.Pointer && f.Type.Defaults
	})
}

func (t *Type) keyed() bool {
	return t.Kind == Struct || t.Kind == Map && !t.PlainKeys() || t.Elem != nil && t.Elem.Keyed
}

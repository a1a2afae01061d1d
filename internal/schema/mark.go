package schema

import "slices"

// structDepth is how many lists and maps stand around structs in t, or 0 if
// there are no structs in them.
func (t *Type) structDepth() int {
	for depth := range maxNesting { // a type can be a list of itself
		switch t.Kind {
		case List, Map:
			t = t.Elem
		case Struct:
			return depth
		default:
			return 0
		}
	}
	return 0
}

// mark sets what a type takes over from those below it. It repeats until nothing
// changes, because types may be recursive.
func (b *builder) mark() {
	for changed := true; changed; {
		changed = false
		for _, t := range b.order {
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

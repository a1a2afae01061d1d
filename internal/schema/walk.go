package schema

import "iter"

// Types returns the type and all types below it, each once.
func (t *Type) Types() iter.Seq[*Type] { return types(t, func(*Field) bool { return true }) }

// ValidatedTypes returns the types in which the validator applies the rules of fields.
func (t *Type) ValidatedTypes() iter.Seq[*Type] {
	return types(t, func(f *Field) bool { return !f.Rules.Off })
}

func types(t *Type, follow func(*Field) bool) iter.Seq[*Type] {
	return func(yield func(*Type) bool) {
		seen := map[*Type]bool{}
		var visit func(*Type) bool
		visit = func(t *Type) bool {
			if t == nil || seen[t] {
				return true
			}
			seen[t] = true
			if !yield(t) {
				return false
			}
			for _, f := range t.All() {
				if follow(f) && !visit(f.Type) {
					return false
				}
			}
			return visit(t.Elem)
		}
		visit(t)
	}
}

// KeyNames returns the folded names of keys that are not secret in some place of t, and of
// keys that are secret in some place.
func KeyNames(t *Type) (open, secret map[string]bool) {
	open, secret = map[string]bool{}, map[string]bool{}
	for t := range t.Types() {
		for _, f := range t.Fields {
			if !f.Secret {
				open[Fold(f.Key)] = true
				continue
			}
			secret[Fold(f.Key)] = true
			for inner := range f.Type.Types() {
				for _, g := range inner.Fields {
					secret[Fold(g.Key)] = true
				}
			}
		}
		if t.Remain != nil && t.Remain.Secret {
			secret[""] = true
		}
	}
	return open, secret
}

// SecretKeys returns the key of a secret field in the root t whose value has keys that are
// data, and so are secret themselves, or "" if there is none. It is the whole path unless
// the field is in a list or map.
func SecretKeys(t *Type) string {
	for _, leaf := range t.Leaves.All() {
		if leaf.Secret && hasDataKeys(leaf.Field.Type) {
			return leaf.Key()
		}
	}
	for t := range t.Types() {
		for _, f := range t.All() {
			if f.Secret && hasDataKeys(f.Type) {
				return f.Key
			}
		}
	}
	return ""
}

// hasDataKeys reports whether keys in a value of type t are data.
func hasDataKeys(t *Type) bool {
	for t := range t.Types() {
		if t.Kind == Map || t.Kind == Any || t.Remain != nil {
			return true
		}
	}
	return false
}

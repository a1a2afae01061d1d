package schema

// EachStruct calls fn once for every Struct type at or below t. Fields for which
// skip, unless nil, returns true are not followed.
func (t *Type) EachStruct(fn func(*Type), skip func(*Field) bool) {
	seen := map[*Type]bool{}
	var visit func(*Type)
	visit = func(t *Type) {
		if t == nil || seen[t] {
			return
		}
		seen[t] = true
		if t.Kind == Struct {
			fn(t)
		}
		for _, f := range t.All() {
			if skip == nil || !skip(f) {
				visit(f.Type)
			}
		}
		visit(t.Elem)
	}
	visit(t)
}

// KeyNames returns, folded, the names of keys anywhere in t that are not secret
// somewhere, and of those that are.
func (t *Type) KeyNames() (open, secret map[string]bool) {
	open, secret = map[string]bool{}, map[string]bool{}
	t.EachStruct(func(s *Type) {
		for _, f := range s.Fields {
			if !f.Secret {
				open[Fold(f.Key)] = true
				continue
			}
			secret[Fold(f.Key)] = true
			f.Type.EachStruct(func(inner *Type) {
				for _, g := range inner.Fields {
					secret[Fold(g.Key)] = true
				}
			}, nil)
		}
		if s.Remain != nil && s.Remain.Secret {
			secret[""] = true
		}
	}, nil)
	return open, secret
}

// SecretKeys returns the key of a secret field whose value has keys that are data, and so
// secret themselves, or "" if there is none in t.
func (t *Type) SecretKeys() string {
	found := ""
	t.EachStruct(func(s *Type) {
		for _, f := range s.All() {
			if found == "" && f.Secret && f.Type.hasDataKeys() {
				found = f.Key
			}
		}
	}, nil)
	return found
}

// hasDataKeys reports whether keys in a value of type t are data.
func (t *Type) hasDataKeys() bool {
	found := false
	seen := map[*Type]bool{}
	var visit func(*Type)
	visit = func(t *Type) {
		if t == nil || seen[t] || found {
			return
		}
		seen[t] = true
		found = t.Kind == Map || t.Kind == Any || t.Remain != nil
		for _, f := range t.Fields {
			visit(f.Type)
		}
		visit(t.Elem)
	}
	visit(t)
	return found
}

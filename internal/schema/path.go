package schema

import (
	"strings"

	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/redact"
)

// Below returns the type one step below t, or nil if it is not known.
func (t *Type) Below(s keypath.Step) *Type {
	switch {
	case t == nil:
		return nil
	case t.Kind != Struct:
		return t.Elem
	}
	if f := t.Field(s.Key); f != nil && !s.Data {
		return f.Type
	}
	if t.Remain != nil {
		return t.Remain.Type.Elem
	}
	return nil
}

// At returns the type of the value at p, or nil if it is not known.
func (t *Type) At(p keypath.Path) *Type {
	for _, s := range p {
		t = t.Below(s)
	}
	return t
}

// SecretAt reports whether a field on the path p is secret.
func (t *Type) SecretAt(p keypath.Path) bool { return secretSteps(t, p) < len(p) }

// secretSteps returns the number of steps of p before the first secret field, or the length
// of p if there is none.
func secretSteps(t *Type, p keypath.Path) int {
	for i, s := range p {
		if t == nil {
			break
		}
		if t.Kind == Struct {
			if f := t.Field(s.Key); f != nil && !s.Data && f.Secret || s.Data && t.Remain != nil && t.Remain.Secret {
				return i
			}
		}
		t = t.Below(s)
	}
	return len(p)
}

// Mask returns p with the keys masked that documents have in a secret section, since they
// are part of the secret.
func (t *Type) Mask(p keypath.Path) keypath.Path {
	return maskData(p, secretSteps(t, p)+1)
}

// MaskData returns p with all keys masked that are data in documents.
func MaskData(p keypath.Path) keypath.Path { return maskData(p, 0) }

// maskData returns p with the data keys masked from the step first on.
func maskData(p keypath.Path, first int) keypath.Path {
	if first >= len(p) {
		return p
	}
	shown := append(keypath.Path(nil), p...)
	for i := first; i < len(p); i++ {
		if p[i].Data {
			shown[i].Key = redact.Hidden
		}
	}
	return shown
}

// ParsePath parses a key in the syntax of [keypath.Path.String]. It returns false if t has
// no such key.
func ParsePath(t *Type, key string) (keypath.Path, bool) {
	var p keypath.Path
	for key != "" {
		s, rest, ok := keypath.Cut(strings.TrimPrefix(key, "."))
		if !ok || t == nil {
			return nil, false
		}
		switch t.Kind {
		case Struct:
			f := t.Field(s.Key)
			switch {
			case f != nil && s.IsKey:
				s.Key = f.Key
			case t.Remain != nil && s.IsKey:
				s.Data = true
			default:
				return nil, false
			}
		case Map:
			s.Data, ok = true, s.IsKey
		case List:
			ok = !s.IsKey
		case Any:
			s.Data = s.IsKey
		default:
			ok = false
		}
		if !ok {
			return nil, false
		}
		p, key = append(p, s), rest
		if t.Kind != Any {
			t = t.Below(s)
		}
	}
	return p, true
}

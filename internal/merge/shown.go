package merge

import (
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
)

// MaskPath returns a path with the keys masked that must not be shown: those that documents
// have in a secret section, and those that only secret documents have.
func (r *Report) MaskPath(p keypath.Path) keypath.Path { return MaskPathIn(r.Tree.Schema, p, r) }

// MaskPathIn is like [Report.MaskPath] for a path in values of type t that were decoded
// from several trees. A nil report stands for a tree without secret documents.
func MaskPathIn(t *schema.Type, p keypath.Path, reports ...*Report) keypath.Path {
	shown := t.Mask(p)
	for _, r := range reports {
		if r == nil {
			continue
		}
		for _, i := range r.secretKeys(p) {
			if shown[i].Key != redact.Hidden {
				shown = slices.Clone(shown)
				shown[i].Key = redact.Hidden
			}
		}
	}
	return shown
}

// secretKeys returns the indexes of the steps of p that are keys which only secret
// documents have.
func (f *finder) secretKeys(p keypath.Path) (steps []int) {
	if f.hidesKeys == nil {
		hides := slices.ContainsFunc(f.Tree.Layers, (*layers.Layer).HidesKeys)
		f.hidesKeys = &hides
	}
	if !*f.hidesKeys {
		return nil
	}
	v, t, hidden := f.Tree.Root, f.Tree.Schema, false
	for i, s := range p {
		if !hidden && f.Tree.IsTaken(v) { // the result of a hook may have any keys
			hidden = slices.ContainsFunc(f.Tree.Sources(v), (*layers.Source).HidesKeys)
		}
		if !hidden {
			next, ok := f.childAt(t, v, s)
			if !ok {
				break
			}
			v, t = next, t.Below(s)
		}
		if s.Data && (hidden || f.isOnlySecret(v)) {
			steps = append(steps, i)
		}
	}
	return steps
}

// isOnlySecret reports whether only secret documents have the value.
func (f *finder) isOnlySecret(v Value) bool {
	if !f.Tree.inSecret(v) {
		return false
	}
	for below := range f.Tree.Below(v) {
		if !f.Tree.inSecret(below) {
			return false
		}
	}
	return true
}

// inSecret reports whether a value is from a secret document, now or when it was retained
// from the running configuration.
func (t *Tree) inSecret(v Value) bool {
	return v.Node != nil && v.Layer != Default && v.Node.Marks&document.Synthetic == 0 && t.Layers[v.Layer].Secret || t.Source(v).HidesKeys()
}

// maskAt is like [schema.Type.Mask] for a path to or into v, before all values are merged.
func (t *Tree) maskAt(root *schema.Type, p keypath.Path, v Value) keypath.Path {
	if t.inSecret(v) {
		return schema.MaskData(p)
	}
	return root.Mask(p)
}

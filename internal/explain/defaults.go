package explain

import (
	"example.com/lastgood/internal/decode"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
)

// Defaults returns the values of a section of type t that only default tags and the layers of
// defaults set: by key, in the form of settings, with sections as maps. Fields without a
// default are left out.
func Defaults(t *schema.Type, all []*layers.Layer) map[string]any {
	r := merge.Merge(t, all, merge.Options{AllowUnknown: true})
	return defaults(r, t, r.Tree.Root)
}

// defaults is Defaults for the value in of a section.
func defaults(r *merge.Report, t *schema.Type, in merge.Value) map[string]any {
	out := map[string]any{}
	set, _ := fields(t, in)
	for i, f := range t.Fields {
		switch v := set[i]; {
		case v.Node == nil && (f.Pointer || !f.Type.Defaults):
		case f.Secret:
			out[f.Key] = redact.Mask
		case f.Type.Kind == schema.Struct:
			out[f.Key] = defaults(r, f.Type, v)
		default:
			out[f.Key] = Render(nil, f.Type, decode.Field(r, f, v), false)
		}
	}
	return out
}

package explain

import (
	"example.com/lastgood/internal/decode"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
)

// Defaults returns what a section of type t has where nothing is set but by layers of
// defaults and default tags: by key, in the form of settings, sections as maps. What
// has no default is not in it.
func Defaults(t *schema.Type, all []*layers.Layer) map[string]any {
	r := merge.Merge(t, all, merge.Options{AllowUnknown: true})
	return defaults(r, t, r.Tree.Root)
}

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

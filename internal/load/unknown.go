package load

import (
	"fmt"
	"strings"

	"example.com/lastgood/internal/diagnose"
	"example.com/lastgood/internal/schema"
)

// unknownKeys keeps, ignores or reports the keys that a struct has no field for.
func (b *binder) unknownKeys(t *schema.Type, unknown []ref, out opaque, secret bool) {
	if len(unknown) == 0 {
		return
	}
	if t.Remain != nil {
		b.remain(t.Remain, unknown, out, secret || t.Remain.Secret)
		return
	}
	if b.loader.opts.AllowUnknown {
		return
	}
	for _, r := range unknown {
		if len(b.path) == 0 && strings.HasPrefix(r.key.Key, "x-") {
			continue // free for YAML anchors
		}
		p := Problem{Code: "unknown_key", Message: "unknown key"}
		if near := diagnose.Suggest(r.key.Key, t.Keys()); near != "" {
			p.Hint = fmt.Sprintf("did you mean %q?", near)
		}
		b.add(found{Problem: p, ref: r, secret: secret, onKey: true,
			path: b.path.child(step{key: r.key.Key, isKey: true, data: true})})
	}
}

// remain puts unknown keys where mapstructure finds them for a ",remain" field.
func (b *binder) remain(f *schema.Field, unknown []ref, out opaque, secret bool) {
	refs := map[string][]ref{}
	for _, r := range unknown {
		refs[r.key.Key] = append(refs[r.key.Key], r)
	}
	for key, refs := range refs {
		refs = withoutNulls(refs)
		if len(refs) == 0 {
			continue
		}
		b.path = append(b.path, step{key: key, isKey: true, data: true})
		out[key] = b.bind(f.Type.Elem, refs, secret)
		b.path = b.path[:len(b.path)-1]
	}
}

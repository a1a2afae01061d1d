package load

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"example.com/lastgood/internal/schema"
)

// unknownKeys keeps, ignores or reports the keys that a struct has no field for.
func (b *binder) unknownKeys(dst reflect.Value, t *schema.Type, unknown []ref, secret bool) {
	if len(unknown) == 0 {
		return
	}
	if t.Remain != nil {
		b.remain(field(dst, t.Remain.Index), t.Remain.Type, unknown, secret || t.Remain.Secret)
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
		if near := b.near.Suggest(r.key.Key, t.Keys); near != "" {
			p.Hint = fmt.Sprintf("did you mean %q?", near)
		}
		b.add(found{Problem: p, ref: r, secret: secret, onKey: true,
			path: b.path.child(step{key: r.key.Key, isKey: true, data: true})})
	}
}

// remain binds unknown keys to the map of a ",remain" field.
func (b *binder) remain(dst reflect.Value, t *schema.Type, unknown []ref, secret bool) {
	refs := map[string][]ref{}
	for _, r := range unknown {
		refs[r.key.Key] = append(refs[r.key.Key], r)
	}
	out := reflect.MakeMap(dst.Type())
	for _, key := range slices.Sorted(maps.Keys(refs)) {
		if refs := withoutNulls(refs[key]); len(refs) > 0 {
			name := reflect.New(dst.Type().Key()).Elem()
			name.SetString(key)
			b.bindEntry(out, name, step{key: key, isKey: true, data: true}, t, refs, secret)
		}
	}
	dst.Set(out)
}

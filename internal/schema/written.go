package schema

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"example.com/lastgood/internal/keypath"
)

// A field can have old keys, by its alias tag. Written, the type that documents may follow,
// has a field for each of them: layers are built by it, and their old keys are replaced
// before they are merged.

// oldTags parses the alias and deprecated tags of a field.
func (s *structBuilder) oldTags(f *Field, tag reflect.StructTag) {
	alias, has := tag.Lookup("alias")
	if f.Deprecated, f.IsDeprecated = tag.Lookup("deprecated"); f.IsDeprecated && strings.TrimSpace(f.Deprecated) == "" {
		s.fault(f.Where, `its tag deprecated:"" does not tell what to use instead`)
	}
	if !has {
		return
	}
	var wrong string
	if f.Old, wrong = oldKeys(alias); wrong != "" {
		s.fault(f.Where, fmt.Sprintf("its tag alias:%q %s", alias, wrong))
	}
}

// oldKeys parses an alias tag: keys separated by blanks, of which one with a leading dot is
// a path from the root. wrong is the error, or "".
func oldKeys(tag string) (keys []string, wrong string) {
	keys = strings.Fields(tag)
	for i, key := range keys {
		path, fromRoot := strings.CutPrefix(key, ".")
		switch {
		case strings.Contains(key, ","):
			return nil, "has a comma; keys have blanks between them"
		case !fromRoot && strings.Contains(key, "."):
			return nil, fmt.Sprintf("has %q; a path from the root begins with a dot, as in .%s", key, key)
		case slices.Contains(strings.Split(foldKey(path), "."), ""):
			return nil, fmt.Sprintf("has %q, which is no key", key)
		case slices.ContainsFunc(keys[:i], func(k string) bool { return foldKey(k) == foldKey(key) }):
			return nil, fmt.Sprintf("has %s twice", key)
		}
	}
	if len(keys) == 0 {
		return nil, "has no key"
	}
	return keys, ""
}

// oldPath is an old path of a field, from the root.
type oldPath struct {
	field *Field
	parts []string
	now   keypath.Path
	in    inherited // from the sections around the field
}

// writtenBuilder builds the Written types.
type writtenBuilder struct {
	*builder
	root      *Type
	clones    map[*Type]*Type
	exclusive map[*Type]bool // types that are at one place only, so that fields can be added
}

// addWrittenTypes sets the Written types of the root and of types below.
func (b *builder) addWrittenTypes(root *Type) {
	if root.Written = root; !root.Renames {
		return
	}
	paths := b.oldPaths(root)
	w := writtenBuilder{builder: b, clones: map[*Type]*Type{}, exclusive: map[*Type]bool{}}
	w.root = w.clone(root)
	w.exclusive[w.root], root.Written = true, w.root
	for _, p := range paths {
		w.addOldPath(p)
	}
	if len(b.faults) == 0 && w.countLeaves(w.root, map[*Type]int{})-w.countLeaves(root, map[*Type]int{}) > maxOldLeaves {
		b.fault(root.Where, fmt.Sprintf("its settings have more than %d old keys, with those of the sections around them", maxOldLeaves))
	}
}

// maxOldLeaves bounds the number of old keys of leaves: a leaf has one for each combination
// of its own keys and those of the sections around it.
const maxOldLeaves = 1 << 17

// countLeaves returns the number of leaves of a struct, up to about maxOldLeaves.
func (w *writtenBuilder) countLeaves(t *Type, known map[*Type]int) int {
	if n, ok := known[t]; ok {
		return n
	}
	known[t] = 0 // ends the recursion of a type that contains itself
	n := 0
	for _, f := range t.Fields {
		if f.Type.Kind != Struct {
			n++
		} else {
			n = min(n+w.countLeaves(f.Type, known), 4*maxOldLeaves)
		}
	}
	known[t] = n
	return n
}

// oldPaths returns the old paths from the root, shorter ones first, of fields that are at
// one place only.
func (b *builder) oldPaths(root *Type) (all []oldPath) {
	places := map[*Type]int{} // 2 for several, or in a list or map
	var find func(t *Type, n int)
	find = func(t *Type, n int) {
		if t == nil || places[t] >= 2 {
			return
		}
		places[t] += n
		for _, f := range t.All() {
			find(f.Type, places[t])
		}
		find(t.Elem, 2)
	}
	find(root, 1)
	var visit func(t *Type, at keypath.Path, around []*Field, in inherited)
	visit = func(t *Type, at keypath.Path, around []*Field, in inherited) {
		for _, f := range t.Fields {
			now, around := at.Child(keypath.Field(f.Key)), append(around[:len(around):len(around)], f)
			inner := inherited{secret: in.secret || f.Secret, env: in.env}
			if f.Env == noVariable {
				inner.env = noVariable
			}
			for _, key := range f.Old {
				if path, ok := strings.CutPrefix(key, "."); ok {
					all = append(all, oldPath{f, strings.Split(path, "."), now, in})
					for _, a := range around {
						a.Moved = true
					}
				}
			}
			if f.Type.Kind == Struct && places[f.Type] == 1 {
				visit(f.Type, now, around, inner)
			}
		}
	}
	visit(root, nil, nil, inherited{})
	for _, t := range b.order {
		for _, f := range t.Fields {
			for _, key := range f.Old {
				if t.Kind == Struct && places[t] != 1 && strings.HasPrefix(key, ".") {
					b.fault(f.Where, fmt.Sprintf("its old key %s is a path from the root, but it is in a list or map, or at several places; only keys beside its own can be meant there", key))
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b oldPath) int { return len(a.parts) - len(b.parts) })
	return all
}

// ReplaceOldKeys returns a document's path with its old keys replaced. t is the Written
// type.
func (t *Type) ReplaceOldKeys(written keypath.Path) keypath.Path {
	var now keypath.Path
	for _, step := range written {
		var f *Field
		if t != nil && t.Kind == Struct && !step.Data {
			f = t.Field(step.Key)
		}
		t = t.Below(step)
		switch {
		case f != nil && f.ReplacedAt != nil:
			now = slices.Clone(f.ReplacedAt)
			continue
		case f != nil && f.ReplacedBy != nil:
			step.Key = f.ReplacedBy.Key
		}
		now = append(now, step)
	}
	return now
}

// copy returns a copy of a type to which fields can be added.
func (t *Type) copy() *Type {
	c := *t
	c.Fields, c.index = slices.Clone(t.Fields), maps.Clone(t.index)
	return &c
}

// clone returns a type with a field for each old key that is in the section of the key
// itself.
func (w *writtenBuilder) clone(t *Type) *Type {
	if t == nil || !t.Renames {
		return t
	}
	if c := w.clones[t]; c != nil {
		return c
	}
	c := t.copy()
	w.clones[t], t.Written = c, c
	c.Elem = w.clone(t.Elem)
	for i, f := range t.Fields {
		c.replace(i, f, w.clone(f.Type))
	}
	if t.Remain != nil {
		remain := *t.Remain
		remain.Type = w.clone(remain.Type)
		c.Remain = &remain
	}
	for _, f := range c.Fields[:len(t.Fields)] {
		for _, key := range f.Old {
			if !strings.HasPrefix(key, ".") {
				w.addOldKey(c, key, f, nil)
			}
		}
	}
	return c
}

// replace replaces the i-th field by a copy of f with another type.
func (t *Type) replace(i int, f *Field, with *Type) {
	c := *f
	c.Type = with
	t.Fields[i], t.index[Fold(f.Key)] = &c, &c
}

// addOldKey adds an old key of f to a section. path is that of f if it is in another
// section.
func (w *writtenBuilder) addOldKey(t *Type, key string, f *Field, path keypath.Path) *Field {
	if other := t.Field(key); other != nil {
		message := fmt.Sprintf("its old key %q is that of %s as well", key, strings.Join(other.GoPath, "."))
		switch {
		case other.ReplacedBy != nil:
			message = fmt.Sprintf("its old key %q is one of %s as well", key, strings.Join(other.GoPath, "."))
		case other.Where == f.Where:
			message = fmt.Sprintf(`its old key %q is its key now (case, "_" and "-" do not count)`, key)
		}
		w.fault(f.Where, message)
		return other
	}
	old := *f
	old.Key, old.ReplacedBy, old.ReplacedAt = key, f, path
	old.Old, old.HasDefault, old.Default = nil, false, nil
	return t.append(&old)
}

func (t *Type) append(f *Field) *Field {
	f.Ordinal = len(t.Fields)
	t.Fields, t.index[Fold(f.Key)] = append(t.Fields, f), f
	return f
}

// addOldPath adds an old path from the root.
func (w *writtenBuilder) addOldPath(p oldPath) {
	t, last := w.root, len(p.parts)-1
	for i, part := range p.parts[:last] {
		t.Renames = true
		f := t.Field(part)
		switch {
		case f == nil:
			f = t.append(&Field{Key: part, Type: &Type{Kind: Struct, Go: reflect.TypeFor[struct{}](), Marks: Marks{Keyed: true}, index: map[string]*Field{}}, OnlyOldKeys: true})
		case f.Type.Kind != Struct:
			w.fault(p.field.Where, fmt.Sprintf("its old key .%s leads through %s, which is no section", strings.Join(p.parts, "."), strings.Join(p.parts[:i+1], ".")))
			return
		}
		if !w.exclusive[f.Type] {
			t.replace(f.Ordinal, f, f.Type.copy())
			f = t.Fields[f.Ordinal]
			w.exclusive[f.Type] = true
		}
		f.Type.Secrets = f.Type.Secrets || p.in.secret || p.field.Secret || p.field.Type.Secrets
		t = f.Type
	}
	t.Renames = true
	old := w.addOldKey(t, p.parts[last], p.field, p.now)
	old.Secret = old.Secret || p.in.secret
	if old.Hidden = old.Hidden || old.Secret; p.in.env == noVariable {
		old.Env = noVariable
	}
	old.Type = w.clone(old.Type)
}

package schema

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"example.com/lastgood/internal/keypath"
)

// A field can have old keys, by its alias tag. The type as documents may write it, Written,
// has a field for each of them: layers are made and described by that, and get the keys of
// the type itself before they are merged.

// oldTags reads the alias and deprecated tags of a field.
func (s *structure) oldTags(f *Field, tag reflect.StructTag) {
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

// oldKeys reads an alias tag: keys with blanks between them, of which one with a leading dot
// is a path from the root. wrong says what is wrong with it, or is "".
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

// oldPath is an old path from the root of a field.
type oldPath struct {
	field *Field
	parts []string
	now   keypath.Path
	in    outer // what it takes over from the sections around it
}

// writer makes the type as documents may write it.
type writer struct {
	*builder
	root   *Type
	clones map[*Type]*Type
	own    map[*Type]bool // those that are at one place alone, and can be added to
}

// write adds the types as documents may write them.
func (b *builder) write(root *Type) {
	if root.Written = root; !root.Renames {
		return
	}
	paths := b.oldPaths(root)
	w := writer{builder: b, clones: map[*Type]*Type{}, own: map[*Type]bool{}}
	w.root = w.clone(root)
	w.own[w.root], root.Written = true, w.root
	for _, p := range paths {
		w.add(p)
	}
	if len(b.faults) == 0 && w.count(w.root, map[*Type]int{})-w.count(root, map[*Type]int{}) > maxOldLeaves {
		b.fault(root.Where, fmt.Sprintf("its settings have more than %d old keys, with those of the sections around them", maxOldLeaves))
	}
}

// maxOldLeaves bounds the old keys of a type's leaves: a leaf has each of its own behind each
// of the section's around it.
const maxOldLeaves = 1 << 17

// count returns how many leaves a Struct has, up to about maxOldLeaves.
func (w *writer) count(t *Type, known map[*Type]int) int {
	if n, ok := known[t]; ok {
		return n
	}
	known[t] = 0 // where it holds itself, there would be no end
	n := 0
	for _, f := range t.Fields {
		if f.Type.Kind != Struct {
			n++
		} else {
			n = min(n+w.count(f.Type, known), 4*maxOldLeaves)
		}
	}
	known[t] = n
	return n
}

// oldPaths returns the old paths from the root, shorter ones first: of fields that are at one
// place alone.
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
	var visit func(t *Type, at keypath.Path, around []*Field, in outer)
	visit = func(t *Type, at keypath.Path, around []*Field, in outer) {
		for _, f := range t.Fields {
			now, around := at.Child(keypath.Field(f.Key)), append(around[:len(around):len(around)], f)
			inner := outer{secret: in.secret || f.Secret, env: in.env}
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
	visit(root, nil, nil, outer{})
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

// Now returns a path as it is with the keys of the type itself, for one that a document has. t
// is the type as documents may write it.
func (t *Type) Now(written keypath.Path) keypath.Path {
	var now keypath.Path
	for _, step := range written {
		var f *Field
		if t != nil && t.Kind == Struct && !step.Data {
			f = t.Field(step.Key)
		}
		t = t.Below(step)
		switch {
		case f != nil && f.NowAt != nil:
			now = slices.Clone(f.NowAt)
			continue
		case f != nil && f.Now != nil:
			step.Key = f.Now.Key
		}
		now = append(now, step)
	}
	return now
}

// copy returns a type to which fields can be added.
func (t *Type) copy() *Type {
	c := *t
	c.Fields, c.index = slices.Clone(t.Fields), maps.Clone(t.index)
	return &c
}

// clone returns a type with a field for each old key that stands beside its own.
func (w *writer) clone(t *Type) *Type {
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
				w.old(c, key, f, nil)
			}
		}
	}
	return c
}

// replace puts a copy of a field, with a type, in the place of the i-th.
func (t *Type) replace(i int, f *Field, with *Type) {
	c := *f
	c.Type = with
	t.Fields[i], t.index[Fold(f.Key)] = &c, &c
}

// old adds an old key of f to a section; path is where f is if not in that.
func (w *writer) old(t *Type, key string, f *Field, path keypath.Path) *Field {
	if other := t.Field(key); other != nil {
		message := fmt.Sprintf("its old key %q is that of %s as well", key, strings.Join(other.GoPath, "."))
		switch {
		case other.Now != nil:
			message = fmt.Sprintf("its old key %q is one of %s as well", key, strings.Join(other.GoPath, "."))
		case other.Where == f.Where:
			message = fmt.Sprintf(`its old key %q is its key now (case, "_" and "-" do not count)`, key)
		}
		w.fault(f.Where, message)
		return other
	}
	old := *f
	old.Key, old.Now, old.NowAt = key, f, path
	old.Old, old.HasDefault, old.Default = nil, false, nil
	return t.append(&old)
}

func (t *Type) append(f *Field) *Field {
	f.Ordinal = len(t.Fields)
	t.Fields, t.index[Fold(f.Key)] = append(t.Fields, f), f
	return f
}

// add adds an old path from the root.
func (w *writer) add(p oldPath) {
	t, last := w.root, len(p.parts)-1
	for i, part := range p.parts[:last] {
		t.Renames = true
		f := t.Field(part)
		switch {
		case f == nil:
			f = t.append(&Field{Key: part, Type: &Type{Kind: Struct, Go: reflect.TypeFor[struct{}](), Marks: Marks{Keyed: true}, index: map[string]*Field{}}, Gone: true})
		case f.Type.Kind != Struct:
			w.fault(p.field.Where, fmt.Sprintf("its old key .%s leads through %s, which is no section", strings.Join(p.parts, "."), strings.Join(p.parts[:i+1], ".")))
			return
		}
		if !w.own[f.Type] {
			t.replace(f.Ordinal, f, f.Type.copy())
			f = t.Fields[f.Ordinal]
			w.own[f.Type] = true
		}
		f.Type.Secrets = f.Type.Secrets || p.in.secret || p.field.Secret || p.field.Type.Secrets
		t = f.Type
	}
	t.Renames = true
	old := w.old(t, p.parts[last], p.field, p.now)
	old.Secret = old.Secret || p.in.secret
	if old.Hidden = old.Hidden || old.Secret; p.in.env == noVariable {
		old.Env = noVariable
	}
	old.Type = w.clone(old.Type)
}

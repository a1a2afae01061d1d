package merge

import (
	"fmt"
	"strconv"
	"strings"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// unknownKeys finds out what unknown keys were meant to be. The zero value is ready for
// use.
type unknownKeys struct {
	near   problem.Suggester
	places map[string][]*place     // of all keys of the type, folded; made when first needed
	listed map[*schema.Type]string // the keys of structs in words
}

// unknownKey reports a key of a struct that no field has.
func (m *keyReporter) unknownKey(t *schema.Type, v Value) {
	key := v.Key.Key
	if m.allowUnknown || len(m.path) == 0 && strings.HasPrefix(key, "x-") { // free for YAML anchors
		return
	}
	if left := m.left(t, key); left != nil && v.Node.Kind == document.Map {
		m.path.Enter(keypath.Entry(key))
		for i := range v.Node.Children {
			m.unknownKey(left, v.Child(i))
		}
		m.path.Leave()
		return
	}
	p := problem.Problem{Code: "unknown_key", Message: "unknown key", OnKey: true}
	if hint := problem.NotMeant(key); hint != "" {
		p.Hint = hint
	} else if hint, like := dotted(m.Tree.Schema, t, key); hint != "" {
		p.Hint, p.Like = hint, like
	} else if f := t.ReferredBy(key); f != nil {
		p.Hint, p.Like = noReference(f, f.MayRefer(m.Secret(m.path))), true
	} else if meant := m.meant(t, key); len(meant) > 0 {
		p.Hint, p.Like = "did you mean "+strings.Join(meant, " or ")+"?", true
	} else if isAnchored(v.Node) {
		p.Hint = `if it is there for its anchor alone, begin its name with "x-"`
		if len(m.path) > 0 {
			p.Hint += ", and move it to the top level"
		}
	} else {
		p.Hint = m.keys.list(t)
	}
	m.Add(p, m.path.Child(keypath.Entry(key)), v)
}

// noReference says why a key does not name a file with the value of a field. may is whether
// it could in another document.
func noReference(f *schema.Field, may bool) string {
	switch {
	case f.Type.Kind == schema.Struct:
		return "a section cannot be read from a file of its own"
	case may:
		return "only a file of the service's own can refer to others"
	}
	return fmt.Sprintf(`a value can be in a file of its own if the field %q is secret, or has the tag ref:"file"`, f.Key)
}

// left returns the type of the section that has nothing but old keys, if a key in a section of
// type t is that, or nil: the old keys in it are elsewhere by now.
func (m *keyReporter) left(t *schema.Type, key string) *schema.Type {
	if in := m.Tree.Schema.Written.At(m.path); in != nil && in.Kind == schema.Struct {
		t = in
	}
	if f := t.Field(key); f != nil && f.Gone {
		return f.Type
	}
	return nil
}

// meant returns the key of t that is like an unknown one, and the paths to those of the
// same name elsewhere.
func (m *keyReporter) meant(t *schema.Type, key string) (all []string) {
	if near := m.keys.near.Suggest(key, t.Keys); near != "" {
		all = append(all, strconv.Quote(near))
	}
	return append(all, m.keys.elsewhere(m.Tree.Schema, m.path, key)...)
}

// isAnchored reports whether a value or one right below it has an anchor.
func isAnchored(n *document.Node) bool {
	for i := range n.Children {
		if n.Children[i].Node.Marks&document.Anchored != 0 {
			return true
		}
	}
	return n.Marks&document.Anchored != 0
}

// dotted returns how to write a key with dots that stands for a path of keys in t or from
// the root, or "", and whether all of it is keys of the type.
func dotted(root, t *schema.Type, key string) (hint string, like bool) {
	if hint, like = undotted(t, key); hint == "" {
		return undotted(root, key)
	}
	return hint, like
}

func undotted(t *schema.Type, key string) (hint string, like bool) {
	const message = "a key is not split at its dots; write "
	for way := ""; ; way += "." {
		part, rest, more := strings.Cut(key, ".")
		f := t.Field(part)
		switch {
		case f == nil || !more && way == "":
			return "", false
		case !more:
			return fmt.Sprintf("%s%q in the section %q", message, f.Key, strings.TrimSuffix(way, ".")), true
		}
		key, t = rest, f.Type
		if way += f.Key; t.Kind == schema.Map { // what follows is data
			return fmt.Sprintf("%swhat follows them in the section %q", message, way), false
		}
	}
}

const (
	maxListed = 12     // keys that are listed
	maxPlaces = 10_000 // of keys of a type that are looked at
	maxDepth  = 10     // of these
	maxSame   = 16     // of these with the same name
	maxMeant  = 3      // that are suggested
)

// list returns the keys of a Struct in words.
func (u *unknownKeys) list(t *schema.Type) string {
	list, known := u.listed[t]
	if known {
		return list
	}
	keys := t.Keys()
	switch n := len(keys); {
	case n > maxListed:
		list = fmt.Sprintf("the keys here are %s and %d others", strings.Join(keys[:maxListed-1], ", "), n-maxListed+1)
	case n > 1:
		list = "the keys here are " + strings.Join(keys[:n-1], ", ") + " and " + keys[n-1]
	case n == 1:
		list = "the only key here is " + keys[0]
	}
	if u.listed == nil {
		u.listed = map[*schema.Type]string{}
	}
	u.listed[t] = list
	return list
}

// place is where a type has a key or, without one, the items of a list or map.
type place struct {
	in    *place // nil for the root
	step  string // the key, or what stands for any item or entry
	typ   *schema.Type
	depth int
}

const anyItem, anyEntry = "[]", "*"

// steps returns the way to a place from the root.
func (p *place) steps() []string {
	steps := make([]string, p.depth)
	for ; p.in != nil; p = p.in {
		steps[p.depth-1] = p.step
	}
	return steps
}

// isInside reports whether a place is in a section of a type.
func (p *place) isInside(t *schema.Type) bool {
	for ; p != nil; p = p.in {
		if p.typ == t {
			return true
		}
	}
	return false
}

// listPlaces returns the places of the keys in t, folded, the nearest to the root first.
func listPlaces(t *schema.Type) map[string][]*place {
	places := map[string][]*place{}
	queue := []*place{{typ: t}}
	add := func(p *place, step string, t *schema.Type) *place {
		next := &place{p, step, t, p.depth + 1}
		if t.Keyed && next.depth < maxDepth && !p.isInside(t) {
			queue = append(queue, next)
		}
		return next
	}
	for i := 0; i < len(queue) && len(queue) < maxPlaces; i++ {
		switch p := queue[i]; p.typ.Kind {
		case schema.Struct:
			for _, f := range p.typ.Fields {
				if key := schema.Fold(f.Key); len(places[key]) < maxSame {
					places[key] = append(places[key], add(p, f.Key, f.Type))
				}
			}
		case schema.List:
			add(p, anyItem, p.typ.Elem)
		case schema.Map:
			add(p, anyEntry, p.typ.Elem)
		}
	}
	return places
}

// elsewhere returns the paths to the keys of this name in the sections that are nearest
// to the one at a path.
func (u *unknownKeys) elsewhere(root *schema.Type, path keypath.Path, key string) []string {
	if u.places == nil {
		u.places = listPlaces(root)
	}
	var nearest []string
	least := 0
	for _, p := range u.places[schema.Fold(key)] {
		steps := p.steps()
		common := 0
		for common < min(len(path), len(steps)) && isStep(path[common], steps[common]) {
			common++
		}
		distance := len(path) + len(steps) - 2*common
		if len(nearest) == 0 || distance < least {
			nearest, least = nil, distance
		}
		if distance == least && len(nearest) < maxMeant {
			nearest = append(nearest, spell(root.Mask(path[:common]), steps[common:]))
		}
	}
	return nearest
}

// isStep reports whether a step of a path leads where that of a place does.
func isStep(s keypath.Step, step string) bool {
	switch {
	case !s.IsKey:
		return step == anyItem
	case s.Data:
		return step == anyEntry
	}
	return s.Key == step
}

// spell returns a path that goes on as the way to a place does.
func spell(p keypath.Path, steps []string) string {
	path := p.String()
	for _, step := range steps {
		if path != "" && step != anyItem {
			path += "."
		}
		path += step
	}
	if len(p)+len(steps) == 1 {
		path += " at the top level"
	}
	return path
}

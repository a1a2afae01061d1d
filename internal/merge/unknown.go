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

// unknownKeys finds the keys that unknown keys were probably meant to be. The zero value is
// ready for use.
type unknownKeys struct {
	near   problem.Suggester
	places map[string][]*place     // the places of all keys of the type, by folded key; built on first use
	listed map[*schema.Type]string // the keys of structs, as a hint lists them
}

// reportUnknown reports a key of a struct that no field has.
func (m *keyReporter) reportUnknown(t *schema.Type, v Value) {
	key := v.Key.Key
	if m.allowUnknown || len(m.path) == 0 && strings.HasPrefix(key, "x-") { // reserved for YAML anchors
		return
	}
	if left := m.oldSection(t, key); left != nil && v.Node.Kind == document.Map {
		m.path.Enter(keypath.Entry(key))
		for i := range v.Node.Children {
			m.reportUnknown(left, v.Child(i))
		}
		m.path.Leave()
		return
	}
	p := problem.Problem{Code: "unknown_key", Message: "unknown key", OnKey: true}
	if hint := problem.NotMeant(key); hint != "" {
		p.Hint = hint
	} else if hint, like := dottedKeyHint(m.Tree.Schema, t, key); hint != "" {
		p.Hint, p.Like = hint, like
	} else if f := t.FileRefField(key); f != nil {
		p.Hint, p.Like = noReference(f, f.MayRefer(m.Secret(m.path))), true
	} else if meant := m.suggestions(t, key); len(meant) > 0 {
		p.Hint, p.Like = "did you mean "+strings.Join(meant, " or ")+"?", true
	} else if isAnchored(v.Node) {
		p.Hint = `if it is there for its anchor alone, begin its name with "x-"`
		if len(m.path) > 0 {
			p.Hint += ", and move it to the top level"
		}
	} else {
		p.Hint = m.unknown.list(t)
	}
	m.Add(p, m.path.Child(keypath.Entry(key)), v)
}

// noReference returns the hint why a key cannot name a file with the value of f. may
// reports whether it could in another document.
func noReference(f *schema.Field, may bool) string {
	switch {
	case f.Type.Kind == schema.Struct:
		return "a section cannot be read from a file of its own"
	case may:
		return "only a file of the service's own can refer to others"
	}
	return fmt.Sprintf(`a value can be in a file of its own if the field %q is secret, or has the tag ref:"file"`, f.Key)
}

// oldSection returns the type of the section that key is, if all keys in that section are
// old ones, which have moved elsewhere. Otherwise it returns nil. t is the type of the
// section that has the key.
func (m *keyReporter) oldSection(t *schema.Type, key string) *schema.Type {
	if in := m.Tree.Schema.Written.At(m.path); in != nil && in.Kind == schema.Struct {
		t = in
	}
	if f := t.Field(key); f != nil && f.OnlyOldKeys {
		return f.Type
	}
	return nil
}

// suggestions returns the key of t that is most similar to an unknown key, and the paths of
// keys elsewhere that have its name.
func (m *keyReporter) suggestions(t *schema.Type, key string) (all []string) {
	if near := m.unknown.near.Suggest(key, t.Keys); near != "" {
		all = append(all, strconv.Quote(near))
	}
	return append(all, m.unknown.elsewhere(m.Tree.Schema, m.path, key)...)
}

// isAnchored reports whether a value, or a child of it, has an anchor.
func isAnchored(n *document.Node) bool {
	for i := range n.Children {
		if n.Children[i].Node.Marks&document.Anchored != 0 {
			return true
		}
	}
	return n.Marks&document.Anchored != 0
}

// dottedKeyHint returns the hint how to write a key with dots that means a path of keys, in
// t or from the root, or "". like reports whether the whole path consists of keys of the
// type.
func dottedKeyHint(root, t *schema.Type, key string) (hint string, like bool) {
	if hint, like = dottedKeyHintIn(t, key); hint == "" {
		return dottedKeyHintIn(root, key)
	}
	return hint, like
}

// dottedKeyHintIn is dottedKeyHint for a path from t only.
func dottedKeyHintIn(t *schema.Type, key string) (hint string, like bool) {
	const message = "a key is not split at its dots; write "
	for section := ""; ; section += "." {
		part, rest, more := strings.Cut(key, ".")
		f := t.Field(part)
		switch {
		case f == nil || !more && section == "":
			return "", false
		case !more:
			return fmt.Sprintf("%s%q in the section %q", message, f.Key, strings.TrimSuffix(section, ".")), true
		}
		key, t = rest, f.Type
		if section += f.Key; t.Kind == schema.Map { // the rest is a key of the map
			return fmt.Sprintf("%swhat follows them in the section %q", message, section), false
		}
	}
}

const (
	maxListed    = 12     // keys that a hint lists
	maxPlaces    = 10_000 // places of keys that are indexed
	maxDepth     = 10     // depth of these
	maxSame      = 16     // places with the same key
	maxSuggested = 3      // places that a hint suggests
)

// list returns a hint that lists the keys of a struct.
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

// place is the place of a key in the type or, where step is anyItem or anyEntry, of the
// items of a list or the entries of a map.
type place struct {
	in    *place // nil for the root
	step  string // the key, anyItem or anyEntry
	typ   *schema.Type
	depth int
}

const anyItem, anyEntry = "[]", "*"

// steps returns the steps that lead from the root to a place.
func (p *place) steps() []string {
	steps := make([]string, p.depth)
	for ; p.in != nil; p = p.in {
		steps[p.depth-1] = p.step
	}
	return steps
}

// isInside reports whether a place is in a section of type t.
func (p *place) isInside(t *schema.Type) bool {
	for ; p != nil; p = p.in {
		if p.typ == t {
			return true
		}
	}
	return false
}

// listPlaces returns the places of the keys in t by folded key, those nearest to the root
// first.
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

// elsewhere returns the paths of keys of this name in the sections that are nearest to
// path.
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
		if distance == least && len(nearest) < maxSuggested {
			nearest = append(nearest, formatPlace(root.Mask(path[:common]), steps[common:]))
		}
	}
	return nearest
}

// isStep reports whether a step of a path and the step of a place lead to the same place.
func isStep(s keypath.Step, step string) bool {
	switch {
	case !s.IsKey:
		return step == anyItem
	case s.Data:
		return step == anyEntry
	}
	return s.Key == step
}

// formatPlace returns the text of the path p continued by the steps of a place.
func formatPlace(p keypath.Path, steps []string) string {
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

package describe

import (
	"slices"
	"strings"

	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/rules"
	"example.com/lastgood/internal/schema"
)

// form is what a key holds in a sample.
type form uint8

const (
	leaf    form = iota // a value, list or map on one line
	section             // keys
	items               // a list with one section
	entries             // a map with one section
)

// entryName is the key under which a sample shows the section of a map.
const entryName = "name"

// setting is one key of a sample.
type setting struct {
	parent   *setting
	section  *schema.Type // that has the field
	field    *schema.Field
	place    place
	path     string       // as problems spell it
	keys     keypath.Path // nil inside lists and maps
	form     form
	children []*setting // of the section, or of the one that is listed

	optional   bool // a section that need not be there
	needed     bool // it must be set if the section around it is there
	hasDefault bool
	def        any   // it, as settings show it
	live       bool  // it is set, rather than shown in a comment
	values     []any // of a leaf, the best first
	at         int   // the value in use
	note       string
}

// place is what a setting, or a section, takes over from those around it.
type place struct {
	partial  bool // other layers may add to it
	secret   bool
	restart  bool
	optional bool // it need not be there
}

// with returns the place of what is in f.
func (p place) with(f *schema.Field) place {
	p.secret, p.restart = p.secret || f.Secret, p.restart || f.Restart
	return p
}

// plan is a sample in the making.
type plan struct {
	Subject
	root   *setting
	byPath map[string]*setting
	all    []*setting // but the root, each before those in it
}

// newPlan lays out all keys. Only what is needed to be accepted is live.
func (s Subject) newPlan() *plan {
	p := &plan{Subject: s, byPath: map[string]*setting{}, root: &setting{form: section, keys: keypath.Path{}}}
	root := s.Loader.Schema()
	p.layOut(p.root, inside{keys: p.root.keys}, root, s.Loader.Defaults(), []*schema.Type{root})
	p.byPath[""] = p.root
	return p
}

// inside is where the children of a setting are.
type inside struct {
	place place
	path  string
	keys  keypath.Path
}

// layOut adds the settings of a section of type t to parent. around are the types
// around them: one that holds itself is shown once.
func (p *plan) layOut(parent *setting, in inside, t *schema.Type, defaults map[string]any, around []*schema.Type) {
	for _, f := range t.Fields {
		n := &setting{parent: parent, section: t, field: f, place: in.place.with(f), form: formOf(f.Type, around)}
		if n.form == leaf && f.Type.Kind == schema.Struct {
			continue // there would be no end
		}
		n.path = strings.TrimPrefix(in.path+"."+f.Key, ".")
		if in.keys != nil {
			n.keys = slices.Concat(in.keys, keypath.Path{keypath.Field(f.Key)})
		}
		n.def, n.hasDefault = defaults[f.Key]
		n.needed = rules.Needs(p.Loader.Validator(), t, f, defaults)
		parent.children = append(parent.children, n)
		p.byPath[n.path] = n
		p.all = append(p.all, n)
		if n.form == leaf {
			n.values = p.candidates(n)
		} else {
			p.layOutBelow(n, around)
		}
	}
}

func formOf(t *schema.Type, around []*schema.Type) form {
	switch {
	case t.Kind == schema.Struct && !slices.Contains(around, t):
		return section
	case t.Kind == schema.List && t.Elem.Kind == schema.Struct && !slices.Contains(around, t.Elem):
		return items
	case t.Kind == schema.Map && t.Elem.Kind == schema.Struct && !slices.Contains(around, t.Elem):
		return entries
	}
	return leaf
}

// layOutBelow lays out a section, or the one that is shown of a list or map.
func (p *plan) layOutBelow(n *setting, around []*schema.Type) {
	t := n.field.Type
	in := inside{place: n.place, path: n.path, keys: n.keys}
	n.optional = n.form != section || n.field.Pointer
	in.place.optional = in.place.optional || n.optional
	switch n.form {
	case items:
		t, in.path, in.keys = t.Elem, n.path+"[0]", nil
	case entries:
		t, in.path, in.keys = t.Elem, n.path+"."+entryName, nil
	}
	defaults, is := n.def.(map[string]any)
	if !is || n.form != section {
		defaults = explain.Defaults(t, nil)
	}
	p.layOut(n, in, t, defaults, append(around[:len(around):len(around)], t))
	if first := firstLeaf(n.children); n.form == items && first != nil {
		first.live = true // an item cannot be commented out as a whole
	}
}

func firstLeaf(all []*setting) *setting {
	if i := slices.IndexFunc(all, func(n *setting) bool { return n.form == leaf }); i >= 0 {
		return all[i]
	}
	return nil
}

// value returns what a setting holds, and whether it is set at all.
func (n *setting) value() (any, bool) {
	if n.form == leaf {
		return n.values[n.at], n.live
	}
	keys := map[string]any{}
	for _, child := range n.children {
		if v, ok := child.value(); ok {
			keys[child.field.Key] = v
		}
	}
	switch n.form {
	case items:
		return []any{keys}, n.live
	case entries:
		return map[string]any{entryName: keys}, n.live
	}
	return keys, n.live || !n.optional && len(keys) > 0
}

package describe

import (
	"slices"

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

// setting is one key of a sample.
type setting struct {
	section  *schema.Type // that has the field
	field    *schema.Field
	place    place
	keys     keypath.Path // nil inside lists and maps
	form     form
	children []*setting // of the section, or of the one that is listed

	needed     bool // it must be set if the section around it is there
	hasDefault bool
	def        any      // it, as settings show it
	live       bool     // it is set, rather than shown in a comment
	value      any      // of a leaf; of entries, the key of the one
	unmet      []string // the rules that value may not satisfy, in words
}

// isOptional reports whether a setting is a section that need not be there, or several.
func (n *setting) isOptional() bool { return n.form > section || n.form == section && n.field.Pointer }

// isOff reports whether a setting is only shown.
func (n *setting) isOff() bool { return !n.live && (n.form == leaf || n.isOptional()) }

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

// settings returns all there are, sections with those in them. Only what is needed to be
// accepted is live.
func (s Subject) settings() []*setting {
	root := s.Loader.Schema()
	return s.layOut(&setting{keys: keypath.Path{}}, root, s.Loader.Defaults(), []*schema.Type{root})
}

// layOut returns the settings of a section of type t. around are the types around them:
// one that holds itself is shown once.
func (s Subject) layOut(in *setting, t *schema.Type, defaults map[string]any, around []*schema.Type) (all []*setting) {
	for _, f := range t.Fields {
		n := &setting{section: t, field: f, place: in.place.with(f), form: formOf(f.Type, around)}
		n.place.optional = in.place.optional || in.field != nil && in.isOptional()
		if n.form == leaf && f.Type.Kind == schema.Struct {
			continue // there would be no end
		}
		if in.keys != nil && in.form <= section {
			n.keys = in.keys.Child(keypath.Field(f.Key))
		}
		n.def, n.hasDefault = defaults[f.Key]
		n.needed = rules.Needs(s.Loader.Validator(), t, f, defaults)
		n.live = n.needed
		if n.form != leaf {
			s.layOutBelow(n, around)
		}
		s.exemplify(n)
		all = append(all, n)
	}
	return all
}

func formOf(t *schema.Type, around []*schema.Type) form {
	form := map[schema.Kind]form{schema.Struct: section, schema.List: items, schema.Map: entries}[t.Kind]
	if form > section {
		t = t.Elem
	}
	if t.Kind != schema.Struct || slices.Contains(around, t) {
		return leaf
	}
	return form
}

// layOutBelow lays out a section, or the one that is shown of a list or map.
func (s Subject) layOutBelow(n *setting, around []*schema.Type) {
	t := n.field.Type
	defaults, is := n.def.(map[string]any)
	if n.form != section {
		t, is = t.Elem, false
	}
	if !is {
		defaults = explain.Defaults(t, nil)
	}
	n.children = s.layOut(n, t, defaults, append(around[:len(around):len(around)], t))
	switch {
	case n.form != items:
	case len(n.children) == 0:
		n.form = leaf
	default: // an item begins with a setting that is not commented out
		first := max(0, slices.IndexFunc(n.children, func(n *setting) bool { return n.form == leaf }),
			slices.IndexFunc(n.children, func(n *setting) bool { return n.form == leaf && n.live }))
		head := n.children[first]
		head.live = true
		n.children = slices.Insert(slices.Delete(n.children, first, first+1), 0, head)
	}
}

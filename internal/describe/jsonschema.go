package describe

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/rules"
	"example.com/lastgood/internal/schema"
)

// JSONSchema returns a JSON Schema, draft 2020-12, of the files of a configuration.
// It does not reject a file that the loader accepts, as far as its keys are spelled in
// one of the usual ways, and required keys in their own.
func (s Subject) JSONSchema() []byte {
	b := &builder{Subject: s, shared: map[string]bool{}, names: map[*schema.Type]string{}}
	root := s.Loader.Schema()
	b.nameRecursive(root)
	top := b.section(root, s.Loader.Defaults(), place{partial: s.Layered})
	o := object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"title", s.Name},
		{"$comment", b.comment()},
		{"type", "object"},
	}
	o = append(o, top[1:]...) // without its type, which may be null
	if defs := b.definitions(); len(defs) > 0 {
		o = o.with("$defs", defs)
	}
	return encode(o)
}

func (b *builder) comment() string {
	text := "Patterns of properties are other spellings of keys that mean the same. null means that a key is not set here."
	if b.Layered {
		text += " What can also be set by the environment or another layer is not required."
	}
	return text
}

type builder struct {
	Subject
	shared map[string]bool         // the definitions that are used
	names  map[*schema.Type]string // of types that hold themselves
	path   keypath.Path            // to the field at hand; not a plain one in lists, maps and definitions
}

// share refers to a shared definition.
func (b *builder) share(name string) object {
	b.shared[name] = true
	return object{{"$ref", "#/$defs/" + name}}
}

// nameRecursive names the types that hold themselves, which need a definition to
// refer to.
func (b *builder) nameRecursive(root *schema.Type) {
	taken := map[string]int{}
	for t := range root.Types() {
		recursive := false
		for _, f := range t.All() {
			for inner := range f.Type.Types() {
				recursive = recursive || inner == t
			}
		}
		if !recursive {
			continue
		}
		name := t.Go.Name() // it has one, or it could not name itself
		if taken[name]++; taken[name] > 1 {
			name += fmt.Sprint(taken[name])
		}
		b.names[t] = name
	}
}

func (b *builder) definitions() object {
	var defs object
	named := map[string]*schema.Type{}
	for t, name := range b.names {
		named[name] = t
	}
	b.path.Enter(keypath.Item(0))
	defer b.path.Leave()
	for _, name := range slices.Sorted(maps.Keys(named)) {
		defs = defs.with(name, b.section(named[name], explain.Defaults(named[name], nil), place{partial: true}))
	}
	for _, name := range slices.Sorted(maps.Keys(b.shared)) {
		defs = defs.with(name, shared(name))
	}
	return defs
}

// section describes a Struct.
func (b *builder) section(t *schema.Type, defaults map[string]any, at place) object {
	var properties object
	var required []any
	var spellings []string
	for _, f := range t.Fields {
		properties = properties.with(f.Key, b.field(t, f, defaults, at.with(f)))
		spellings = append(spellings, spellingsOf(f.Key)...)
		if !at.partial && rules.Needs(b.Loader.Validator(), t, f, defaults) {
			required = append(required, f.Key)
		}
	}
	o := object{{"type", list("object", "null")}}
	patterns := object{}
	if len(properties) > 0 {
		o = o.with("properties", properties)
		patterns = patterns.with("^("+strings.Join(spellings, "|")+")$", true)
	}
	if t == b.Loader.Schema() {
		patterns = patterns.with("^x-", true)
	}
	if len(patterns) > 0 {
		o = o.with("patternProperties", patterns)
	}
	if len(required) > 0 {
		o = o.with("required", required)
	}
	switch {
	case t.Remain != nil:
		return o.with("additionalProperties", b.value(t, t.Remain, 1, t.Remain.Type.Elem, at.with(t.Remain)))
	case b.AllowUnknown:
		return o
	}
	return o.with("additionalProperties", false)
}

// field describes one key.
func (b *builder) field(t *schema.Type, f *schema.Field, defaults map[string]any, at place) object {
	b.path.Enter(keypath.Field(f.Key))
	defer b.path.Leave()
	var o object
	description := []string{}
	if f.Desc != "" {
		description = append(description, Sentence(f.Desc))
	}
	var value object
	def, has := defaults[f.Key]
	if inner, is := def.(map[string]any); f.Type.Kind == schema.Struct && b.names[f.Type] == "" {
		if !is {
			inner = explain.Defaults(f.Type, nil)
		}
		value = b.section(f.Type, inner, at)
	} else {
		value = b.value(t, f, 0, f.Type, at)
	}
	_, rest := restrict(nil, f.Type, rules.For(t, f, 0))
	if len(rest) > 0 {
		description = append(description, Sentence(rest...))
	}
	if at.restart && f.Type.Kind != schema.Struct {
		description = append(description, "A change takes effect after a restart.")
	}
	if text := b.ownVariables(f); text != "" {
		description = append(description, text)
	}
	if len(description) > 0 {
		o = o.with("description", strings.Join(description, " "))
	}
	o = append(o, value...)
	if at.secret && f.Type.Kind != schema.Struct {
		return o.with("writeOnly", true)
	}
	if has && !f.Hidden && f.Type.Kind != schema.Struct {
		o = o.with("default", def)
	}
	return o
}

// value describes what lies depth lists or maps inside a field.
func (b *builder) value(t *schema.Type, f *schema.Field, depth int, v *schema.Type, at place) object {
	if v.Kind == schema.List || v.Kind == schema.Map {
		b.path.Enter(keypath.Item(0))
		defer b.path.Leave()
	}
	var o object
	switch v.Kind {
	case schema.Any:
		return object{}
	case schema.Struct:
		if name := b.names[v]; name != "" {
			return object{{"$ref", "#/$defs/" + name}}
		}
		return b.section(v, explain.Defaults(v, nil), at)
	case schema.List:
		o = object{{"type", list("array", "null")}}
		at.partial = false // lists are replaced as a whole
		o = o.with("items", b.value(t, f, depth+1, v.Elem, at)).and(arrayItems(v))
	case schema.Map:
		o = object{{"type", list("object", "null")}}
		if names := b.keys(v.Key.Type, rules.ForKeys(t, f, depth)); len(names) > 0 {
			o = o.with("propertyNames", names)
		}
		o = o.with("additionalProperties", b.value(t, f, depth+1, v.Elem, at))
	default:
		o = b.scalar(v)
	}
	o, _ = restrict(o, v, rules.For(t, f, depth))
	if classOf(v) == aNumber {
		o = o.and(bounds(v.Go))
	}
	return o
}

// keys describes the names of a map's keys.
func (b *builder) keys(t *schema.Type, asked []rules.Rule) object {
	o := b.scalar(t)
	if classOf(t) == aText {
		o = nil // any text
	}
	o, _ = restrict(o, t, asked)
	return o
}

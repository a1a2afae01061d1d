package describe

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/rules"
	"example.com/lastgood/internal/schema"
)

// JSONSchema returns a JSON Schema, draft 2020-12, of the files of a configuration.
// It does not reject a file that the loader accepts, as far as its keys are spelled in
// one of the usual ways, and required keys in their own.
func (s Subject) JSONSchema() []byte {
	b := &builder{Subject: s, root: s.Loader.Schema().Written, defs: map[string]object{}}
	b.names = recursive(b.root)
	top := b.section(b.root, s.Loader.Defaults(), place{partial: s.Layered})
	comment := "Patterns of properties are other spellings of keys that mean the same. null means that a key is not set here."
	if s.Layered {
		comment += " What can also be set by the environment or another layer is not required."
	}
	o := object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"title", s.Name},
		{"$comment", comment},
		{"type", "object"},
	}
	o = append(o, top[1:]...) // without its type, which may be null
	b.path.Enter(keypath.Item(0))
	for t, name := range b.names {
		b.defs[name] = b.section(t, explain.Defaults(t, nil), place{partial: true})
	}
	var defs object
	for _, name := range slices.Sorted(maps.Keys(b.defs)) {
		defs = defs.with(name, b.defs[name])
	}
	if len(defs) > 0 {
		o = o.with("$defs", defs)
	}
	var out bytes.Buffer
	write(&out, o, "\n")
	return append(out.Bytes(), '\n')
}

type builder struct {
	Subject
	root  *schema.Type
	names map[*schema.Type]string // of the types that are referred to
	defs  map[string]object       // the definitions that are used
	path  keypath.Path            // to the field at hand; not a plain one in lists, maps and definitions
}

// share refers to a shared definition.
func (b *builder) share(name string) object {
	if b.defs[name] == nil {
		b.defs[name] = shared(name)
	}
	return object{{"$ref", "#/$defs/" + name}}
}

// recursive returns names for the Structs at which a type that holds itself begins again:
// those need a definition to refer to.
func recursive(root *schema.Type) map[*schema.Type]string {
	names, open, done := map[*schema.Type]string{}, map[*schema.Type]bool{}, map[*schema.Type]bool{}
	taken := map[string]bool{"reference": true, "boolean": true, "integer": true, "number": true, "duration": true, "time": true}
	var visit func(*schema.Type)
	visit = func(t *schema.Type) {
		t = innermost(t)
		switch {
		case t == nil:
		case open[t] && names[t] == "":
			base := strings.Map(nameRune, cmp.Or(t.Go.Name(), "section"))
			name := base
			for i := 2; taken[name]; i++ {
				name = fmt.Sprint(base, "_", i)
			}
			names[t], taken[name] = name, true
		case !open[t] && !done[t]:
			open[t] = true
			for _, f := range t.All() {
				visit(f.Type)
			}
			open[t], done[t] = false, true
		}
	}
	visit(root)
	return names
}

// nameRune replaces what would be quoted in a reference, as in the names of generic types.
func nameRune(r rune) rune {
	if r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
		return r
	}
	return '_'
}

// section describes a Struct.
func (b *builder) section(t *schema.Type, defaults map[string]any, at place) object {
	var properties object
	var required, either []any
	var spellings []string
	for _, f := range t.Fields {
		properties = properties.with(f.Key, b.field(t, f, defaults, at.with(f)))
		spellings = append(spellings, spellingsOf(f.Key)...)
		isOld := f.IsOld() || len(f.Old) > 0 || f.Moved // the key, or what may be in its place
		needed := !at.partial && !isOld && rules.Needs(b.Loader.Validator(), t, f, defaults)
		ref := refKey(t, f, at)
		if ref != "" {
			named := object{{"description", "The path of a file with the value of " + f.Key + "."}, {"type", list("string", "null")}}
			if f.ReplacedBy != nil || f.IsDeprecated {
				named = named.with("deprecated", true)
			}
			properties = properties.with(ref, named)
			for _, spelling := range spellingsOf(ref) {
				if _, refers := schema.RefStem(spelling); refers {
					spellings = append(spellings, spelling)
				}
			}
		}
		switch {
		case needed && ref != "":
			either = append(either, object{{"anyOf", list(object{{"required", list(f.Key)}}, object{{"required", list(ref)}})}})
		case needed:
			required = append(required, f.Key)
		}
	}
	o := object{{"type", list("object", "null")}}
	var patterns object
	if len(properties) > 0 {
		o = o.with("properties", properties)
		patterns = patterns.with("^("+strings.Join(spellings, "|")+")$", true)
	}
	if t == b.root {
		patterns = patterns.with("^x-", true)
	}
	if len(patterns) > 0 {
		o = o.with("patternProperties", patterns)
	}
	if len(required) > 0 {
		o = o.with("required", required)
	}
	if len(either) > 0 {
		o = o.with("allOf", either)
	}
	switch {
	case t.Remain != nil:
		o = o.with("additionalProperties", b.value(t, t.Remain, 1, t.Remain.Type.Elem, at.with(t.Remain)))
	case !b.AllowUnknown:
		o = o.with("additionalProperties", false)
	}
	return o
}

// field describes one key.
func (b *builder) field(t *schema.Type, f *schema.Field, defaults map[string]any, at place) object {
	b.path.Enter(keypath.Field(f.Key))
	defer b.path.Leave()
	def, has := defaults[f.Key]
	isSection := f.Type.Kind == schema.Struct
	at.partial = at.partial || f.IsOld()
	var value object
	if inner, is := def.(map[string]any); is && isSection && b.names[f.Type] == "" {
		value = b.section(f.Type, inner, at)
	} else {
		value = b.value(t, f, 0, f.Type, at)
	}
	var sentences []string
	_, rest := restrict(nil, f.Type, rules.For(t, f, 0))
	for _, text := range []string{f.Desc, strings.Join(rest, "; ")} {
		if text != "" {
			sentences = append(sentences, Sentence(text))
		}
	}
	if at.restart && !isSection {
		sentences = append(sentences, restarts)
	}
	if text := b.ownVariables(f); text != "" {
		sentences = append(sentences, text)
	}
	if text := deprecation(f); text != "" {
		sentences = append(sentences, text)
	}
	var o object
	if len(sentences) > 0 {
		o = o.with("description", strings.Join(sentences, " "))
	}
	if o = append(o, value...); f.IsOld() || f.IsDeprecated {
		o = o.unless(object{{"deprecated", true}})
	}
	switch {
	case isSection:
	case at.secret:
		o = o.with("writeOnly", true)
	case has && !f.Hidden:
		o = o.with("default", def)
	}
	return o
}

// value describes what lies depth lists or maps inside a field.
func (b *builder) value(t *schema.Type, f *schema.Field, depth int, v *schema.Type, at place) object {
	if name := b.names[v]; name != "" {
		return object{{"$ref", "#/$defs/" + name}}
	}
	if depth > 0 {
		b.path.Enter(keypath.Item(0))
		defer b.path.Leave()
	}
	var o object
	switch {
	case v.Kind == schema.Any, innermost(v) == nil:
		return object{}
	case v.Kind == schema.Struct:
		return b.section(v, explain.Defaults(v, nil), at)
	case v.Kind == schema.List:
		at.partial = false // lists are replaced as a whole
		o = object{{"type", list("array", "null")}, {"items", b.value(t, f, depth+1, v.Elem, at)}}
		if v.Go.Kind() == reflect.Array {
			o = o.with("minItems", v.Go.Len()).with("maxItems", v.Go.Len())
		}
	case v.Kind == schema.Map:
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
		o = o.unless(bounds(v.Go))
	}
	if b.Expands && v.Kind == schema.Scalar && len(o) > 0 {
		return object{{"anyOf", list(o, b.share("reference"))}}
	}
	return o
}

// keys describes the names of a map's keys.
func (b *builder) keys(t *schema.Type, asked []rules.Rule) object {
	var o object // any text
	if classOf(t) != aText {
		o = b.scalar(t)
	}
	o, _ = restrict(o, t, asked)
	return o
}

// spellingsOf returns the usual other spellings of a key, as patterns: their case
// and use of "_" and "-" do not count.
func spellingsOf(key string) (all []string) {
	words := strings.FieldsFunc(schema.Snake(key), func(r rune) bool { return r == '_' || r == '-' })
	titles := slices.Clone(words)
	for i, word := range words {
		runes := []rune(word)
		titles[i] = string(unicode.ToUpper(runes[0])) + string(runes[1:])
	}
	pascal := strings.Join(titles, "")
	camel := strings.Join(words[:min(1, len(words))], "") + strings.Join(titles[min(1, len(words)):], "")
	snake, kebab := strings.Join(words, "_"), strings.Join(words, "-")
	for _, s := range []string{snake, kebab, camel, pascal, strings.ToUpper(snake), strings.ToUpper(kebab), strings.Join(words, "")} {
		if quoted := regexp.QuoteMeta(s); s != key && !slices.Contains(all, quoted) {
			all = append(all, quoted)
		}
	}
	return all
}

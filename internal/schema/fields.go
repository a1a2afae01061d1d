package schema

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/problem"
)

// inherited is what a field takes over from the structs and sections around it.
type inherited struct {
	index    []int
	goPath   []string
	input    []string
	types    []reflect.Type // the embedded structs around it, to end recursion
	secret   bool
	restart  bool
	embedder []int  // index of the innermost embedded pointer
	rulesOff bool   // a tag validate:"-" turns rules off
	env      string // "-" if an env tag sets that
}

// structBuilder adds the fields of a struct.
type structBuilder struct {
	*builder
	to      *Type
	clashes []keyClash
}

// keyClash are two fields with one key, on the same level of embedded structs.
type keyClash struct{ first, second *Field }

// buildStruct adds the fields of a struct type to its description.
func (b *builder) buildStruct(t *Type) {
	t.Kind, t.Keyed, t.index = Struct, true, map[string]*Field{}
	s := structBuilder{builder: b, to: t}
	s.fields(t.Go, t.Where, inherited{})
	s.checkRemain()
	for _, c := range s.clashes {
		if t.Field(c.first.Key) == c.first { // no outer field hides both
			s.fault(c.second.Where, fmt.Sprintf("its key %q is also that of %s (case, \"_\" and \"-\" do not count)",
				c.second.Key, strings.Join(c.first.GoPath, ".")))
		}
	}
	t.Names.add(t)
	s.checkRefs()
}

// fields adds the fields of t, which is the struct itself or is embedded in it.
func (s *structBuilder) fields(t reflect.Type, at string, out inherited) {
	for i := range t.NumField() {
		sf := t.Field(i)
		name, tagOpts, _ := strings.Cut(sf.Tag.Get(s.opts.KeyTag), ",")
		if name == "-" {
			continue
		}
		where := at + "." + sf.Name
		options := strings.Split(tagOpts, ",")
		if !sf.IsExported() && (!sf.Anonymous || sf.Type.Kind() != reflect.Struct || name != "") {
			if name != "" || hasTag(sf, "default", "alias", "deprecated") {
				s.fault(where, "it has tags but is not exported, so it can never be set")
			}
			continue
		}
		in := inherited{
			index:    append(slices.Clone(out.index), i),
			goPath:   append(slices.Clone(out.goPath), sf.Name),
			input:    slices.Clone(out.input),
			types:    append(slices.Clone(out.types), t),
			secret:   s.secret(sf, where) || out.secret,
			restart:  s.restart(sf, where) || out.restart,
			rulesOff: out.rulesOff,
			env:      out.env,
			embedder: out.embedder,
		}
		squash := slices.Contains(options, s.opts.SquashOption())
		remain := slices.Contains(options, "remain")
		if isMap := deref(sf.Type).Kind() == reflect.Map; isMap && squash && s.opts.KeyTag != "mapstructure" { // as in yaml
			remain, squash = true, false
			s.to.NotBindable = true
		}
		isStruct := deref(sf.Type).Kind() == reflect.Struct
		_, readsItself := convert.For(deref(sf.Type))
		switch {
		case isStruct && sf.Anonymous && name == "" && !readsItself && isEmpty(deref(sf.Type)):
		case isStruct && !readsItself && (squash || sf.Anonymous && name == ""): // the latter as in encoding/json
			s.inline(sf, where, squash, in)
		case squash && readsItself:
			s.fault(where, "it cannot be inlined by "+s.opts.squashTag()+", as it is read by its own method; give it a key")
		case squash:
			s.fault(where, "only a struct can be inlined by "+s.opts.squashTag()+`; a map for keys that no field has is given the option ",remain"`)
		default:
			s.field(sf, where, name, remain, in)
		}
	}
}

// secret parses the secret tag. A value that is not valid is a fault, so that the field is
// not shown by mistake.
func (b *builder) secret(sf reflect.StructField, where string) bool {
	text, ok := sf.Tag.Lookup("secret")
	if ok && text != "true" && text != "false" {
		b.fault(where, fmt.Sprintf("its tag secret:%q is neither true nor false", text))
	}
	return text == "true"
}

// restart parses the reload tag.
func (b *builder) restart(sf reflect.StructField, where string) bool {
	text, ok := sf.Tag.Lookup("reload")
	if ok && text != "restart" {
		b.fault(where, fmt.Sprintf(`its tag reload:%q is not "restart", the only one there is`, text))
	}
	return ok
}

// hasTag reports whether a field has one of some tags.
func hasTag(sf reflect.StructField, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		_, ok := sf.Tag.Lookup(name)
		return ok
	})
}

// isEmpty reports whether a struct has no field that can be set.
func isEmpty(t reflect.Type) bool {
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() || f.Anonymous && !(deref(f.Type).Kind() == reflect.Struct && isEmpty(deref(f.Type))) {
			return false
		}
	}
	return true
}

func deref(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// inline adds the fields of an embedded struct. Unless that is squashed, mapstructure takes
// their values from a map under the struct's Go name.
func (s *structBuilder) inline(sf reflect.StructField, where string, squash bool, in inherited) {
	t := deref(sf.Type)
	switch {
	case !sf.IsExported() && !squash:
		// mapstructure sets the exported fields of a squashed struct only.
		s.fault(where, `an embedded unexported struct needs the tag `+s.opts.squashTag())
		return
	case slices.Contains(in.types, t):
		s.fault(where, "it embeds itself")
		return
	}
	for _, tag := range []string{"default", "alias", "deprecated"} {
		if hasTag(sf, tag) {
			s.fault(where, problem.Article(tag)+" tag means nothing on an inlined struct; put it on the struct's fields")
		}
	}
	if _, ok := sf.Tag.Lookup("ref"); ok {
		s.fault(where, "a ref tag means nothing on an inlined struct; put it on the struct's fields")
	}
	switch env := sf.Tag.Get("env"); env {
	case "":
	case noVariable:
		in.env = env
	default:
		s.fault(where, "an env tag names no variable on an inlined struct; put it on the struct's fields")
	}
	if !squash {
		in.input = append(in.input, sf.Name)
	}
	if sf.Type.Kind() == reflect.Pointer {
		s.to.NotBindable = true
		in.embedder = in.index
	}
	in.rulesOff = in.rulesOff || sf.Tag.Get("validate") == "-"
	if s.to.Validate == nil && sf.IsExported() && has[validator](t) {
		s.to.Inlined, s.to.NeedsVisit = append(s.to.Inlined, in.index), true
	}
	s.fields(t, where, in)
}

// field adds a field with a key.
func (s *structBuilder) field(sf reflect.StructField, where, name string, remain bool, in inherited) {
	f := &Field{
		Key:      name,
		Pointer:  sf.Type.Kind() == reflect.Pointer,
		Index:    in.index,
		Embedder: in.embedder,
		GoPath:   in.goPath,
		Where:    where,
		Secret:   in.secret || convert.IsSecret(sf.Type),
		Restart:  in.restart,
		Ref:      s.ref(sf, where),
		Desc:     sf.Tag.Get("desc"),
		Env:      cmp.Or(in.env, sf.Tag.Get("env")),
	}
	f.Input = append(slices.Clone(in.input), name)
	if name == "" {
		f.Key = Snake(sf.Name)
		f.Input[len(f.Input)-1] = sf.Name
	}
	f.Rules = ParseRules(sf.Tag.Get("validate"))
	f.Rules.Off = f.Rules.Off || in.rulesOff
	f.Type = s.build(sf.Type, where)
	if text, ok := sf.Tag.Lookup("default"); ok {
		f.HasDefault, f.DefaultText = true, text
		f.Default, f.DefaultErr = f.Type.Kind.ParseText(text)
	}
	if s.oldTags(f, sf.Tag); remain {
		s.remain(f, where)
		return
	}
	fold := Fold(f.Key)
	switch other := s.to.index[fold]; {
	case other == nil:
		f.Ordinal = len(s.to.Fields)
		s.to.index[fold] = f
		s.to.Fields = append(s.to.Fields, f)
	case len(other.GoPath) < len(f.GoPath):
		s.hideField(f)
	case len(other.GoPath) > len(f.GoPath):
		s.hideField(other)
		f.Ordinal = other.Ordinal
		s.to.index[fold], s.to.Fields[f.Ordinal] = f, f
	default:
		s.clashes = append(s.clashes, keyClash{other, f})
	}
}

// hideField drops a field of an embedded struct whose key an outer field has, as in Go.
func (s *structBuilder) hideField(f *Field) {
	s.to.NotBindable = true
	s.to.Names.addHidden(f)
}

// remain makes f the field for keys that no other field has.
func (s *structBuilder) remain(f *Field, where string) {
	switch {
	case f.Type.Kind != Map || f.Type.Go.Key().Kind() != reflect.String || f.Pointer:
		s.fault(where, `",remain" needs a map with string keys`)
	case len(f.Input) > 1:
		s.fault(where, `",remain" in an embedded struct needs ",squash" on that struct`)
	case s.to.Remain != nil:
		s.fault(where, `",remain" is already at `+strings.Join(s.to.Remain.GoPath, "."))
	case f.HasDefault:
		s.fault(where, `a default tag means nothing beside ",remain"`)
	case len(f.Old) > 0 || f.IsDeprecated:
		s.fault(where, `an alias or deprecated tag means nothing beside ",remain"`)
	}
	f.Remains, s.to.Remain = true, f
}

// checkRemain checks that no unknown key can have the name under which mapstructure
// searches for an embedded struct.
func (s *structBuilder) checkRemain() {
	if s.to.Remain == nil {
		return
	}
	for _, f := range s.to.Fields {
		if len(f.Input) > 1 {
			s.fault(s.to.Where+"."+f.Input[0], `beside ",remain", an embedded struct needs the tag `+s.opts.squashTag())
			return
		}
	}
}

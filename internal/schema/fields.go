package schema

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"example.com/lastgood/internal/convert"
)

// outer is the embedded struct whose fields are being inlined.
type outer struct {
	index    []int
	goPath   []string
	input    []string
	types    []reflect.Type // of the embedded structs around, to end recursion
	secret   bool
	restart  bool
	embedder []int // of the innermost embedded pointer
	exempt   bool  // its tag validate:"-" keeps the validator out
}

// fields adds the fields of the struct type t, which is s.Go or embedded in it.
func (b *builder) fields(s *Type, t reflect.Type, at string, out outer) {
	for i := range t.NumField() {
		sf := t.Field(i)
		name, tagOpts, _ := strings.Cut(sf.Tag.Get(b.opts.KeyTag), ",")
		if name == "-" {
			continue
		}
		where := at + "." + sf.Name
		options := strings.Split(tagOpts, ",")
		if !sf.IsExported() && (!sf.Anonymous || sf.Type.Kind() != reflect.Struct || name != "") {
			b.unexported(sf, name, where)
			continue
		}
		in := outer{
			index:    append(slices.Clone(out.index), i),
			goPath:   append(slices.Clone(out.goPath), sf.Name),
			input:    slices.Clone(out.input),
			types:    append(slices.Clone(out.types), t),
			secret:   b.secret(sf, where) || out.secret,
			restart:  b.restart(sf, where) || out.restart,
			exempt:   out.exempt,
			embedder: out.embedder,
		}
		if b.inlined(sf, name, options) {
			b.inline(s, sf, where, slices.Contains(options, b.opts.SquashOption()), in)
			continue
		}
		if slices.Contains(options, b.opts.SquashOption()) && deref(sf.Type).Kind() == reflect.Struct {
			b.fault(where, "it cannot be inlined by "+b.squashTag()+", as it is read from one text")
			continue
		}
		b.field(s, sf, where, name, slices.Contains(options, "remain"), in)
	}
}

// unexported reports a field that looks as if it were meant to be set.
func (b *builder) unexported(sf reflect.StructField, name, where string) {
	if _, hasDefault := sf.Tag.Lookup("default"); name != "" || hasDefault {
		b.fault(where, "it has tags but is not exported, so it can never be set")
	}
}

// secret reads the tag of that name. A value that is not understood must not
// leave a field open.
func (b *builder) secret(sf reflect.StructField, where string) bool {
	text, ok := sf.Tag.Lookup("secret")
	if ok && text != "true" && text != "false" {
		b.fault(where, fmt.Sprintf("its tag secret:%q is neither true nor false", text))
	}
	return text == "true"
}

// restart reads the reload tag.
func (b *builder) restart(sf reflect.StructField, where string) bool {
	text, ok := sf.Tag.Lookup("reload")
	if ok && text != "restart" {
		b.fault(where, fmt.Sprintf(`its tag reload:%q is not "restart", the only one there is`, text))
	}
	return ok
}

// inlined reports whether a struct's keys appear among those of the struct
// around it: as in encoding/json where it is embedded without a name, and where
// mapstructure's ",squash", or ",inline" in other tags, says so.
func (b *builder) inlined(sf reflect.StructField, name string, options []string) bool {
	t := deref(sf.Type)
	if _, scalar := convert.For(t); scalar || t.Kind() != reflect.Struct {
		return false
	}
	return sf.Anonymous && name == "" || slices.Contains(options, b.opts.SquashOption())
}

func deref(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// inline adds the fields of an embedded struct. Unless it is squashed,
// mapstructure looks for their values in a map under the struct's Go name.
func (b *builder) inline(s *Type, sf reflect.StructField, where string, squash bool, in outer) {
	t := deref(sf.Type)
	switch {
	case !sf.IsExported() && !squash:
		// mapstructure sets the exported fields of a squashed struct only.
		b.fault(where, `an embedded unexported struct needs the tag `+b.squashTag())
		return
	case slices.Contains(in.types, t):
		b.fault(where, "it embeds itself")
		return
	}
	if _, ok := sf.Tag.Lookup("default"); ok {
		b.fault(where, "a default tag means nothing on an inlined struct; put it on the struct's fields")
	}
	if !squash {
		in.input = append(in.input, sf.Name)
	}
	if sf.Type.Kind() == reflect.Pointer {
		in.embedder = in.index
	}
	in.exempt = in.exempt || sf.Tag.Get("validate") == "-"
	if !s.Validates && sf.IsExported() && has[validator](t) {
		s.Inlined = append(s.Inlined, in.index)
	}
	b.fields(s, t, where, in)
}

// field adds one key.
func (b *builder) field(s *Type, sf reflect.StructField, where, name string, remain bool, in outer) {
	f := &Field{
		Key:      name,
		Pointer:  sf.Type.Kind() == reflect.Pointer,
		Index:    in.index,
		Embedder: in.embedder,
		GoPath:   in.goPath,
		Secret:   in.secret || convert.IsSecret(sf.Type),
		Restart:  in.restart,
		Desc:     sf.Tag.Get("desc"),
	}
	f.Input = append(slices.Clone(in.input), name)
	if name == "" {
		f.Key = Snake(sf.Name)
		f.Input[len(f.Input)-1] = sf.Name
	}
	f.Rules = ParseRules(sf.Tag.Get("validate"))
	f.Rules.Off = f.Rules.Off || in.exempt
	f.Type = b.build(sf.Type, where)
	if text, ok := sf.Tag.Lookup("default"); ok {
		f.HasDefault, f.DefaultText = true, text
		f.Default, f.DefaultErr = f.Type.ParseText(text)
	}
	if remain {
		b.remain(s, f, where)
		return
	}
	fold := Fold(f.Key)
	if other := s.index[fold]; other != nil {
		b.fault(where, fmt.Sprintf("its key %q is also that of %s (case, \"_\" and \"-\" do not count)",
			f.Key, strings.Join(other.GoPath, ".")))
		return
	}
	f.Ordinal = len(s.Fields)
	s.index[fold] = f
	s.Fields = append(s.Fields, f)
}

func (b *builder) squashTag() string { return b.opts.KeyTag + `:",` + b.opts.SquashOption() + `"` }

// remain makes f the field for the keys that no other field has.
func (b *builder) remain(s *Type, f *Field, where string) {
	switch {
	case f.Type.Kind != Map || f.Type.Go.Key().Kind() != reflect.String || f.Pointer:
		b.fault(where, `",remain" needs a map with string keys`)
	case len(f.Input) > 1:
		b.fault(where, `",remain" in an embedded struct needs ",squash" on that struct`)
	case s.Remain != nil:
		b.fault(where, `",remain" is already at `+strings.Join(s.Remain.GoPath, "."))
	case f.HasDefault:
		b.fault(where, `a default tag means nothing beside ",remain"`)
	}
	f.Remains, s.Remain = true, f
}

// checkRemain makes sure that no unknown key can take the name under which
// mapstructure looks for an embedded struct.
func (b *builder) checkRemain(s *Type, at string) {
	if s.Remain == nil {
		return
	}
	for _, f := range s.Fields {
		if len(f.Input) > 1 {
			b.fault(at+"."+f.Input[0], `beside ",remain", an embedded struct needs the tag `+b.squashTag())
			return
		}
	}
}

package schema

import (
	"encoding"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Options are the names of the struct tags to read.
type Options struct {
	KeyTag string // "mapstructure"
}

// Fault is something wrong with a Go type, found by [Of].
type Fault struct {
	Field   string // Config.Server.Port
	Message string
}

// Of builds the schema of a struct type. All faults of the type are reported.
func Of(t reflect.Type, opts Options) (*Type, []Fault) {
	b := &builder{opts: opts, known: map[reflect.Type]*Type{}}
	if t.Kind() != reflect.Struct || isScalar(t) {
		b.fault(t.String(), "a configuration must be a struct, not "+article(t.Kind().String()))
		return nil, b.faults
	}
	root := b.build(t, t.String())
	if len(b.faults) > 0 {
		return nil, b.faults
	}
	b.mark()
	return root, nil
}

type builder struct {
	opts   Options
	known  map[reflect.Type]*Type // also ends the recursion of recursive types
	order  []*Type
	faults []Fault
}

func (b *builder) fault(field, message string) {
	b.faults = append(b.faults, Fault{field, message})
}

var (
	durationType        = reflect.TypeFor[time.Duration]()
	timeType            = reflect.TypeFor[time.Time]()
	urlType             = reflect.TypeFor[url.URL]()
	bytesType           = reflect.TypeFor[[]byte]()
	textUnmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
	validatorType       = reflect.TypeFor[interface{ Validate() error }]()
)

// isScalar reports whether values of t are written as one text.
func isScalar(t reflect.Type) bool {
	if t == urlType || t == bytesType || reflect.PointerTo(t).Implements(textUnmarshalerType) {
		return true
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return true
	}
	return false
}

// build describes t; at names the place for faults.
func (b *builder) build(t reflect.Type, at string) *Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if known := b.known[t]; known != nil {
		return known
	}
	s := &Type{Go: t, Validates: t.Implements(validatorType) || reflect.PointerTo(t).Implements(validatorType)}
	b.known[t] = s
	b.order = append(b.order, s)
	switch {
	case isScalar(t):
		s.Kind = Scalar
	case t.Kind() == reflect.Struct:
		s.Kind = Struct
		s.index = map[string]*Field{}
		b.fields(s, t, at, outer{})
	case t.Kind() == reflect.Slice, t.Kind() == reflect.Array:
		s.Kind = List
		s.Elem = b.build(t.Elem(), at+"[]")
	case t.Kind() == reflect.Map:
		s.Kind = Map
		if !isScalar(t.Key()) {
			b.fault(at, fmt.Sprintf("a map key must be written as one text, which %s is not", t.Key()))
		}
		s.Key = b.build(t.Key(), at+"[key]")
		s.Elem = b.build(t.Elem(), at+"[]")
	case t.Kind() == reflect.Interface && t.NumMethod() == 0:
		s.Kind = Any
	default:
		b.fault(at, fmt.Sprintf("a configuration cannot hold %s", article(t.String())))
	}
	return s
}

// outer is the embedded struct whose fields are being inlined.
type outer struct {
	index  []int
	goPath []string
	input  []string
	secret bool
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
			if name != "" || sf.Tag.Get("default") != "" {
				b.fault(where, "it has tags but is not exported, so it can never be set")
			}
			continue
		}
		in := outer{
			index:  append(slices.Clone(out.index), i),
			goPath: append(slices.Clone(out.goPath), sf.Name),
			input:  slices.Clone(out.input),
			secret: out.secret || sf.Tag.Get("secret") == "true",
		}
		if inlined(sf, name, options) {
			b.inline(s, sf, where, slices.Contains(options, "squash"), in)
			continue
		}
		b.field(s, sf, where, name, slices.Contains(options, "remain"), in)
	}
}

// inlined reports whether a struct's keys appear among those of the struct
// around it: as in encoding/json where it is embedded without a name, and where
// mapstructure's ",squash" says so.
func inlined(sf reflect.StructField, name string, options []string) bool {
	t := sf.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || isScalar(t) {
		return false
	}
	return sf.Anonymous && name == "" || slices.Contains(options, "squash")
}

// inline adds the fields of an embedded struct. Unless it is squashed,
// mapstructure looks for their values in a map under the struct's Go name.
func (b *builder) inline(s *Type, sf reflect.StructField, where string, squash bool, in outer) {
	t := sf.Type
	if t.Kind() == reflect.Pointer {
		if !sf.IsExported() {
			b.fault(where, "an embedded pointer to an unexported struct can never be set")
			return
		}
		t = t.Elem()
	}
	if !sf.IsExported() {
		// mapstructure sets the exported fields of a squashed struct only.
		if !squash {
			b.fault(where, `an embedded unexported struct needs the tag `+b.opts.KeyTag+`:",squash"`)
			return
		}
	}
	if t == s.Go {
		b.fault(where, "it embeds itself")
		return
	}
	if len(in.index) > maxEmbedding {
		b.fault(where, "structs are embedded too deeply, perhaps in each other")
		return
	}
	if !squash {
		in.input = append(in.input, sf.Name)
	}
	b.fields(s, t, where, in)
}

const maxEmbedding = 20

// field adds one key.
func (b *builder) field(s *Type, sf reflect.StructField, where, name string, remain bool, in outer) {
	f := &Field{
		Key:     name,
		Pointer: sf.Type.Kind() == reflect.Pointer,
		Index:   in.index,
		GoPath:  in.goPath,
		Rules:   sf.Tag.Get("validate"),
		Secret:  in.secret || isSecret(sf.Type),
	}
	f.Input = append(in.input, name)
	if name == "" {
		f.Key = Snake(sf.Name)
		f.Input[len(f.Input)-1] = sf.Name
	}
	f.Type = b.build(sf.Type, where)
	if remain {
		if f.Type.Kind != Map || f.Type.Go.Key().Kind() != reflect.String {
			b.fault(where, "\",remain\" needs a map with string keys")
		}
		if len(f.Input) > 1 {
			b.fault(where, "\",remain\" in an embedded struct needs \",squash\" on that struct")
		}
		s.Remain = f
		return
	}
	if text, ok := sf.Tag.Lookup("default"); ok {
		f.Default = &text
	}
	f.Dive = f.Type.holdsStructs() && !slices.Contains(strings.Split(f.Rules, ","), "dive") && f.Rules != "-"
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

// isSecret reports whether t, or what it points to or lists, keeps its value to
// itself: a type with a method Reveal() string, as config.Secret has.
func isSecret(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	return t.Implements(reflect.TypeFor[interface{ Reveal() string }]())
}

// holdsStructs reports whether t is a list or map, at any depth, of structs.
func (t *Type) holdsStructs() bool {
	if t.Kind != List && t.Kind != Map {
		return false
	}
	for t.Kind == List || t.Kind == Map {
		t = t.Elem
	}
	return t.Kind == Struct
}

// mark sets what a type takes over from those below it. It repeats until nothing
// changes, because types may be recursive.
func (b *builder) mark() {
	for changed := true; changed; {
		changed = false
		for _, t := range b.order {
			if !t.Judged && t.judged() {
				t.Judged, changed = true, true
			}
			if !t.Defaults && t.defaults() {
				t.Defaults, changed = true, true
			}
		}
	}
}

func (t *Type) judged() bool {
	if t.Validates || t.Elem != nil && t.Elem.Judged {
		return true
	}
	return slices.ContainsFunc(t.Fields, func(f *Field) bool { return f.Dive || f.Type.Judged })
}

func (t *Type) defaults() bool {
	return slices.ContainsFunc(t.Fields, func(f *Field) bool {
		return f.Default != nil || f.Type.Kind == Struct && !f.Pointer && f.Type.Defaults
	})
}

// article puts "a" or "an" before a type's name.
func article(name string) string {
	if strings.ContainsRune("aeiou", rune(name[0])) {
		return "an " + name
	}
	return "a " + name
}

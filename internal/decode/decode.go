// Package decode has a private Viper decode a merged tree into a Go value.
//
// Viper gets a map for the top level of the tree and one for each section in it, and in
// these, for every other field, a reference into the tree. Viper's mapstructure binds
// the maps by the struct tags and calls the decode hook of this package for what is in
// them. The hook fills single values, lists, maps and sections further down in place,
// strictly, and returns nil, which ends mapstructure's work on them: nothing is copied,
// and nothing weakly converted.
package decode

import (
	"errors"
	"reflect"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// rootKey is the one key that Viper gets to see. Viper lower-cases keys and splits
// them at dots only in plain maps, and its cost grows with the leaves it knows of,
// faster than linearly with their depth.
const rootKey = "config"

// opaque is a map that Viper hands through as it is, since it looks only into
// plain map[string]any.
type opaque map[string]any

// Decode returns a pointer to a fresh value of the tree's type, with defaults where the
// tree has nothing. What does not fit is reported, all of it, and left zero.
func Decode(r *merge.Report, keyTag string) (value reflect.Value) {
	t := r.Tree.Schema
	value = reflect.New(t.Go)
	defer func() {
		if p := recover(); p != nil {
			r.Add(failure(nil), nil, merge.Value{})
		}
	}()
	d := &decoder{Report: r}
	root := part{field: &schema.Field{Type: t}, value: r.Tree.Root}
	if err := withViper(d.input(&root), value.Interface(), keyTag, d.hook); err != nil {
		r.Add(failure(err), nil, merge.Value{})
	}
	return value
}

// withViper has a private Viper decode input into what into points to.
func withViper(input any, into any, keyTag string, hook mapstructure.DecodeHookFunc) error {
	v := viper.New() // with an option, a program would link all that a Viper can do
	if err := v.MergeConfigMap(map[string]any{rootKey: input}); err != nil {
		return err
	}
	return v.UnmarshalKey(rootKey, into, func(c *mapstructure.DecoderConfig) {
		c.TagName = keyTag
		c.SquashTagOption = schema.Options{KeyTag: keyTag}.SquashOption()
		c.DecodeHook = hook
		c.WeaklyTypedInput = false
		c.DisableUnmarshaler = true
		c.MatchName = func(key, field string) bool { return key == field }
	})
}

// failure reports what mapstructure could not do. The library's text is left out
// because it may quote the value.
func failure(err error) problem.Problem {
	p := problem.Problem{Code: "type", Message: "the value does not fit its Go type"}
	var at *mapstructure.DecodeError
	if errors.As(err, &at) {
		p.Key = at.Name()
	}
	return p
}

// decoder fills the values of one pass.
type decoder struct {
	*merge.Report
	part *part        // that is being filled
	path keypath.Path // from there to the value being filled
}

// part is a piece of the tree on its way through Viper: the value of a field, or of an
// entry of a Remain field.
type part struct {
	field *schema.Field // of the root, only its type
	value merge.Value
	in    *part // the section around it; nil for the root
}

// at returns the path to a part.
func (p *part) at() keypath.Path {
	switch {
	case p.in == nil:
		return nil
	case p.isEntry():
		return append(p.in.at(), keypath.Entry(p.value.Key.Key))
	}
	return append(p.in.at(), keypath.Field(p.field.Key))
}

// isEntry reports whether a part is an entry of a Remain field.
func (p *part) isEntry() bool { return p.field.Remains }

// typ returns the type of a part's value.
func (p *part) typ() *schema.Type {
	if p.isEntry() {
		return p.field.Type.Elem
	}
	return p.field.Type
}

// section returns the map that mapstructure is to bind to a struct of type t. Every
// field has its place in it, if with nil, since mapstructure would go through all keys
// in search of another spelling.
func (d *decoder) section(t *schema.Type, p *part) opaque {
	out := make(opaque, len(t.Fields))
	parts := make([]part, len(t.Fields))
	near, node := 0, p.value.Node
	for i := range node.Children {
		c := &node.Children[i]
		f := t.FieldNear(near, c.Key)
		switch {
		case f != nil && c.Node.Kind != document.Null:
			parts[f.Ordinal] = part{f, p.value.Child(i), p}
			near = f.Ordinal + 1
		case f == nil && t.Remain != nil:
			out[c.Key] = &part{t.Remain, p.value.Child(i), p}
		}
	}
	for i, f := range t.Fields {
		if parts[i].field == nil {
			parts[i] = part{f, absent(f), p}
		}
		place(out, f.Input, d.input(&parts[i]))
	}
	return out
}

// absent returns the value of a field that the tree has nothing for, or one without a
// node.
func absent(f *schema.Field) merge.Value {
	if f.Default == nil && f.Type.Defaults && !f.Pointer { // a pointer's nil says that it is not set
		return merge.Value{Node: &empty, Layer: merge.Default}
	}
	return merge.DefaultOf(f)
}

// empty is a section in which nothing is set.
var empty = document.Node{Kind: document.Map}

// input returns what Viper is handed for a field: a map for the root, and for a section
// at the top level. Those further down are filled by the hook, since each that
// mapstructure binds costs 2 KiB, and so are those that it would not bind right.
func (d *decoder) input(p *part) any {
	t := p.field.Type
	switch {
	case p.value.Node == nil:
		return nil
	case (p.in == nil || p.in.in == nil) && t.Kind == schema.Struct && p.value.Node.Kind == document.Map && !t.Unbound:
		return d.section(t, p)
	}
	return p
}

// place stores a value where mapstructure looks for it.
func place(out opaque, input []string, value any) {
	for _, name := range input[:len(input)-1] {
		inner, _ := out[name].(opaque)
		if inner == nil {
			inner = opaque{}
			out[name] = inner
		}
		out = inner
	}
	out[input[len(input)-1]] = value
}

var partType = reflect.TypeFor[*part]()

// hook is the decode hook. mapstructure calls it at every level, before it does
// anything itself.
func (d *decoder) hook(from, to reflect.Value) (any, error) {
	if from.Type() != partType {
		return from.Interface(), nil
	}
	d.part, d.path = from.Interface().(*part), d.path[:0]
	d.entry(to, d.part.typ(), d.part.value)
	return nil, nil
}

// here returns the path to the value being filled.
func (d *decoder) here() keypath.Path { return d.part.at().Join(d.path) }

func (d *decoder) enter(s keypath.Step) { d.path = append(d.path, s) }
func (d *decoder) leave()               { d.path = d.path[:len(d.path)-1] }

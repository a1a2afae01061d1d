// Package decode has a private Viper decode a merged tree into a Go value.
//
// Viper gets a map for each section of the tree, and in it, for each field that is no
// section, a reference into the tree. Viper's mapstructure binds the sections by the
// struct tags and calls the decode hook of this package for what is in them. The hook
// fills lists, maps and single values in place, strictly, and returns nil, which ends
// mapstructure's work on them: nothing is copied, and nothing weakly converted.
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
	v := viper.New() // with an option, a program would link all that a Viper can do
	err := v.MergeConfigMap(map[string]any{rootKey: d.section(&part{t: t, value: r.Tree.Root})})
	if err == nil {
		err = v.UnmarshalKey(rootKey, value.Interface(), func(c *mapstructure.DecoderConfig) {
			c.TagName = keyTag
			c.SquashTagOption = schema.Options{KeyTag: keyTag}.SquashOption()
			c.DecodeHook = d.hook
			c.WeaklyTypedInput = false
			c.DisableUnmarshaler = true
			c.MatchName = func(key, field string) bool { return key == field }
		})
	}
	if err != nil {
		r.Add(failure(err), nil, merge.Value{})
	}
	return value
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

// part is a piece of the tree on its way through Viper.
type part struct {
	t     *schema.Type
	value merge.Value
	step  keypath.Step
	in    *part // the section around it; nil for the root
}

// at returns the path to a part.
func (p *part) at() keypath.Path {
	if p.in == nil {
		return nil
	}
	return append(p.in.at(), p.step)
}

// section returns the map that mapstructure is to bind to the struct of p. Every field
// has its place in it, if with nil, since mapstructure would go through all keys in
// search of another spelling.
func (d *decoder) section(p *part) opaque {
	t, node := p.t, p.value.Node
	out := make(opaque, len(t.Fields))
	parts := make([]part, len(t.Fields))
	near := 0
	for i := range node.Children {
		key := node.Children[i].Key
		f := t.FieldNear(near, key)
		switch {
		case f != nil && node.Children[i].Node.Kind != document.Null:
			parts[f.Ordinal] = part{f.Type, p.value.Child(i), keypath.Field(f.Key), p}
			near = f.Ordinal + 1
		case f == nil && t.Remain != nil:
			out[key] = d.remain(p, i)
		}
	}
	for i, f := range t.Fields {
		if parts[i].t == nil {
			parts[i] = part{f.Type, absent(f), keypath.Field(f.Key), p}
		}
		put(out, f.Input, d.input(&parts[i]))
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

// input returns what Viper is handed for a part.
func (d *decoder) input(p *part) any {
	switch {
	case p.value.Node == nil:
		return nil
	case p.t.Kind == schema.Struct && p.value.Node.Kind == document.Map && !p.t.Embeds:
		return d.section(p)
	}
	return p
}

// remain returns the part for the i-th key of a section, which no field has.
func (d *decoder) remain(p *part, i int) *part {
	step := keypath.Entry(p.value.Node.Children[i].Key)
	return &part{p.t.Remain.Type.Elem, p.value.Child(i), step, p}
}

// put stores a value where mapstructure looks for it.
func put(out opaque, input []string, value any) {
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
	d.entry(to, d.part.t, d.part.value)
	return nil, nil
}

// here returns the path to the value being filled.
func (d *decoder) here() keypath.Path { return d.part.at().Join(d.path) }

func (d *decoder) enter(s keypath.Step) { d.path = append(d.path, s) }
func (d *decoder) leave()               { d.path = d.path[:len(d.path)-1] }

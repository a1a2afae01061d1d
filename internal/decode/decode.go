// Package decode has a private Viper decode a merged tree into a Go value.
//
// Viper gets a map with a reference into the tree for each field of the value. Viper's
// mapstructure binds them to the fields by the struct tags, and calls the decode hook of
// this package for each. The hook fills the field in place, strictly, and returns nil,
// which ends mapstructure's work on it: nothing is copied, and nothing weakly converted.
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

// opaque is a map that Viper hands through as it is, since it goes only into
// plain map[string]any.
type opaque map[string]any

// Decode returns a pointer to a fresh value of the tree's type, with defaults where the
// tree has nothing. What does not fit is reported, all of it, and left zero. The hooks are
// asked first, for every value.
func Decode(r *merge.Report, keyTag string, hooks []Hook) (value reflect.Value) {
	t := r.Tree.Schema
	value = reflect.New(t.Go)
	found := len(r.Problems)
	defer func() {
		if p := recover(); p != nil {
			r.Add(failure(nil), nil, merge.Value{})
		}
	}()
	d := newDecoder(r, hooks)
	defer func() { r.DropTaken(found, d.taken) }()
	var input any = parts(t, r.Tree.Root)
	if t.Unbound || len(hooks) > 0 {
		input = &part{value: r.Tree.Root}
	}
	if err := withViper(input, value.Interface(), keyTag, binding(d)); err != nil {
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
	path    keypath.Path // to the value being filled
	unknown bool         // of some values only that they are set is known
	hooking
}

func newDecoder(r *merge.Report, hooks []Hook) *decoder {
	d := &decoder{Report: r, unknown: r.Tree.HasUnknown()}
	if len(hooks) > 0 {
		d.hooking = hooking{r, hooks, map[*document.Node]natural{}, map[*document.Node]any{}, map[string]bool{}}
	}
	return d
}

// part is a piece of the tree on its way through Viper: the value of a field, or of an
// entry of a Remain field.
type part struct {
	field *schema.Field // nil for the root
	value merge.Value
}

// step returns the key of a part.
func (p *part) step() keypath.Step {
	if p.field.Remains {
		return keypath.Entry(p.value.Key.Key)
	}
	return keypath.Field(p.field.Key)
}

// typ returns the type of a part's value.
func (p *part) typ() *schema.Type {
	if p.field.Remains {
		return p.field.Type.Elem
	}
	return p.field.Type
}

// parts returns the map that mapstructure is to bind to a struct of type t. Every field
// has its place in it, if with nil, since mapstructure would go through all keys in
// search of another spelling. The hook fills sections, too: each that mapstructure binds
// costs 2 KiB.
func parts(t *schema.Type, v merge.Value) opaque {
	out := make(opaque, len(t.Fields))
	fields := make([]part, len(t.Fields))
	near := 0
	for i := range v.Node.Children {
		c := &v.Node.Children[i]
		f := t.FieldNear(near, c.Key)
		switch {
		case f != nil && c.Node.Kind != document.Null:
			fields[f.Ordinal] = part{f, v.Child(i)}
			near = f.Ordinal + 1
		case f == nil && t.Remain != nil:
			out[c.Key] = &part{t.Remain, v.Child(i)}
		}
	}
	for i, f := range t.Fields {
		p := &fields[i]
		if p.field == nil {
			*p = part{f, absent(f)}
		}
		if p.value.Node == nil {
			put(out, f.Input, nil)
		} else {
			put(out, f.Input, p)
		}
	}
	return out
}

// absent returns the value of a field that the tree has nothing for, or one without a
// node.
func absent(f *schema.Field) merge.Value {
	if f.Default == nil && f.Type.Defaults && !f.Pointer { // a nil pointer is not set
		return merge.Value{Node: &empty, Layer: merge.Default}
	}
	return merge.DefaultOf(f)
}

// empty is a section in which nothing is set.
var empty = document.Node{Kind: document.Map}

// put stores a value where mapstructure takes it from.
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

// binding returns the decode hook. mapstructure calls it at every level, before it does
// anything itself.
func binding(d *decoder) mapstructure.DecodeHookFuncValue {
	return func(from, to reflect.Value) (any, error) {
		if from.Type() != partType {
			return from.Interface(), nil
		}
		p := from.Interface().(*part)
		if p.field == nil {
			d.path = d.path[:0]
			d.entry(to, d.Tree.Schema, p.value)
			return nil, nil
		}
		d.path = append(d.path[:0], p.step())
		d.entry(to, p.typ(), p.value)
		return nil, nil
	}
}

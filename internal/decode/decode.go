// Package decode decodes a merged tree into a Go value, by means of a private Viper.
//
// Viper is given a map that has, for each field of the value, a reference into the tree.
// Viper's mapstructure binds these to the fields by the struct tags, and calls the decode
// hook of this package for each. The hook fills the field in place, strictly, and returns
// nil, after which mapstructure does nothing more with the field: nothing is copied, and
// nothing is weakly converted.
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

// rootKey is the only key that Viper is given. Viper lower-cases keys and splits them at
// dots only in plain maps, and its cost grows faster than linearly with the depth of the
// leaves that it has.
const rootKey = "config"

// opaque is a map that Viper passes on unchanged: Viper descends only into the unnamed
// map[string]any.
type opaque map[string]any

// Decode returns a pointer to a new value of the tree's type, with defaults where the tree
// sets nothing. All values that cannot be decoded are added to r and left zero. The
// caller's hooks are called first, for every value. A struct field's key is in the tag
// keyTag.
func Decode(r *merge.Report, keyTag string, hooks []Hook) (value reflect.Value) {
	t := r.Tree.Schema
	value = reflect.New(t.Go)
	found := len(r.Problems)
	defer func() {
		if p := recover(); p != nil {
			r.Add(mapstructureProblem(nil), nil, merge.Value{})
		}
	}()
	d := newDecoder(r, hooks)
	defer func() { r.DropTaken(found, d.taken) }()
	var input any = structInput(t, r.Tree.Root)
	if t.NotBindable || len(hooks) > 0 {
		input = &part{value: r.Tree.Root}
	}
	if err := withViper(input, value.Interface(), keyTag, decodeHook(d)); err != nil {
		r.Add(mapstructureProblem(err), nil, merge.Value{})
	}
	return value
}

// withViper decodes input into the value that into points to, with a private Viper.
func withViper(input any, into any, keyTag string, hook mapstructure.DecodeHookFunc) error {
	v := viper.New() // NewWithOptions would make the linker keep all of Viper
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

// mapstructureProblem returns the problem of an error by mapstructure. The error's text is
// left out because it may quote the value.
func mapstructureProblem(err error) problem.Problem {
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
	path    keypath.Path // of the value that is being filled
	unknown bool         // the content of some values is unknown
	hookState
}

func newDecoder(r *merge.Report, hooks []Hook) *decoder {
	d := &decoder{Report: r, unknown: r.Tree.HasUnknown()}
	if len(hooks) > 0 {
		d.hookState = hookState{r, hooks, map[*document.Node]hookInput{}, map[*document.Node]any{}, map[string]bool{}}
	}
	return d
}

// part is a piece of the tree that is passed through Viper: the value of a field, or of an
// entry of the remain field.
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

// structInput returns the map that mapstructure binds to a struct of type t. It has an
// entry for every field, even if that is nil, since mapstructure would search all keys for
// another spelling of a missing one. Sections are one part, which the hook fills: each
// section that mapstructure binds costs 2 KiB.
func structInput(t *schema.Type, v merge.Value) opaque {
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
			*p = part{f, defaultOf(f)}
		}
		if p.value.Node == nil {
			putInput(out, f.Input, nil)
		} else {
			putInput(out, f.Input, p)
		}
	}
	return out
}

// defaultOf returns the value of a field that the tree does not set: its default tag, an
// empty section if fields in it have defaults, or a value without a node.
func defaultOf(f *schema.Field) merge.Value {
	if f.Default == nil && f.Type.Defaults && !f.Pointer { // a nil pointer is not set
		return merge.Value{Node: &empty, Layer: merge.Default}
	}
	return merge.DefaultOf(f)
}

// empty is a section that sets nothing.
var empty = document.Node{Kind: document.Map}

// putInput stores a value under the names by which mapstructure finds the field.
func putInput(out opaque, input []string, value any) {
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

// decodeHook returns the decode hook, which mapstructure calls at every level before it
// does anything else.
func decodeHook(d *decoder) mapstructure.DecodeHookFuncValue {
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

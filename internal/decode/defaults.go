package decode

import (
	"fmt"
	"reflect"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// CheckDefaults returns a problem for each default tag at or below a struct type that
// cannot be decoded into its field, with the caller's hooks.
func CheckDefaults(root *schema.Type, hooks []Hook) []problem.Problem {
	var faults []problem.Problem
	for t := range root.Types() {
		for _, f := range t.Fields {
			if !f.HasDefault {
				continue
			}
			fault := func(message string) {
				what := fmt.Sprintf("its default %q: ", f.DefaultText)
				if f.Hidden || f.Type.Secrets {
					what = "its default: "
				}
				faults = append(faults, schema.Fault(f.Where, what+message))
			}
			if f.DefaultErr != nil {
				fault(f.DefaultErr.Error())
				continue
			}
			for _, p := range CheckValue(f, *f.Default, hooks) {
				fault(p.Message)
			}
		}
	}
	return faults
}

// CheckValue decodes a value of a field on its own and returns the problems with it.
func CheckValue(f *schema.Field, value document.Node, hooks []Hook) []problem.Problem {
	t := schema.SingleField(f)
	root := document.Node{Kind: document.Map, Children: []document.Child{{Key: f.Key, Node: value}}}
	layer := &layers.Layer{Root: &root}
	if problems := layer.Rename(t); len(problems) > 0 {
		return problems
	}
	r := merge.Merge(t, []*layers.Layer{layer}, merge.Options{Hooks: len(hooks) > 0})
	if found := len(r.Problems); len(r.Tree.Root.Node.Children) > 0 {
		d := newDecoder(r, hooks)
		decodeField(d, f, r.Tree.Root.Child(0))
		r.DropTaken(found, d.taken)
	}
	return r.Problems
}

// Field decodes v into a new value of the field f of the root, without hooks. What is wrong
// with it is added to r.
func Field(r *merge.Report, f *schema.Field, v merge.Value) reflect.Value {
	return decodeField(newDecoder(r, nil), f, v)
}

func decodeField(d *decoder, f *schema.Field, v merge.Value) reflect.Value {
	d.path = keypath.Path{keypath.Field(f.Key)}
	dst := reflect.New(f.Type.Go).Elem()
	d.value(dst, f.Type, v)
	return dst
}

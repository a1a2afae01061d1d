package decode

import (
	"reflect"
	"strings"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/value"
)

// anyValue returns the Go value for a field of type any: the one that the node's kind
// suggests, where a null is nil. It returns false if there is none, which it reported.
func (d *decoder) anyValue(v merge.Value) (any, bool) {
	if native := d.Tree.NativeValue(v); native != nil {
		return value.Copy(reflect.ValueOf(native)).Interface(), true
	}
	if reportMask(d.Report, d.path, schema.AnyScalar(), v) {
		return nil, false
	}
	var number any
	var miss *convert.Mismatch
	switch n := v.Node; n.Kind {
	case document.Map:
		m := make(map[string]any, len(n.Children))
		for i := range n.Children {
			d.path.Enter(keypath.Entry(n.Children[i].Key))
			m[n.Children[i].Key], _ = d.anyValue(v.Child(i))
			d.path.Leave()
		}
		return m, true
	case document.List:
		l := make([]any, len(n.Children))
		for i := range n.Children {
			d.path.Enter(keypath.Item(i))
			l[i], _ = d.anyValue(v.Child(i))
			d.path.Leave()
		}
		return l, true
	case document.Null:
		return nil, true
	case document.Bool:
		return strings.EqualFold(n.Text, "true"), true
	case document.Int:
		number, miss = convert.Int(n.Text)
	case document.Float:
		number, miss = convert.Float(n.Text)
	case document.Time:
		if at, miss := convert.Time(n.Text); miss == nil {
			return at, true
		}
		return n.Text, true
	default:
		return n.Text, true
	}
	if miss != nil {
		d.Mismatch(d.path, v, nil, *miss)
		return nil, false
	}
	return number, true
}

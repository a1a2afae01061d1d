package merge

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/value"
)

// Natural returns a value as Viper's codec for its format would have decoded it, in new
// maps and lists. A secret is returned as its text.
func (t *Tree) Natural(v Value) any {
	if native := t.NativeValue(v); native != nil {
		if text, ok := convert.Reveal(reflect.ValueOf(native)); ok {
			return text
		}
		return value.Copy(reflect.ValueOf(native)).Interface()
	}
	switch n := v.Node; n.Kind {
	case document.Map, document.List:
		return children(v, t.Natural)
	case document.Null:
		return nil
	case document.Bool:
		return strings.EqualFold(n.Text, "true")
	case document.Int, document.Float, document.Time:
		if read, miss := number(t.Format(v), n); miss == nil {
			return read
		}
	}
	return v.Node.Text // a text field accepts a number that is out of range
}

// children returns the map or list v with its children converted by each.
func children(v Value, each func(Value) any) any {
	n := v.Node
	if n.Kind == document.List {
		l := make([]any, len(n.Children))
		for i := range l {
			l[i] = each(v.Child(i))
		}
		return l
	}
	m := make(map[string]any, len(n.Children))
	for i := range n.Children {
		m[n.Children[i].Key] = each(v.Child(i))
	}
	return m
}

// Written returns a value as its document has it, before references are resolved. A value
// that is the path of a file is masked. A secret is returned as its text.
func (t *Tree) Written(v Value) any {
	if from := t.Source(v); from != nil {
		if from.File {
			return redact.Mask
		}
		return from.Written
	}
	switch n := v.Node; n.Kind {
	case document.Map, document.List:
		return children(v, t.Written)
	case document.Null:
		return nil
	case document.Bool:
		return strings.EqualFold(n.Text, "true")
	case document.Int:
		if i, err := strconv.ParseInt(n.Text, 0, 64); err == nil {
			return i
		}
	}
	return v.Node.Text
}

// number returns a number or a time as the codec of a format decodes it.
func number(format document.Format, n *document.Node) (any, *convert.Mismatch) {
	switch {
	case format == document.TOML && n.Kind == document.Time:
		var c struct{ V any }
		if err := toml.Unmarshal([]byte("V = "+n.Text), &c); err == nil { // go-toml has its own types for times
			return c.V, nil
		}
	case n.Kind == document.Float, format == document.JSON:
		return convert.Float(n.Text)
	case n.Kind == document.Int:
		read, miss := convert.Int(n.Text)
		if i, ok := read.(int); ok && format == document.TOML {
			return int64(i), nil
		}
		return read, miss
	}
	return convert.Time(n.Text)
}

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

// Natural returns the value that Viper's codec would have read, in maps and lists of its
// own. A secret is its text.
func (t *Tree) Natural(v Value) any {
	if given := t.Given(v); given != nil {
		if text, ok := convert.Reveal(reflect.ValueOf(given)); ok {
			return text
		}
		return value.Copy(reflect.ValueOf(given)).Interface()
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
	return v.Node.Text // a field of text may have what is no number
}

// children returns a map or list of what each makes of its entries or items.
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

// Written returns a value as it may be shown where texts in it come from elsewhere: as its
// document has it, but for what is in a file. A secret is its text.
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

// number returns a number or a time as the codec of a format reads it.
func number(format document.Format, n *document.Node) (any, *convert.Mismatch) {
	switch {
	case format == document.TOML && n.Kind == document.Time:
		var c struct{ V any }
		if err := toml.Unmarshal([]byte("V = "+n.Text), &c); err == nil { // with types of its own
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

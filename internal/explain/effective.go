package explain

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/value"
)

// Effective returns the sum of the keys and values of all settings that a tree was decoded
// to, as part of what r runs. A secret enters as [redact.Sum16] of it.
func Effective(r *guard.Running, tree *merge.Tree, v reflect.Value) [sha256.Size]byte {
	var text []byte
	found := merge.Lookup(tree)
	l := &lister{running: r, tree: tree, emit: func(at leaf) {
		shown := found.MaskPath(at.path)
		for i, s := range at.path {
			if shown[i] != s { // shown is a copy
				shown[i].Key = redact.Sum16(s.Key)
			}
		}
		text = strconv.AppendQuote(text, shown.String())
		text = append(appendEffective(append(text, ' '), r, tree, at), '\n')
	}}
	l.section(tree.Schema, v, tree.Root, leaf{})
	return sha256.Sum256(text)
}

// appendEffective appends a value as it is shown, and sums of what is not shown of it.
func appendEffective(to []byte, r *guard.Running, tree *merge.Tree, at leaf) []byte {
	if slices.ContainsFunc(tree.Sources(at.in), (*layers.Source).IsSecret) { // it has what is shown nowhere
		return appendSums(append(to, redact.Mask...), tree, at.in)
	}
	s := renderer{running: r}
	rendered := s.render(at.t, at.value, at.secret)
	shown, err := json.Marshal(rendered)
	if err != nil {
		shown = fmt.Append(nil, rendered)
	}
	to = append(to, shown...)
	v := at.value
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	switch written := at.in.Node != nil && tree.NativeValue(at.in) == nil && hasText(at.in.Node); {
	case s.partly && written: // as in the sum of a document
		return appendSums(to, tree, at.in)
	case s.partly:
		return appendValueSums(to, r, v, nil)
	}
	if text, ok := basicText(v); ok && v.Type().PkgPath() != "" { // a method of its type may have shown it, and not all of it
		to = append(to, redact.Sum16(text)...)
	}
	return to
}

func hasText(n *document.Node) bool {
	return n.Text != "" || slices.ContainsFunc(n.Children, func(c document.Child) bool { return hasText(&c.Node) })
}

// appendSums appends the sums of all keys and texts of a value: those that its document has,
// and those that it has from elsewhere.
func appendSums(to []byte, tree *merge.Tree, v merge.Value) []byte {
	n := v.Node
	switch from := tree.Source(v); {
	case from != nil && (!from.File || len(from.Values) > 0):
		if !from.File {
			to = append(to, redact.Sum16(from.Written)...)
		}
		for _, value := range from.Values {
			to = append(to, redact.Sum16(value)...)
		}
		return to
	case len(n.Children) == 0:
		return append(to, redact.Sum16(n.Text)...)
	}
	order := make([]int, len(n.Children))
	for i := range order {
		order[i] = i
	}
	if n.Kind == document.Map {
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(n.Children[a].Key, n.Children[b].Key) })
	}
	for _, i := range order {
		to = appendSums(append(to, redact.Sum16(n.Children[i].Key)...), tree, v.Child(i))
	}
	return to
}

// appendValueSums appends the sums of all keys and texts of a value that no text was
// written for.
func appendValueSums(to []byte, r *guard.Running, v reflect.Value, trail value.Trail) []byte {
	var text string
	var ok bool
	if failed := r.Call(&guard.Func{Name: "Reveal", Type: v.Type()}, func() { text, ok = convert.Reveal(v) }); failed == nil && ok {
		return append(to, redact.Sum16(text)...)
	}
	if text, ok := basicText(v); ok {
		return append(to, redact.Sum16(text)...)
	}
	if !trail.Enter(v) {
		return to
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return appendValueSums(to, r, v.Elem(), trail)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			to = appendValueSums(to, r, v.Index(i), trail)
		}
	case reflect.Map:
		for _, e := range value.Entries(r, v) {
			to = appendValueSums(append(to, redact.Sum16(e.Step.Key)...), r, e.Value, trail)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				to = appendValueSums(to, r, v.Field(i), trail)
			}
		}
	}
	return to
}

// basicText returns the text of a value that is one by its kind, whatever its methods.
func basicText(v reflect.Value) (string, bool) {
	switch {
	case v.Kind() == reflect.String:
		return v.String(), true
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		return string(v.Bytes()), true
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool()), true
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10), true
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10), true
	case v.CanFloat():
		return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits()), true
	}
	return "", false
}

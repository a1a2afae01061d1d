package describe

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
)

// object is a JSON object whose members keep their order, so that a schema reads
// like the Go type it is made from.
type object []member

type member struct {
	name  string
	value any
}

// with adds a member.
func (o object) with(name string, value any) object { return append(o, member{name, value}) }

// and adds the members of other. Of two bounds the narrower one stays; what else
// would be replaced goes into an "allOf".
func (o object) and(other object) object {
	o = slices.Clone(o)
	var clashing object
	for _, m := range other {
		at := slices.IndexFunc(o, func(n member) bool { return n.name == m.name })
		if at < 0 {
			o = append(o, m)
			continue
		}
		if bound, ok := narrower(m.name, o[at].value, m.value); ok {
			o[at].value = bound
		} else {
			clashing = append(clashing, m)
		}
	}
	if len(clashing) == 0 {
		return o
	}
	if at := slices.IndexFunc(o, func(n member) bool { return n.name == "allOf" }); at >= 0 {
		o[at].value = append(slices.Clone(o[at].value.([]any)), clashing)
		return o
	}
	return o.with("allOf", []any{clashing})
}

// narrower returns the narrower of two values of a keyword that is a bound.
func narrower(keyword string, a, b any) (int64, bool) {
	m, isInt := a.(int64)
	n, areInts := b.(int64)
	switch {
	case !isInt || !areInts:
		return 0, false
	case strings.HasPrefix(keyword, "min"):
		return max(m, n), true
	case strings.HasPrefix(keyword, "max"):
		return min(m, n), true
	}
	return 0, false
}

// encode renders a value as JSON, indented, with lists of scalars on one line.
func encode(value any) []byte {
	var b bytes.Buffer
	write(&b, value, "\n")
	b.WriteByte('\n')
	return b.Bytes()
}

// write writes a value; newline is what begins a line at its indentation.
func write(b *bytes.Buffer, value any, newline string) {
	inner := newline + "  "
	switch value := value.(type) {
	case object:
		if len(value) == 0 {
			b.WriteString("{}")
			return
		}
		for i, m := range value {
			b.WriteByte("{,"[min(i, 1)])
			b.WriteString(inner)
			b.Write(scalar(m.name))
			b.WriteString(": ")
			write(b, m.value, inner)
		}
		b.WriteString(newline + "}")
	case []any:
		if !slices.ContainsFunc(value, isObject) {
			parts := make([]string, len(value))
			for i := range value {
				parts[i] = string(scalar(value[i]))
			}
			b.WriteString("[" + strings.Join(parts, ", ") + "]")
			return
		}
		for i, item := range value {
			b.WriteByte("[,"[min(i, 1)])
			b.WriteString(inner)
			write(b, item, inner)
		}
		b.WriteString(newline + "]")
	default:
		b.Write(scalar(value))
	}
}

func isObject(value any) bool { _, is := value.(object); return is }

// scalar renders a value on one line. JSON has no word for an infinite number,
// which is a text here.
func scalar(value any) []byte {
	if f, ok := value.(float64); ok && (math.IsInf(f, 0) || math.IsNaN(f)) {
		value = fmt.Sprint(f)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(value) != nil { // an infinite number inside a list or map
		return scalar(fmt.Sprint(value))
	}
	return bytes.TrimSpace(b.Bytes())
}

// list makes a JSON list of any values.
func list[T any](items ...T) []any {
	all := make([]any, len(items))
	for i := range items {
		all[i] = items[i]
	}
	return all
}

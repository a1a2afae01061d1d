package describe

import (
	"bytes"
	"encoding/json"
	"fmt"
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

// and adds the members of others, or lists those in "allOf" that have a name which is taken.
func (o object) and(others ...object) object {
	var clashing []any
	for _, other := range others {
		if slices.ContainsFunc(other, func(m member) bool { return o.has(m.name) }) {
			clashing = append(clashing, other)
		} else {
			o = append(o, other...)
		}
	}
	if len(clashing) > 0 {
		o = o.with("allOf", clashing)
	}
	return o
}

// unless adds the members of other whose names are not taken.
func (o object) unless(other object) object {
	for _, m := range other {
		if !o.has(m.name) {
			o = append(o, m)
		}
	}
	return o
}

func (o object) has(name string) bool {
	return slices.ContainsFunc(o, func(m member) bool { return m.name == name })
}

// write writes a value, with lists of scalars on one line; newline is what begins a line at
// its indentation.
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
			b.WriteString(inner + scalar(m.name) + ": ")
			write(b, m.value, inner)
		}
		b.WriteString(newline + "}")
	case []any:
		if !slices.ContainsFunc(value, func(item any) bool { _, is := item.(object); return is }) {
			parts := make([]string, len(value))
			for i := range value {
				parts[i] = scalar(value[i])
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
		b.WriteString(scalar(value))
	}
}

// scalar renders a value as JSON on one line. What JSON has no word for, such as an
// infinite number, is a text.
func scalar(value any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(value) != nil {
		return scalar(fmt.Sprint(value))
	}
	return strings.TrimSpace(b.String())
}

// list makes a JSON list of any values.
func list[T any](items ...T) []any {
	all := make([]any, len(items))
	for i := range items {
		all[i] = items[i]
	}
	return all
}

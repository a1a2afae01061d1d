package sample

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
)

// YAML writes a configuration as people do: blocks, plain texts where they can be,
// short lists on one line.
func YAML(config any) []byte {
	var b strings.Builder
	writeYAML(&b, reflect.Indirect(reflect.ValueOf(config)), "")
	return []byte(b.String())
}

func writeYAML(b *strings.Builder, section reflect.Value, indent string) {
	for _, e := range entries(section) {
		v := reflect.Indirect(e.value)
		switch {
		case !v.IsValid():
		case isSection(v.Type()):
			fmt.Fprintf(b, "%s%s:\n", indent, e.key)
			writeYAML(b, v, indent+"  ")
		case isSections(v.Type()):
			fmt.Fprintf(b, "%s%s:\n", indent, e.key)
			for i := range v.Len() {
				var item strings.Builder
				writeYAML(&item, v.Index(i), indent+"    ")
				b.WriteString(indent + "  - " + strings.TrimPrefix(item.String(), indent+"    "))
			}
		default:
			fmt.Fprintf(b, "%s%s: %s\n", indent, e.key, scalar(v, yamlText))
		}
	}
}

// plain matches texts that YAML reads as such without quotes.
var plain = regexp.MustCompile(`^[a-z/][a-z0-9 ./:_-]*$`)

func yamlText(s string) string {
	if plain.MatchString(s) && s != "true" && s != "false" && s != "null" {
		return s
	}
	return fmt.Sprintf("%q", s)
}

// entry is a key of a section.
type entry struct {
	key   string
	value reflect.Value
}

// entries returns the keys of a struct, in its order, or of a map, sorted.
func entries(section reflect.Value) []entry {
	var all []entry
	if section.Kind() == reflect.Struct {
		for i, f := range slices.Collect(section.Type().Fields()) {
			all = append(all, entry{f.Tag.Get("mapstructure"), section.Field(i)})
		}
		return all
	}
	for it := section.MapRange(); it.Next(); {
		all = append(all, entry{it.Key().String(), it.Value()})
	}
	slices.SortFunc(all, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	return all
}

func isSection(t reflect.Type) bool { return t.Kind() == reflect.Struct || t.Kind() == reflect.Map }

// isSections tells lists of sections.
func isSections(t reflect.Type) bool { return t.Kind() == reflect.Slice && isSection(t.Elem()) }

// scalar writes a value that fits on a line; text writes a string.
func scalar(v reflect.Value, text func(string) string) string {
	switch {
	case v.Type() == reflect.TypeFor[time.Duration]():
		return text(v.Interface().(time.Duration).String())
	case v.Kind() == reflect.String:
		return text(v.String())
	case v.Kind() == reflect.Slice:
		items := make([]string, v.Len())
		for i := range items {
			items[i] = scalar(v.Index(i), text)
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	return fmt.Sprint(v)
}

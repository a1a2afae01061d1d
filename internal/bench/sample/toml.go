package sample

import (
	"fmt"
	"reflect"
	"strings"
)

// TOML writes a configuration as TOML: tables, and arrays of tables.
func TOML(config any) []byte {
	var b strings.Builder
	writeTOML(&b, reflect.Indirect(reflect.ValueOf(config)), "")
	return []byte(b.String())
}

// writeTOML writes the values of a section first, since a table ends with the next.
func writeTOML(b *strings.Builder, section reflect.Value, prefix string) {
	for _, e := range entries(section) {
		if t := e.value.Type(); !isSection(t) && !isSections(t) {
			fmt.Fprintf(b, "%s = %s\n", e.key, scalar(e.value, quoted))
		}
	}
	for _, e := range entries(section) {
		switch t := e.value.Type(); {
		case isSection(t):
			fmt.Fprintf(b, "\n[%s%s]\n", prefix, e.key)
			writeTOML(b, e.value, prefix+e.key+".")
		case isSections(t):
			for i := range e.value.Len() {
				fmt.Fprintf(b, "\n[[%s%s]]\n", prefix, e.key)
				writeTOML(b, e.value.Index(i), prefix+e.key+".")
			}
		}
	}
}

func quoted(s string) string { return fmt.Sprintf("%q", s) }

// In writes a configuration in a format: yaml or toml.
func In(config any, format string) []byte {
	if format == "toml" {
		return TOML(config)
	}
	return YAML(config)
}

//go:build unix

package config_test

import (
	"fmt"
	"reflect"
	"testing"

	"example.com/lastgood/internal/describe"
	tree "example.com/lastgood/internal/document"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/source"
)

// wide returns types with n fields, F0 and so on, with these tags, in which %d is the
// number of the field.
func wide(tags string) func(n int) reflect.Type {
	return func(n int) reflect.Type { return structOf(n, reflect.TypeFor[int](), tags) }
}

func structOf(n int, field reflect.Type, tags string) reflect.Type {
	fields := make([]reflect.StructField, n)
	for i := range fields {
		fields[i] = reflect.StructField{Name: fmt.Sprint("F", i), Type: field,
			Tag: reflect.StructTag(fmt.Sprintf(`mapstructure:"f%d" `, i) + of(tags)(i))}
	}
	return reflect.StructOf(fields)
}

// maxFields is the maximum number of fields of a type, since reflect is slow with more.
const maxFields = 16_000

// limited is a shape whose cost outside of the library allows no more.
func limited(most int, s shape) shape {
	s.most = most
	return s
}

// typeShapes are types with many fields. Rules that name other fields are left out: for
// each, the validator copies the struct and searches its fields, whatever is in a file.
func typeShapes() []shape {
	over := func(name, code string, t func(n int) reflect.Type, text func(n int) string) shape {
		return limited(maxFields, shape{name: name, setUp: func(tb testing.TB, n int) func() {
			l := newLoader(tb, t(n), load.Options{})
			return passOver(tb, l, []source.Document{{Path: "/etc/app/c.yaml", Data: []byte(text(n))}}, code)
		}})
	}
	describing := func(name string, t func(n int) reflect.Type, what func(describe.Subject)) shape {
		return limited(maxFields, shape{name: name, setUp: func(tb testing.TB, n int) func() {
			l := newLoader(tb, t(n), load.Options{Env: &load.Env{EnvOptions: layers.EnvOptions{Prefix: "APP"}}})
			s := describe.Subject{Loader: l, Name: "Config"}
			return func() { what(s) }
		}})
	}
	sections := func(n int) reflect.Type { return structOf(n, reflect.TypeFor[ruledOne](), `validate:"required"`) }
	judges := func(n int) reflect.Type { return structOf(n, reflect.TypeFor[judgedOne](), "") }
	ruled := wide(`validate:"gt=0" default:"1" desc:"the field %d"`)
	schema := func(s describe.Subject) { s.JSONSchema() }
	sample := func(s describe.Subject) { s.Sample(tree.YAML); s.Sample(tree.TOML) }
	variables := func(s describe.Subject) { s.Variables() }
	return []shape{
		over("types/fields", "", wide(""), many("", "f%d: 1")),
		over("types/fields-not-set", "", wide(""), func(int) string { return "f0: 1" }),
		over("types/defaults", "", wide(`default:"1"`), func(int) string { return "f0: 1" }),
		over("types/unknown-keys", "unknown_key", wide(""), many("", "u%d: 1")),
		over("types/wrong-types", "type", wide(""), many("", "f%d: x")),
		over("types/rules", "gt", wide(`validate:"gt=0"`), many("", "f%d: -1")),
		over("types/rules-of-default", "gt", wide(`validate:"gt=0" default:"-1"`), func(int) string { return "f0: -1" }),
		over("types/required", "required", wide(`validate:"required"`), func(int) string { return "{}" }),
		over("types/sections", "required", sections, func(int) string { return "f0: {port: 1}" }),
		over("types/validate", "check", judges, many("", "f%d: {port: 1}")),
		over("types/restart", "", wide(`reload:"restart"`), many("", "f%d: 1")),
		over("types/old-keys", "", wide(`alias:"old%d"`), many("", "old%d: 1")),
		over("types/old-keys-not-set", "", wide(`alias:"old%d"`), many("", "f%d: 1")),
		over("types/old-paths", "", wide(`alias:".old.f%d"`), many("old:\n", "  f%d: 1")),
		over("types/old-keys-twice", "duplicate_key", wide(`alias:"old%d"`), many("", "f%d: 1\nold%d: 1")),
		over("types/old-paths-twice", "duplicate_key", wide(`alias:".old.f%d"`), func(n int) string { return many("", "f%d: 1")(n) + "\n" + many("old:\n", "  f%d: 1")(n) }),
		over("types/old-paths-unknown", "unknown_key", wide(`alias:".old.f%d"`), many("old:\n", "  u%d: 1")),
		over("types/deprecated", "", wide(`deprecated:"use another"`), many("", "f%d: 1")),
		describing("describe/schema", ruled, schema),
		describing("describe/schema-of-sections", sections, schema),
		describing("describe/sample", ruled, sample),
		describing("describe/sample-of-required", wide(`validate:"required,gt=3"`), sample),
		describing("describe/sample-of-sections", sections, sample),
		describing("describe/variables", ruled, variables),
	}
}

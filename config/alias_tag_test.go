package config_test

import (
	"reflect"
	"strconv"
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/source"
)

// aliased is a struct with a field of an alias tag.
func aliased(tag string) reflect.Type {
	section := reflect.StructOf([]reflect.StructField{{Name: "Inner", Type: reflect.TypeFor[string](), Tag: reflect.StructTag("alias:" + strconv.Quote(tag))}, {Name: "Other", Type: reflect.TypeFor[int]()}})
	return reflect.StructOf([]reflect.StructField{{Name: "Section", Type: section}, {Name: "Port", Type: reflect.TypeFor[int]()}})
}

// checkTag returns the faults of a type with an alias tag, as Check does.
func checkTag(tag string) error {
	_, faults := load.New(aliased(tag), load.Options{})
	if len(faults) == 0 {
		return nil
	}
	e := &config.Error{}
	for _, f := range faults {
		e.Problems = append(e.Problems, config.Problem{Code: f.Code, Message: f.Message})
	}
	return e
}

// FuzzAlias loads documents by a type with any alias tag: each of its keys sets the field, or
// is a fault, and never is a document accepted whose value is lost.
func FuzzAlias(f *testing.F) {
	for _, tag := range []string{"a", ".a", "a .b.c .section.x", ".section.other", ".port", "a.b", "..", ". a", "é", "A a", ".x-y.z_w", `"`, "\x00", ".section", "section"} {
		f.Add(tag)
	}
	f.Fuzz(func(t *testing.T, tag string) {
		loader, faults := load.New(aliased(tag), load.Options{})
		if len(faults) > 0 {
			return
		}
		for _, key := range strings.Fields(tag) {
			path, fromRoot := strings.CutPrefix(key, ".")
			parts := strings.Split(path, ".")
			if !fromRoot {
				parts = []string{"section", key}
			}
			var text strings.Builder
			for _, part := range parts {
				text.WriteString("{" + strconv.Quote(part) + ": ")
			}
			doc := text.String() + `"set"` + strings.Repeat("}", len(parts))
			result, problems := loader.Load(t.Context(), []source.Document{{Path: "c.json", Data: []byte(doc)}}, nil)
			if len(problems) > 0 {
				if problems[0].Code == "syntax" || problems[0].Code == "too_large" { // no JSON has such a key
					continue
				}
				t.Fatalf("%q, %s: %+v", tag, doc, problems[0])
			}
			if got := reflect.ValueOf(result.Value).Elem().Field(0).Field(0).String(); got != "set" {
				t.Fatalf("%q, %s: got %q", tag, doc, got)
			}
			if len(result.Warnings) != 1 {
				t.Fatalf("%q: %v", tag, result.Warnings)
			}
		}
	})
}

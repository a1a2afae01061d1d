package describe_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"example.com/lastgood/internal/describe"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/source"
)

// newSubject describes a type.
func newSubject(t testing.TB, typ reflect.Type, opts load.Options) describe.Subject {
	t.Helper()
	loader, problems := load.New(typ, opts)
	for _, p := range problems {
		t.Errorf("%s: %s", p.Origin.Name, p.Message)
	}
	if len(problems) > 0 {
		t.FailNow()
	}
	return describe.Subject{Loader: loader, Name: "Config"}
}

// newSubjectOf describes a type, unless something is wrong with it.
func newSubjectOf(typ reflect.Type, opts load.Options) describe.Subject {
	loader, _ := load.New(typ, opts)
	return describe.Subject{Loader: loader, Name: "Config"}
}

func subject[T any](t testing.TB) describe.Subject {
	return newSubject(t, reflect.TypeFor[T](), load.Options{})
}

// compile has the validator read a schema, which it also checks against the
// meta-schema of the draft.
func compile(t testing.TB, schema []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatalf("%v in\n%s", err, schema)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("config.json", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("config.json")
	if err != nil {
		t.Fatalf("%v in\n%s", err, schema)
	}
	if compiled.DraftVersion != 2020 {
		t.Fatalf("the draft is %d", compiled.DraftVersion)
	}
	return compiled
}

// verdict is what the schema says of a JSON document.
func verdict(t testing.TB, schema *jsonschema.Schema, doc string) error {
	t.Helper()
	instance, err := jsonschema.UnmarshalJSON(strings.NewReader(doc))
	if err != nil {
		t.Fatalf("%v in %s", err, doc)
	}
	return schema.Validate(instance)
}

// loaded returns what the loader says of a document.
func loaded(t testing.TB, s describe.Subject, name, doc string) []problem.Problem {
	t.Helper()
	_, problems := s.Loader.Load(t.Context(), []source.Document{{Path: "/" + name, Data: []byte(doc)}}, nil)
	return problems
}

// one is a struct with one field, V.
func one(typ reflect.Type, rules string) reflect.Type {
	tag := reflect.StructTag("validate:" + string(quoted(rules)))
	return reflect.StructOf([]reflect.StructField{{Name: "V", Type: typ, Tag: tag}})
}

func quoted(text string) []byte {
	data, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string can always be written
	}
	return data
}

// yamlAsJSON returns what tools for JSON see of a YAML file.
func yamlAsJSON(t testing.TB, text string) string {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Package schematest returns the schemas of types for tests.
package schematest

import (
	"reflect"
	"testing"

	"example.com/lastgood/internal/schema"
)

// Of returns the schema of T with the tags of mapstructure. It ends the test if T has
// faults.
func Of[T any](t testing.TB) *schema.Type {
	t.Helper()
	s, faults := schema.Of(reflect.TypeFor[T](), schema.Options{KeyTag: "mapstructure"})
	if len(faults) > 0 {
		t.Fatalf("faults: %v", faults)
	}
	return s
}

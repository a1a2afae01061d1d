package configprom

import (
	"fmt"
	"reflect"
	"unicode/utf8"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/redact"
)

// Store is what a collector asks of a store. A [config.Store] of any type is one.
type Store interface {
	// Status must be safe for concurrent use.
	Status() config.Status
}

// NamedStore is a store with the name under which its metrics appear.
type NamedStore struct {
	name  string
	store Store
}

// Named gives a store a name, the value of the label name. It must not be empty:
// give it even to the only store, because a second one may come. It panics if the
// name is empty or not valid UTF-8, or if the store is nil.
func Named(name string, store Store) NamedStore {
	switch {
	case name == "":
		panic("configprom: Named: the name is empty")
	case !utf8.ValidString(name):
		panic(fmt.Sprintf("configprom: Named(%q): the name is not valid UTF-8", name))
	case isNil(store):
		panic(fmt.Sprintf("configprom: Named(%q): the store is nil", name))
	}
	return NamedStore{redact.Escape(name), store}
}

// isNil reports whether there is no store, be it that a pointer to one is nil.
func isNil(store Store) bool {
	v := reflect.ValueOf(store)
	return store == nil || v.Kind() == reflect.Pointer && v.IsNil()
}

package configprom

import (
	"fmt"
	"reflect"
	"slices"
	"unicode/utf8"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/redact"
)

// Store is what a collector asks of a store. A [config.Store] of any type is one.
type Store interface {
	// Status must be safe for concurrent use.
	Status() config.Status
}

// Option says what a collector reports. [Named] makes one.
type Option interface{ apply(*collector) }

type optionFunc func(*collector)

func (f optionFunc) apply(c *collector) { f(c) }

// Named reports a store under a name, the value of the label name. It must not be empty:
// give it even to the only store, because a second one may come. [NewCollector] panics if
// the name is empty, not valid UTF-8 or given twice, or if the store is nil. By default,
// there is no store, and nothing is reported.
func Named(name string, store Store) Option {
	return optionFunc(func(c *collector) {
		switch {
		case name == "":
			panic("configprom: Named: the name is empty")
		case !utf8.ValidString(name):
			panic(fmt.Sprintf("configprom: Named(%q): the name is not valid UTF-8", name))
		case isNil(store):
			panic(fmt.Sprintf("configprom: Named(%q): the store is nil", name))
		}
		name := redact.Escape(name)
		if slices.ContainsFunc(*c, func(r reporter) bool { return r.name == name }) {
			panic(fmt.Sprintf("configprom: NewCollector: two stores are named %q", name))
		}
		*c = append(*c, reporter{store, name, newMetrics(name)})
	})
}

// isNil reports whether there is no store, be it that a pointer to one is nil.
func isNil(store Store) bool {
	v := reflect.ValueOf(store)
	return store == nil || v.Kind() == reflect.Pointer && v.IsNil()
}

package configprom

import (
	"fmt"
	"reflect"
	"slices"
	"unicode/utf8"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/redact"
)

// Store is the part of a [config.Store] that a collector uses.
type Store interface {
	// Status is called once for each scrape. It must be safe for concurrent use.
	Status() config.Status
}

// Option is an option of [NewCollector].
type Option interface{ apply(*collector) }

type optionFunc func(*collector)

func (f optionFunc) apply(c *collector) { f(c) }

// Named adds a store under a name, the value of the label name. Even an only store needs one, so that
// its series do not change when a second is added. [NewCollector] panics if the name is empty, not
// valid UTF-8 or given twice, or if the store is nil. By default, there is no store, and nothing is
// reported.
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

// isNil reports whether a store is nil or a nil pointer.
func isNil(store Store) bool {
	v := reflect.ValueOf(store)
	return store == nil || v.Kind() == reflect.Pointer && v.IsNil()
}

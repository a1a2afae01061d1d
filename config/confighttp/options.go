package confighttp

import (
	"context"
	"fmt"
	"reflect"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/redact"
)

// Store is the part of a [config.Store] that the page uses. All methods must be safe for
// concurrent use.
type Store interface {
	Status() config.Status
	Settings() []config.Setting
	History() []config.Version
	Reload(ctx context.Context) error
}

// Option is an option of [Handler].
type Option interface{ apply(*handler) }

type optionFunc func(*handler)

func (f optionFunc) apply(h *handler) { f(h) }

// Named adds a store under a name. It can be given several times; the page shows the stores in that
// order. [Handler] panics if the name is empty or given twice, or if the store is nil. By default,
// the page has no store.
func Named(name string, store Store) Option {
	return optionFunc(func(h *handler) {
		name := redact.Escape(name)
		switch {
		case name == "":
			panic("confighttp: Named: the name is empty")
		case isNil(store):
			panic(fmt.Sprintf("confighttp: Named(%q): the store is nil", name))
		case h.find(name) != nil:
			panic(fmt.Sprintf("confighttp: Handler: two stores are named %q", name))
		}
		h.stores = append(h.stores, &namedStore{Store: store, name: name, id: fmt.Sprintf("store-%d", len(h.stores)+1)})
	})
}

// WithReload adds a button to the page that calls [config.Store.Reload]. It sends a POST request
// to "reload" below the page. If there are several stores, the form value "name" selects one.
//
// A browser is redirected back to the page. A client that accepts JSON gets the store as it is in
// the list of all: with 200 OK if what is on disk is running now, or with 422 Unprocessable Entity
// if it was rejected. Both get 503 Service Unavailable if nothing could be validated, because the
// store is closed or the files keep changing; a JSON client also if too many answers have begun.
//
// Requests of other sites are refused by [net/http.CrossOriginProtection], so a proxy must not
// change the header Host. All requests are refused whose header Host is neither an IP address nor
// localhost nor a name of [WithHosts]. By default, there is no button, and the path is not found.
func WithReload() Option {
	return optionFunc(func(h *handler) { h.reloads = true })
}

// isNil reports whether a store is nil or a nil pointer.
func isNil(store Store) bool {
	v := reflect.ValueOf(store)
	return store == nil || v.Kind() == reflect.Pointer && v.IsNil()
}

// namedStore is a store with its name on the page.
type namedStore struct {
	Store
	name string
	id   string // of its section in the page
}

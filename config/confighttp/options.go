package confighttp

import (
	"context"
	"fmt"
	"reflect"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/redact"
)

// Store is what the page asks of a store. A [config.Store] of any type is one. All
// methods must be safe for concurrent use.
type Store interface {
	Status() config.Status
	Settings() []config.Setting
	History() []config.Version
	Reload(ctx context.Context) error
}

// Option says what [Handler] shows and does. The functions of this package make
// them.
type Option interface{ apply(*handler) }

type optionFunc func(*handler)

func (f optionFunc) apply(h *handler) { f(h) }

// Named shows a store under a name. It can be given several times; the page has them
// in this order. [Handler] panics if the name is empty or given twice, or if the
// store is nil. By default, there is no store, which is not of much use.
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

// WithReload answers POST requests to "reload", below the page, with a
// [config.Store.Reload], and puts a button for it on the page. Where there are
// several stores, the form value "name" says which.
//
// A form is answered by sending the browser back to the page. A client that accepts
// JSON gets the store as in the list of them: with 200 OK if what is on disk is
// running now, or 422 Unprocessable Entity if it was rejected. Either gets 503
// Service Unavailable if nothing could be judged, because the store is closed or the
// files keep changing, and the latter also if too many answers are under way.
//
// Requests of other sites are refused as [net/http.CrossOriginProtection] says; so a
// proxy has to leave the header Host as it is. So are requests whose header Host is
// neither an address nor localhost nor given by [WithHosts], whoever sends them. By
// default, the page only shows.
func WithReload() Option {
	return optionFunc(func(h *handler) { h.reloads = true })
}

// isNil reports whether there is no store, be it that a pointer to one is nil.
func isNil(store Store) bool {
	v := reflect.ValueOf(store)
	return store == nil || v.Kind() == reflect.Pointer && v.IsNil()
}

// namedStore is a store with what it is called on the page.
type namedStore struct {
	Store
	name string
	id   string // of its section
}
